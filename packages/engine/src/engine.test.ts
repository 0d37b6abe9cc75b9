// Which backend initEngine picks, why, and what it says where it cannot.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { runScript } from '../test/run-script.js';
import { initEngine, type Engine, type EngineOptions } from './engine.js';
import { EngineError } from './errors.js';
import { findLibTensorFlow } from './libtensorflow/find.js';

const skipped = await tensorFlowMissing();
const library = skipped ? undefined : (await findLibTensorFlow())!;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-engine-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  engine: Engine;
  /** 1 + 1 on that engine. */
  two: number[];
  backend: string;
}

/** What one call of initEngine is given. */
interface Call {
  options?: EngineOptions;
  env?: Record<string, string>;
}

/** initEngine once per call, all in a process of its own, each followed by a sum on what it made current. */
function init(...calls: Call[]): Outcome[] {
  const script = `
    for (const { options, env } of ${JSON.stringify(calls)}) {
      for (const name of ['LIN_BACKEND', 'LIN_LIBTENSORFLOW']) delete process.env[name];
      Object.assign(process.env, env);
      const engine = await initEngine(options);
      console.log(JSON.stringify({ engine, backend: tf.getBackend(), two: Array.from(tf.add(1, 1).dataSync()) }));
    }`;
  const { stdout, stderr, status } = runScript(script);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 }); // a clean screen, on every backend
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Outcome);
}

/** What initEngine throws, in this process: nothing is started. */
async function failure(options: EngineOptions = {}, env: Record<string, string> = {}): Promise<EngineError> {
  for (const name of ['LIN_BACKEND', 'LIN_LIBTENSORFLOW', 'LIN_CACHE']) vi.stubEnv(name, env[name]);
  const error = await initEngine(options).catch((reason: unknown) => reason);
  vi.unstubAllEnvs();
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe.skipIf(skipped)('with a libtensorflow, initEngine', () => {
  test('picks tensorflow, or what LIN_BACKEND or the caller wants instead, the caller first', () => {
    const [own, ...wanted] = init(
      {},
      { env: { LIN_BACKEND: 'wasm' } },
      { env: { LIN_BACKEND: 'cpu' } },
      { options: { backend: 'cpu' }, env: { LIN_BACKEND: 'wasm' } },
    );
    const { engine, two, backend } = own!;
    expect(engine).toMatchObject({ backend: 'tensorflow', threads: availableParallelism() });
    expect(engine.reason).toMatch(
      /^tensorflow: TensorFlow \d+\.\d+\.\d+ on (CUDA|\d+ CPU threads?) \(libtensorflow .+\)$/,
    );
    expect({ two, backend }).toEqual({ two: [2], backend: 'tensorflow' });
    expect(wanted).toMatchObject([
      { engine: { backend: 'wasm' }, two: [2], backend: 'wasm' },
      { engine: { backend: 'cpu' }, two: [2], backend: 'cpu' },
      { engine: { backend: 'cpu', reason: expect.stringMatching(/^cpu: .*\(as asked\)$/) } },
    ]);
  });

  test('says that LIN_LIBTENSORFLOW named it, and takes the threads it is given', () => {
    const [named] = init({
      options: { threads: 1, cuda: false },
      env: { LIN_LIBTENSORFLOW: library!.folder },
    });
    expect(named!.engine).toMatchObject({ threads: 1, device: 'cpu' });
    expect(named!.engine.reason).toContain('on 1 CPU thread (libtensorflow named by LIN_LIBTENSORFLOW)');
  });

  test('may be called again, for the same backend or another, without a word on the screen', () => {
    const script = `
      const kept = [];
      for (const backend of ['tensorflow', 'wasm', 'tensorflow', 'cpu', 'wasm', 'cpu']) {
        await initEngine({ backend });
        kept.push(tf.tidy(() => tf.square(tf.tensor1d([1, 2]))));
      }
      console.log(kept.map((tensor) => tensor.dataSync().join()).join(' '));
      const indices = tf.tensor1d([1, 0], 'int32');
      tf.gather(kept[0], indices);
      await initEngine({ backend: 'tensorflow' });
      console.log(tf.gather(kept[0], indices).dataSync().join());`;
    expect(runScript(script)).toEqual({ status: 0, stderr: '', stdout: '1,4 1,4 1,4 1,4 1,4 1,4\n4,1\n' });
  });
});

const noGpu = skipped !== undefined || (await initEngine()).device === 'cpu';

describe.skipIf(!noGpu)('without a GPU, initEngine', () => {
  test.skipIf(skipped)('refuses cuda: true, and says what to do', async () => {
    expect((await failure({ cuda: true })).message).toMatch(
      /^A GPU is required \(cuda: true\), but TensorFlow .* does not find one; check nvidia-smi, or fetch a CUDA build/,
    );
  });

  test('refuses cuda: true on a backend that has none', async () => {
    for (const backend of ['webgpu', 'wasm', 'cpu'] as const) {
      expect((await failure({ backend, cuda: true })).message).toContain(
        `the ${backend} backend does not use CUDA; use the tensorflow backend`,
      );
    }
  });
});

describe('without a libtensorflow, initEngine', () => {
  const none = { LIN_LIBTENSORFLOW: 'none' };

  test('falls back to wasm, and says what would be faster', () => {
    const { engine, two, backend } = init({ env: none })[0]!;
    expect(engine).toMatchObject({ backend: 'wasm', device: 'cpu', threads: 1 });
    expect(engine.reason).toMatch(
      /^wasm: tfjs 4\.\d+\.\d+ \(no libtensorflow is found: npx lin-engine install fetches one/,
    );
    expect({ two, backend }).toEqual({ two: [2], backend: 'wasm' });
  });

  test('refuses to be tensorflow, or to use a GPU', async () => {
    const errors = [
      await failure({ backend: 'tensorflow' }, none),
      await failure({ cuda: true }, none),
      await failure({}, { ...none, LIN_BACKEND: 'tensorflow' }),
    ];
    for (const { message } of errors) {
      expect(message).toBe(
        'The tensorflow backend needs libtensorflow, which was not found; fetch it with: npx lin-engine install.',
      );
    }
  });
});

describe('initEngine names the trouble with', () => {
  test('an unknown LIN_BACKEND', async () => {
    expect((await failure({}, { LIN_BACKEND: 'webgl' })).message).toBe(
      'LIN_BACKEND is "webgl"; it is one of auto, tensorflow, webgpu, wasm, cpu.',
    );
  });

  test('a LIN_LIBTENSORFLOW that leads nowhere', async () => {
    expect((await failure({}, { LIN_LIBTENSORFLOW: join(folder, 'nowhere') })).message).toContain(
      join(folder, 'nowhere'),
    );
  });

  test('a file that is not a library: garbage, an empty file, no more than a header', async () => {
    const named = join(folder, 'named');
    await mkdir(named);
    for (const bytes of [
      Buffer.from('<!doctype html>'),
      Buffer.alloc(0),
      Buffer.from('\x7fELF\x02\x01\x01'.padEnd(5000, '\0'), 'latin1'),
    ]) {
      await writeFile(join(named, 'libtensorflow.so.2'), bytes);
      const { message } = await failure({}, { LIN_LIBTENSORFLOW: named });
      expect(message).toMatch(
        /libtensorflow\.so\.2 cannot be loaded \(.+\); name another in LIN_LIBTENSORFLOW, or unset it\.$/,
      );
    }
  });

  test('a broken library in the cache: how to fetch it again', async () => {
    const cached = join(folder, 'cache/libtensorflow/2.21.0/tensorflow');
    await mkdir(cached, { recursive: true });
    await writeFile(join(cached, 'libtensorflow_cc.so.2'), 'garbage');
    const { message } = await failure({}, { LIN_CACHE: join(folder, 'cache') });
    expect(message).toMatch(/cannot be loaded \(.+\); reinstall it with: npx lin-engine install --force\.$/);
  });

  test.skipIf(!library?.framework)("a library without TensorFlow's C API", async () => {
    const half = join(folder, 'half');
    await mkdir(half);
    await symlink(library!.framework!, join(half, 'libtensorflow.so.2'));
    expect((await failure({}, { LIN_LIBTENSORFLOW: half })).message).toMatch(/cannot be loaded \(.*TFE?_\w+.*\)/);
  });
});
