// docs/contributing.md, done: what it says to write is written into a copy of the sources, which then runs.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleForTests } from '../../../tools/bundle-for-tests.js';
import { AppFolder } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What `npm test` asks of a loss and of an operator. */
const TESTS = [
  'packages/train/src/losses/losses.test.ts',
  'packages/operator/src/operators/operators.test.ts',
  'packages/operator/test/doc-examples.test.ts',
];

interface Block {
  /** Of the section it is in, such as "A loss: two files". */
  section: string;
  kind: 'ts' | 'diff';
  path: string;
  text: string;
}

const page = await readFile(join(ROOT, 'docs/contributing.md'), 'utf8');
const blocks: Block[] = page
  .split(/^## /m)
  .slice(1)
  .flatMap((section) =>
    [...section.matchAll(/^```(ts|diff) (\S+)\n([\s\S]*?)^```$/gm)].map(([, kind, path, text]) => ({
      section: section.slice(0, section.indexOf('\n')),
      kind: kind as Block['kind'],
      path: path!,
      text: text!,
    })),
  );

let copy: string;
let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
  copy = app.file('copy');
  await copySources(copy);
  for (const block of blocks) await apply(block);
});

/** Sources and what they are run with; packages import the copies of each other. */
async function copySources(to: string): Promise<void> {
  const isSource = (path: string) => !/\/(node_modules|dist|bench|fuzz|\.nx)$/.test(path);
  await cp(join(ROOT, 'packages'), join(to, 'packages'), { recursive: true, filter: isSource });
  await cp(join(ROOT, 'tools'), join(to, 'tools'), { recursive: true, filter: isSource });
  await cp(join(ROOT, 'examples'), join(to, 'examples'), { recursive: true, filter: isSource });
  await cp(join(ROOT, 'docs'), join(to, 'docs'), { recursive: true });
  for (const name of ['package.json', 'tsconfig.base.json', 'vitest.config.ts'])
    await cp(join(ROOT, name), join(to, name));
  const modules = join(to, 'node_modules');
  await mkdir(join(modules, '@lin'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@lin' && name !== '.vite') await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  for (const name of await readdir(join(to, 'packages')))
    await symlink(join(to, 'packages', name), join(modules, '@lin', name));
}

async function apply({ kind, path, text }: Block): Promise<void> {
  const file = join(copy, path);
  if (kind === 'ts') return writeFile(file, text, { flag: 'wx' }); // a new one
  expect(dirname(file)).not.toBe(copy);
  let content = await readFile(file, 'utf8');
  for (const hunk of text.trimEnd().split('\n@@\n')) {
    const lines = hunk.split('\n');
    const kept = (marks: string) => lines.filter((line) => marks.includes(line[0]!)).map((line) => line.slice(1));
    const linesOf = (marks: string) => kept(marks).join('\n');
    expect(content.split(`${linesOf(' ')}\n`), `${path} has\n${linesOf(' ')}\nonce`).toHaveLength(2);
    content = content.replace(`${linesOf(' ')}\n`, () => `${linesOf(' +')}\n`);
  }
  return writeFile(file, content);
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: unknown; output: string }>((resolve) =>
    execFile(
      process.execPath,
      args,
      { cwd: copy, env: { ...process.env, ...app.environment(), ...env } },
      (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    ),
  );

/** What commands of the copy print, one after the other in one process, which the first that fails ends. */
async function runApp(...commands: readonly string[][]): Promise<string[]> {
  const script = `
    import { runApp } from ${JSON.stringify(join(copy, 'packages/app/src/app.ts'))};
    for (const args of ${JSON.stringify(commands)}) {
      await runApp(args);
      if (process.exitCode) process.exit();
      console.log('\\f');
    }`;
  await writeFile(join(copy, 'commands.ts'), script);
  await bundleForTests([join(copy, 'commands.ts')], copy);
  const { code, output } = await run([join(copy, 'commands.mjs')]);
  expect({ code, output }).toMatchObject({ code: 0 });
  return output.split('\f\n');
}

const touched = (section: RegExp) =>
  new Set(blocks.filter((block) => section.test(block.section)).map(({ path }) => path));

describe('what docs/contributing.md says', () => {
  test.each([
    [/^A loss: two files$/, 2],
    [/^A term of the objective that is no loss: three files$/, 3],
    [/^A logger: two files$/, 2],
    [/^A command: one file and one line$/, 2],
    [/^An operator: three files$/, 3],
    [/^A teacher that is no ONNX file: two files$/, 2],
  ])('touches the files that its title counts: %s', (section, count) => {
    expect(touched(section).size).toBe(count);
  });

  test('of a command, one line besides its own file', () => {
    const [line] = blocks.filter(({ section, kind }) => section.startsWith('A command') && kind === 'diff');
    expect(line!.text.split('\n').filter((line) => line.startsWith('+'))).toHaveLength(1);
  });

  test('of a loss, of a term, of a logger, of a teacher and of a command runs', async () => {
    const objective = 'linearizer.objective=[{ loss: chord }, { loss: mean-square, weight: 0.01 }]';
    const set = [objective, 'model.teacher=colours', 'model.embedding_size=6', 'linearizer.num_epochs=1'];
    const [trained, counted, help] = await runApp(
      ['train', '--config', app.file('tiny.yaml'), '--name', 'toy', ...set.flatMap((pair) => ['--set', pair])],
      ['parameters', '--name', 'toy'],
      ['--help'],
    );
    expect(trained).toMatch(/^Teacher {2}colours, colours$/m);
    const losses = [...trained!.matchAll(/loss (\S+)/g)].map(([, loss]) => Number(loss));
    for (const loss of losses) expect(loss > 0 && loss < 2).toBe(true);
    expect(losses[0]).toBeGreaterThan(0.1);

    const last = await app.json<Record<string, number>>('runs', 'toy', 'last.json');
    expect(last).toMatchObject({ step: 4, loss: expect.any(Number) as number });
    expect(last['loss']).toBeCloseTo(last['loss.chord']! + 0.01 * last['loss.mean-square']!, 4);

    expect(counted).toMatch(/^Model {4}\d{6} parameters$/m);
    expect(help).toMatch(/^ {2}parameters {2,}how many parameters/m);
  });

  test('of a loss and of an operator passes the tests of all losses and of all operators', async () => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const tests = ['--testNamePattern', 'chord|negation|docstring']; // those of others are run in their own packages
    const args = [
      vitest,
      'run',
      '--project',
      'operator',
      '--project',
      'train',
      ...TESTS,
      ...tests,
      '--reporter=verbose',
    ];
    const { code, output } = await run(args, { VITEST: undefined, NO_COLOR: '1' });
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('negation') as string });
    expect(output).toContain('the loss chord');
    expect(output).toContain('every exported class and function has a docstring with an example');
  });

  test('has types that agree with what imports it', () => {
    expect(typeErrors()).toEqual([]);
  });
});

/** In the copy, of the touched files and of those that import them, tests included: no other can have one. */
function typeErrors(): string[] {
  const changed = new Set([...touched(/./)].map((path) => join(copy, path)));
  const packages = [...new Set([...touched(/./)].map((path) => path.split('/').slice(0, 2).join('/')))];
  const config = { extends: './tsconfig.base.json', compilerOptions: { types: ['node'] }, include: packages };
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, copy);
  const files = fileNames.filter((file) => changed.has(file) || importsOf(file).some((path) => changed.has(path)));
  expect(files.length).toBeGreaterThan(changed.size);

  const program = ts.createProgram(files, { ...options, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] });
  return files
    .map((file) => program.getSourceFile(file)!)
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(ts.sys.readFile(file)!);
  return importedFiles.map(({ fileName }) => join(dirname(file), fileName.replace(/\.js$/, '.ts')));
}
