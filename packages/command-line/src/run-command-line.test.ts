// What a user sees: usage, suggestions, failures and exit codes; in processes of their own where signals and pipes are what is tested.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { callCommandLine } from '../../../tools/command-line-for-tests.js';
import { PROGRAM } from '../test/commands.js';
import { versionOf } from './version.js';

const SCRIPT = await bundledScript(fileURLToPath(new URL('../test/program.ts', import.meta.url)));

const start = (args: string[]): ChildProcess =>
  spawn(process.execPath, [SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const run = (...args: string[]) => callCommandLine(PROGRAM, args);

describe('runCommandLine', () => {
  test.each([['--help'], ['-h'], ['help']])('lists the commands for %s', async (option) => {
    const { code, stdout, stderr } = await run(option);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: program <command> …\n/);
    expect(stdout).toMatch(/^ {2}copy <from> <to> {2}says what it was given$/m);
  });

  test.each([
    [['a', 'b'], 0],
    [['a', 'b', 'c', 'd'], 0],
    [['a'], 2],
  ])('gives a command whose last argument stands for one or more %j', async (operands, expected) => {
    const { code, stdout } = await run('list', ...operands);
    expect(code).toBe(expected);
    if (code === 0) expect(JSON.parse(stdout)).toEqual(operands);
  });

  test('lists the options of a command', async () => {
    expect(await run('copy', '--help')).toEqual({
      code: 0,
      stderr: '',
      stdout: `Usage: program copy <from> <to> [options]

says what it was given.

  --workers <n>   how many at once (default: 4)
  --set <value>   may be repeated
  --json          as JSON
  --again [auto]  once more
`,
    });
  });

  test('says its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  test('gives a command its arguments and options', async () => {
    const { code, stdout } = await run('copy', 'a', '--set', 'x=1', 'b', '--set', 'y=2', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ operands: ['a', 'b'], values: { set: ['x=1', 'y=2'], json: true } });
  });

  test.each([
    [['--again'], 'always'],
    [['--again', 'auto'], 'auto'],
    [['--again=auto'], 'auto'],
    [['--again', '--json'], 'always'],
  ])('reads an option that may be given without its value: %j', async (args, again) => {
    const { code, stdout } = await run('copy', 'a', 'b', ...args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ operands: ['a', 'b'], values: { again } });
  });

  test.each([
    ['no command', [], /^Usage: program <command> …/],
    [
      'an unknown command',
      ['cpoy'],
      /^There is no command cpoy \(did you mean copy\?\); program --help lists the commands\.\n$/,
    ],
    ['a name that objects have', ['toString'], /^There is no command toString; /],
    [
      'an unknown option',
      ['copy', '--worker=4'],
      /^program copy has no option --worker \(did you mean --workers\?\); /,
    ],
    ['an option without its value', ['copy', 'a', 'b', '--workers'], /--workers.*argument missing/],
    [
      'too few arguments',
      ['copy', 'a'],
      /^Usage: program copy <from> <to> \[options\]; program copy --help says more\.\n$/,
    ],
    ["the user's mistake", ['input'], /^what went wrong\n$/],
  ])('ends with 2 for %s, in a line', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test.each(['environment', 'system'])('ends with 1 and a sentence for a failure of the %s', async (name) => {
    expect(await run(name)).toEqual({ code: 1, stdout: '', stderr: 'what went wrong\n' });
  });

  test('ends with 1 and a stack for a fault of the program', async () => {
    const { code, stderr } = await run('bug');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^TypeError: a fault of the program\n +at /);
  });

  test('ends with the code that a command gives', async () => {
    expect((await run('three')).code).toBe(3);
    const [code] = (await once(start(['three']), 'close')) as [number];
    expect(code).toBe(3);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('lets a command end in good order at %s', async (signal) => {
    const child = start(['wait']);
    let stderr = '';
    child.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
    await once(child.stdout!, 'data');
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stderr]).toEqual([130, 'Stopped.\n']);
  });

  test.each(['stdout', 'stderr'] as const)('ends quietly where whoever reads its %s has gone', async (name) => {
    const child = start([name === 'stdout' ? 'many' : 'many-errors']);
    let stderr = '';
    child.stderr!.on('data', (text: Buffer) => (stderr += name === 'stdout' ? text.toString() : ''));
    await once(child[name]!, 'data');
    child[name]!.destroy();
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, stderr]).toEqual([0, '']);
  });

  test('takes the version of the package that it is in', () => {
    expect(versionOf(import.meta.url)).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
