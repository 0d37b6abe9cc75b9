// The webgpu backend as a whole: which adapter is taken when, what is said without one, how values are read, and that nothing is
// held.
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webGpuMissing } from '../../../../tools/webgpu-for-tests.js';
import { on } from '../../test/backends.js';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { runScript, type ScriptResult } from '../../test/run-script.js';
import { toyTraining } from '../../test/toy-training.js';
import { initEngine, type Engine, type EngineOptions } from '../engine.js';
import { WebGpuError } from '../errors.js';

const skipped = await webGpuMissing(() => initEngine({ backend: 'webgpu' }));
const noTensorFlow = await tensorFlowMissing();
const driver = process.env['VK_ICD_FILENAMES']; // SwiftShader's, where the tests fell back on it

/** A process of its own, on the adapter under test. */
const run = (script: string, env: Record<string, string | undefined> = {}): ScriptResult =>
  runScript(script, {
    env: { LIN_BACKEND: undefined, LIN_LIBTENSORFLOW: undefined, VK_ICD_FILENAMES: driver, ...env },
  });

const INIT = (options: EngineOptions = {}) => `const engine = await initEngine(${JSON.stringify(options)});`;
const NO_TENSORFLOW = { LIN_LIBTENSORFLOW: 'none' };
/** A software adapter that passes for a GPU: no GPU is needed to test what happens where there is one. */
const AS_HARDWARE = `
  const { globals } = await import('webgpu');
  Object.defineProperty(globals.GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });`;

/** What one call of initEngine is given. */
interface Call {
  options?: EngineOptions;
  env?: Record<string, string>;
}

/** The engines of these calls, one after another in one process, `before` which something is run. */
function enginesOf(calls: Call[], { before = '', env = {} }: { before?: string; env?: Record<string, string> } = {}) {
  const script = `${before}
    for (const { options, env } of ${JSON.stringify(calls)}) {
      for (const name of ['LIN_BACKEND', 'LIN_LIBTENSORFLOW']) delete process.env[name];
      Object.assign(process.env, env);
      console.log(JSON.stringify(await initEngine(options)));
    }`;
  const { status, stdout, stderr } = run(script, env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' }); // a clean screen
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Engine);
}

function errorOf(env: Record<string, string | undefined>): string {
  const script = `console.log(await initEngine({ backend: 'webgpu' }).then(() => 'none', ({ name, message }) => name + ': ' + message));`;
  const { status, stdout, stderr } = run(script, env);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd();
}

/** As where a package is not installed. */
function without(name: string): Record<string, string> {
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier !== ${JSON.stringify(name)}) return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  }`;
  const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  return {
    NODE_OPTIONS: `--import=${dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hook))});`)}`,
  };
}

describe('without what webgpu needs, initEngine', () => {
  test.each(['webgpu', '@tensorflow/tfjs-backend-webgpu'])('says how to install %s', (name) => {
    expect(errorOf(without(name))).toBe(
      `EngineError: The webgpu backend needs the package ${name}, which is not installed; ` +
        'install both it needs with: npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0.',
    );
  });

  test('goes on without it where it was left to choose', () => {
    const [engine] = enginesOf([{ env: NO_TENSORFLOW }], { env: without('webgpu') });
    expect(engine!.backend).toBe('wasm');
  });

  test.skipIf(process.platform !== 'linux')('says what to check where there is no adapter', () => {
    expect(errorOf({ VK_ICD_FILENAMES: '/not/there.json', VK_DRIVER_FILES: '/not/there.json' })).toMatch(
      // eslint-disable-next-line max-len -- the whole message
      /^EngineError: The webgpu backend finds no Vulkan adapter( \(Dawn: .+\))?; check the GPU's Vulkan driver \(vulkaninfo --summary\) and, where it is set, VK_ICD_FILENAMES\.$/,
    );
  });
});

describe.skipIf(skipped)(`with an adapter, initEngine${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test(
    'takes it where it is asked to, by the caller or by LIN_BACKEND, and names it; ' +
      'leaves a CPU that plays a GPU alone where it was left to choose',
    () => {
      const [engine, byEnvironment, leftToChoose] = enginesOf([
        { options: { backend: 'webgpu' } },
        { env: { LIN_BACKEND: 'webgpu' } },
        { env: NO_TENSORFLOW },
      ]);
      const { adapter } = engine!;
      expect(engine).toMatchObject({
        backend: 'webgpu',
        device: adapter!.isSoftware ? 'cpu' : 'gpu',
        version: tf.version_core,
        threads: 1,
      });
      expect(adapter).toMatchObject({
        vendor: expect.any(String),
        api: expect.stringMatching(/^(Vulkan|Metal|Direct3D 12)$/),
      });
      expect(engine!.reason).toMatch(
        new RegExp(`^webgpu: tfjs ${tf.version_core} on .+${adapter!.api}\\) \\(.*as asked\\)$`),
      );
      expect(byEnvironment!.backend).toBe('webgpu');
      expect(leftToChoose!.backend).toBe(adapter!.isSoftware ? 'wasm' : 'webgpu');
    },
  );

  test('takes a GPU before wasm and before TensorFlow on the CPU, and says why; with cuda: false none', () => {
    const [beforeWasm, beforeTensorFlow, withoutGpu] = enginesOf(
      [{ env: NO_TENSORFLOW }, ...(noTensorFlow ? [] : [{}, { options: { cuda: false } }])],
      { before: AS_HARDWARE },
    );
    expect(beforeWasm).toMatchObject({
      backend: 'webgpu',
      device: 'gpu',
      reason: expect.stringContaining('(no libtensorflow is found, WebGPU does find a GPU)'),
    });
    if (noTensorFlow || beforeTensorFlow!.device === 'cuda') return; // nothing goes before that
    expect(beforeTensorFlow).toMatchObject({
      backend: 'webgpu',
      device: 'gpu',
      reason: expect.stringContaining('(TensorFlow finds no GPU, WebGPU does)'),
    });
    expect(withoutGpu!.backend).toBe('tensorflow');
  });

  test('may be called again; tensors of before stay readable', () => {
    const script = `
      const kept = [];
      for (const backend of ['webgpu', 'cpu', 'webgpu', 'wasm', 'webgpu']) {
        await initEngine({ backend });
        kept.push(tf.tidy(() => tf.square(tf.tensor1d([1, 2]))));
      }
      console.log((await Promise.all(kept.map((tensor) => tensor.data()))).join(' '), 'navigator' in globalThis && 'gpu' in navigator);`;
    expect(run(script)).toEqual({ status: 0, stderr: '', stdout: '1,4 1,4 1,4 1,4 1,4 false\n' });
  });
});

/** A simple shader over many numbers: a software GPU compiles it at once and computes for long. */
const WORK = `${INIT({ backend: 'webgpu' })} const x = tf.fill([2000, 2000], 2); const pending = tf.mul(tf.mul(x, x), x).data();`;

describe.skipIf(skipped)(`a process that computed on a GPU`, () => {
  test.each([
    ['ends by itself, with all done', `${WORK} await pending;`, 0],
    ['ends by itself, with a read under way', WORK, 0],
    ['ends by process.exit, with a read under way', `${WORK} process.exit(3);`, 3],
    ['ends by an error, with a read under way', `${WORK} throw new Error('its own');`, 1],
    ['ends after its backend is removed', `${WORK} await pending; tf.dispose(x); tf.removeBackend('webgpu');`, 0],
  ])('%s', (_, script, status) => {
    expect(run(script).status).toBe(status);
  });
});

describe.skipIf(skipped)('on webgpu', () => {
  let before: number;
  beforeAll(async () => {
    await initEngine({ backend: 'webgpu' });
    await initEngine({ backend: 'cpu' });
    before = tf.memory().numTensors;
  });
  afterAll(() => expect(tf.memory().numTensors).toBe(before));

  test('a value is read asynchronously, or after it once was', async () => {
    const y = on('webgpu', () => tf.tidy(() => tf.square(tf.fill([40, 40], 3))));
    expect(() => y.dataSync()).toThrow(WebGpuError);
    expect(() => y.arraySync()).toThrow('await data() or array() instead of dataSync() or arraySync()');
    expect((await y.data())[1599]).toBe(9);
    expect(y.dataSync()[1599]).toBe(9);
    y.dispose();
  });

  test('a tensor larger than the GPU takes is refused by the op that makes it, and nothing else is touched', async () => {
    const kept = on('webgpu', () => tf.tidy(() => tf.add(tf.fill([40, 40], 2), 1)));
    expect(() => on('webgpu', () => tf.fill([2 ** 20, 2 ** 14], 1))).toThrow(
      /^A tensor of 65536 MB is larger than the \d+ MB that this GPU takes; use a smaller batch\.$/,
    );
    expect((await kept.data())[0]).toBe(3);
    kept.dispose();
  });

  test.each(['dense', 'convolutional'] as const)(
    'a %s network trains as on cpu, and holds no tensor and no memory',
    async (kind) => {
      const STEPS = 12;
      const losses = async (backend: 'webgpu' | 'cpu') => {
        const training = on(backend, () => toyTraining(kind));
        const result: number[] = [];
        const held: unknown[] = [];
        for (let i = 0; i < STEPS; i++) {
          const inputs = on('cpu', () => training.inputs(i % 3));
          const { loss, norm } = on(backend, () => training.step(inputs));
          result.push((await loss.data())[0]!);
          tf.dispose([inputs, loss, norm]);
          held.push(
            on(backend, () => ({
              tensors: tf.memory().numTensors,
              bytes: (tf.memory() as { numBytesAllocatedInGPU?: number }).numBytesAllocatedInGPU,
            })),
          );
        }
        for (const variable of training.variables.values()) variable.dispose();
        expect(held.at(-1)).toEqual(held[3]); // after one round through the inputs
        return result;
      };
      const [expected, actual] = [await losses('cpu'), await losses('webgpu')];
      expect(expected.at(-3)!).toBeLessThan(expected[0]!); // it does train
      // float32 sums in another order, through a dozen steps of Adam, which divides by small numbers
      actual.forEach((loss, i) => expect(Math.abs(loss - expected[i]!)).toBeLessThan(1e-4 * expected[i]!));
    },
  );

  test.each([
    [
      'refuses an op',
      (device: GPUDevice) => void device.createBuffer({ size: 16, usage: 0xffff }),
      /^The GPU refused an op \(.+\); what it computed may be wrong, and it starts anew with the next initEngine\.$/,
    ],
    ['is lost', (device: GPUDevice) => device.destroy(), /^The GPU was lost \(.+\); /],
  ])('a GPU that %s gives no value any more; initEngine starts it anew', async (_, breakIt, words) => {
    const compute = () => on('webgpu', () => tf.tidy(() => tf.add(tf.fill([40, 40], 2), 1)));
    const [read, lost] = [compute(), compute()];
    await read.data();
    breakIt(on('webgpu', () => (tf.backend() as unknown as { device: GPUDevice }).device));
    await expect(lost.data()).rejects.toThrow(words);
    await expect(lost.data()).rejects.toThrow(WebGpuError);
    expect((await read.data())[0]).toBe(3); // in JavaScript already
    tf.dispose([read, lost]);

    await initEngine({ backend: 'webgpu' });
    await initEngine({ backend: 'cpu' });
    const again = compute();
    expect((await again.data())[0]).toBe(3);
    again.dispose();
  });
});
