// lin-engine as a user meets it: what it prints and how it exits. Its commands run in this process, the program itself once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '@lin/command-line';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { commands } from '../src/commands.js';
import { findLibTensorFlow } from '../src/libtensorflow/find.js';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { FakeTools } from './fake-tools.js';
import { runCli, type ScriptResult } from './run-script.js';
import { writeWheel } from './tiny-wheel.js';

const skipped = await tensorFlowMissing();
const here = { LIN_BACKEND: undefined, LIN_LIBTENSORFLOW: undefined };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What `lin-engine` prints and how it ends, without a process of its own. */
async function cli(args: string[], env: Record<string, string | undefined> = {}): Promise<ScriptResult> {
  const printed = { stdout: '', stderr: '' };
  const before = process.exitCode;
  const listeners = process.stdout.listeners('error');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    });
  }
  vi.spyOn(console, 'log').mockImplementation((line: string) => void (printed.stdout += `${line}\n`));
  try {
    await runCommandLine({ name: 'lin-engine', commands, args });
    return { status: Number(process.exitCode), ...printed };
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = before;
    for (const listener of process.stdout.listeners('error')) {
      if (!listeners.includes(listener)) process.stdout.removeListener('error', listener as () => void);
    }
  }
}

const DOCTOR =
  // eslint-disable-next-line max-len -- the whole output
  /^Node {12}v\d.*\nlibtensorflow {3}(.*)\nEngine {10}(.*)\nDevice {10}(.*)\nMatrix product {2}(\d+\.\d) GFLOP\/s\nConvolution {5}(\d+\.\d) GFLOP\/s\n$/;

describe('lin-engine doctor', () => {
  test.skipIf(skipped)('names the library, the engine, the device and its speed', async () => {
    const { status, stdout, stderr } = await cli(['doctor'], here);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, library, engine, device, ...speeds] = DOCTOR.exec(stdout)!;
    const found = (await findLibTensorFlow())!;
    expect(library).toBe(`${found.library} (${found.source})`);
    expect(engine).toMatch(/^tensorflow: /);
    expect(device).toMatch(/^(cpu|cuda), \d+ threads?$/);
    for (const gflops of speeds) expect(Number(gflops)).toBeGreaterThan(0);
  });

  test('says what runs without a libtensorflow, and how to get one', async () => {
    const { status, stdout, stderr } = await cli(['doctor'], { ...here, LIN_LIBTENSORFLOW: 'none' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, library, engine, device] = DOCTOR.exec(stdout)!;
    expect(library).toBe('not found; lin-engine install fetches it');
    expect(engine).toMatch(/^wasm: /);
    expect(device).toBe('cpu, 1 thread');
  });

  test('exits with 1 and one line where the library cannot be used', async () => {
    const { status, stdout, stderr } = await cli(['doctor'], { ...here, LIN_LIBTENSORFLOW: '/not/there' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^LIN_LIBTENSORFLOW is \/not\/there, where there is no libtensorflow; [^\n]*\n$/);
  });
});

describe('lin-engine install', () => {
  test('fetches once, and prints where the library is', async () => {
    const tools = new FakeTools(folder);
    await writeWheel(join(folder, 'tiny.whl'), { 'tensorflow/libtensorflow_cc.so.2': Buffer.from('a library') });
    await tools.pip(`/bin/cp "${folder}/tiny.whl" "$DEST/tensorflow_cpu-2.21.0-cp312-cp312-any.whl"`);
    const env = { ...here, LIN_CACHE: join(folder, 'cache'), PATH: tools.path };
    const library = join(folder, 'cache/libtensorflow/2.21.0/tensorflow/libtensorflow_cc.so.2');

    const first = await cli(['install'], env);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout.split('\n')).toEqual([
      'Fetching TensorFlow 2.21.0 by pip (once; a few hundred MB) …',
      'Unpacking and checking its libraries …',
      `libtensorflow: ${library}`,
      '',
    ]);
    expect(await cli(['install'], env)).toEqual({ status: 0, stdout: `libtensorflow: ${library}\n`, stderr: '' });
    expect((await cli(['install', '--force'], env)).stdout).toContain('Fetching');
    expect((await cli(['install', '--cuda', '--force'], env)).stdout).toContain('Fetching TensorFlow 2.21.0 with CUDA');
  });
});

describe('lin-engine', () => {
  test('prints its usage when asked, and ends', () => {
    const { status, stdout, stderr } = runCli(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: lin-engine <command> …\n[^]*install[^]*doctor/);
  });

  test.each([
    ['no command', []],
    ['a command it does not have', ['instal']],
    ['two commands', ['install', 'doctor']],
    ['an option it does not have', ['doctor', '--loud']],
  ])('exits with 2 on %s', async (_, args) => {
    const { status, stdout, stderr } = await cli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
