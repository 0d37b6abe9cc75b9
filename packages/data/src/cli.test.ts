// lin-data as a user types it: called as a function, and in processes of its own where a signal or the start is what is tested.
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { callCommandLine } from '../../../tools/command-line-for-tests.js';
import { COMMANDS } from './commands/all.js';
import { temporaryFolder } from '../test/hand-made-sets.js';
import { picture } from '../test/pictures.js';

const PACKAGE = resolve(import.meta.dirname, '..');
const ALIGN = join(PACKAGE, 'test/slow-align.mjs');

const NAMES = ['import', 'inspect', 'verify', 'reindex', 'split', 'subset', 'shuffle', 'pairs'];

const linData = (args: readonly string[]) => callCommandLine({ name: 'lin-data', commands: COMMANDS }, args);

/** A process of it; `onError` is given standard error as it comes, with the process. */
function linDataProcess(args: string[], onError: (text: string, child: ReturnType<typeof spawn>) => void) {
  return run(['--conditions=@lin/source', '--import', 'tsx', join(PACKAGE, 'src/cli.ts'), ...args], onError);
}

function run(args: string[], onError: (text: string, child: ReturnType<typeof spawn>) => void = () => {}) {
  const child = spawn(process.execPath, args, { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => onError((stderr += text), child));
  return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>((settle) =>
    child.once('close', (code, signal) => settle({ code, signal, stdout, stderr })),
  );
}

let root: string;
let faces: string;
let set: string;
beforeAll(async () => {
  root = await temporaryFolder();
  faces = join(root, 'faces');
  set = join(root, 'set');
  for (let identity = 0; identity < 6; identity++) {
    await mkdir(join(faces, `p${identity}`), { recursive: true });
    for (let i = 0; i < 4; i++)
      await writeFile(
        join(faces, `p${identity}`, `${i}.png`),
        await picture(10 * identity + i, 114 + i, 114)
          .png()
          .toBuffer(),
      );
  }
  const { code, stdout, stderr } = await linData(['import', faces, set]);
  expect([code, stdout, stderr]).toEqual([0, `${set}: 24 images of 6 identities\n`, '']);
});

describe('lin-data', () => {
  test('runs in a fresh checkout by npx', async () => {
    const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
    expect(await run([join(PACKAGE, 'bin/lin-data.cjs'), '--version'])).toEqual({
      code: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: '',
    });
  });

  test('lists its commands', async () => {
    const { code, stdout } = await linData(['--help']);
    expect(code).toBe(0);
    for (const command of NAMES) expect(stdout).toContain(`  ${command} <`);
  });

  test.each(['--help', '-h'])('says for each command how it is used, and exits with 0: %s', async (help) => {
    for (const command of NAMES) {
      const { code, stdout, stderr } = await linData([command, help]);
      expect([code, stderr, /^Usage: lin-data (\w+) </.exec(stdout)?.[1]]).toEqual([0, '', command]);
    }
  });

  test.each([
    ['no command', [], /Usage: lin-data/],
    ['an unknown command', ['imprt'], /There is no command imprt \(did you mean import\?\)/],
    ['toString', ['toString'], /There is no command toString/],
    ['too few arguments', ['split', 'x'], /Usage: lin-data split <records> <output>/],
    ['an unknown option', ['verify', 'x', '--fast'], /--fast/],
    ['an option without its value', ['split', 'x', 'y', '--seed'], /--seed/],
    ['a number in letters', ['split', 'x', 'y', '--seed', 'seven'], /--seed is "seven"; expected a number/],
    [
      'an unknown choice',
      ['import', 'x', 'y', '--on-corrupt', 'ignore'],
      /--on-corrupt is "ignore"; expected error or skip/,
    ],
    [
      'an align module that does not exist',
      ['import', 'x', 'y', '--align', './nowhere.js'],
      /--align .\/nowhere.js cannot be loaded/,
    ],
    [
      'options that do not go together',
      ['pairs', 'x', 'y', '--quality', '90'],
      /--quality is of no use without --list/,
    ],
  ])('exits with 2 for %s, in a line or a few', async (_, args, message) => {
    const { code, stdout, stderr } = await linData(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each([
    ['a set that is not there', () => ['inspect', join(root, 'nowhere')], /nowhere does not exist/],
    ['an output that is there', () => ['shuffle', set, set], /is there already/],
    ['a folder without images', () => ['import', set, join(root, 'new')], /holds no images/],
  ])('exits with 2 for %s, in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await linData(args());
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });

  test('makes one set out of another: subset, split, shuffle, pairs, a new index', async () => {
    const at = (name: string) => join(root, name);
    const outputs = [
      await linData(['subset', set, at('subset'), '--identities', '0-1,5', '--max-images', '2']),
      await linData(['split', set, at('split'), '--test-fraction', '0.5']),
      await linData(['shuffle', set, at('shuffled'), '--seed', '4', '--memory', '0.05']),
      await linData(['pairs', set, at('pairs.bin'), '--folds', '2', '--pairs', '6']),
    ];
    expect(outputs.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
    expect(outputs.map(({ stdout }) => stdout)).toEqual([
      `${at('subset')}: 6 images of 3 identities\n`,
      `${at('split')}/train: 12 images of 3 identities\n${at('split')}/test: 12 images of 3 identities\n`,
      `${at('shuffled')}: 24 images\n`,
      `${at('pairs.bin')}: 24 pairs\n`,
    ]);
    await mkdir(at('bare'));
    await cp(join(set, 'train.rec'), join(at('bare'), 'train.rec'));
    expect((await linData(['reindex', join(at('bare'), 'train.rec')])).code).toBe(0);
    expect(await readFile(join(at('bare'), 'train.idx'), 'utf8')).toBe(await readFile(join(set, 'train.idx'), 'utf8'));
    expect((await linData(['inspect', at('pairs.bin')])).stdout).toContain('pairs   24, 12 of the same identity');
  });

  test('inspects: text with bars, JSON, a sheet', async () => {
    const text = await linData(['inspect', set]);
    expect(text.stdout).toMatch(/identities {4}6, labels 0 to 5\n/);
    expect(text.stdout).toMatch(/3–4 +6 {2}█{40}\n/);
    const json = await linData(['inspect', set, '--json', '--sheet', join(root, 'sheet.png')]);
    expect(JSON.parse(json.stdout)).toMatchObject({ images: 24, identities: 6, layout: 'insightface' });
    expect((await readFile(join(root, 'sheet.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  test('verifies: exit code 1 and the key of each damaged record, as text or JSON lines', async () => {
    const damaged = join(root, 'damaged');
    await cp(set, damaged, { recursive: true });
    const rec = await readFile(join(damaged, 'train.rec'));
    const offset = Number(/^7\t(\d+)$/m.exec(await readFile(join(set, 'train.idx'), 'utf8'))![1]);
    rec.fill(0, offset + 100, offset + 400);
    await writeFile(join(damaged, 'train.rec'), rec);
    const text = await linData(['verify', damaged]);
    expect([text.code, text.stdout.split('\n').slice(1)]).toEqual([1, ['24 images of 6 identities: 1 damaged', '']]);
    expect(text.stdout).toContain(`key 7: `);
    const json = await linData(['verify', damaged, '--json']);
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { key: 7, offset },
      { images: 24, damaged: 1 },
    ]);
    expect(await linData(['verify', set])).toEqual({
      code: 0,
      stdout: '24 images of 6 identities: all sound\n',
      stderr: '',
    });
  });
});

describe('a command that is stopped', () => {
  const contentOf = async (path: string) =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(path)).sort().map(async (name) => [name, (await readFile(join(path, name))).toString('base64')]),
      ),
    );

  test('by Ctrl-C in an import says how to go on, and does', async () => {
    const slow = (output: string) => ['import', faces, output, '--align', ALIGN, '--workers', '1'];
    const whole = await linData(slow(join(root, 'whole')));
    expect(whole.stdout).toBe(`${join(root, 'whole')}: 18 images of 6 identities, 6 without a face left out\n`);
    const output = join(root, 'stopped');
    // The first word on standard error is of the first picture without a face: the import is under way.
    let told = false;
    const stopped = await linDataProcess(slow(output), (_, child) => {
      if (!told) child.kill('SIGINT');
      told = true;
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`to go on: lin-data ${slow(output).join(' ')}\n`);
    expect(stopped.stderr).not.toMatch(/^ +at /m);
    expect((await readdir(output)).sort()).toEqual(['import.jsonl', 'train.journal', 'train.rec.partial']);
    expect((await linData(slow(output))).code).toBe(0);
    expect(await contentOf(output)).toEqual(await contentOf(join(root, 'whole')));
  });

  test('by a kill while it reads changes nothing on the disk', async () => {
    const before = await contentOf(set);
    const times = async () =>
      Promise.all((await readdir(set)).map(async (name) => (await stat(join(set, name))).mtimeMs));
    const [mtimes, kills] = [await times(), Number(process.env['LIN_TEST_KILLS'] ?? 2)];
    for (let kill = 0; kill < kills; kill++) {
      const command = kill % 2 ? 'verify' : 'inspect';
      const child = spawn(
        process.execPath,
        ['--conditions=@lin/source', '--import', 'tsx', join(PACKAGE, 'src/cli.ts'), command, set],
        { stdio: 'ignore' },
      );
      setTimeout(() => child.kill('SIGKILL'), 400 + 150 * (kill % 8));
      await new Promise((settle) => child.once('close', settle));
    }
    expect(await contentOf(set)).toEqual(before);
    expect(await times()).toEqual(mtimes);
  });
});
