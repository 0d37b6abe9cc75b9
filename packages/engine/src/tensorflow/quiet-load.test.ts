// What TensorFlow says while it is loaded, and what of it reaches the screen.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { bundleOf, runScript } from '../../test/run-script.js';
import { isHidden } from './quiet-load.js';

const skipped = await tensorFlowMissing();

const ABSL = 'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR';
const INFO = 'I0000 00:00:1795529586.714611    6754 port.cc:153] oneDNN custom operations are on.';
const WARNING = 'W0000 00:00:1795529586.714611    6754 gpu_device.cc:2344] Cannot dlopen some GPU libraries.';
const ERROR = 'E0000 00:00:1795529586.714611    6754 cuda_fft.cc:485] Unable to register cuFFT factory';
const FATAL =
  'F0000 00:00:1795529586.714611    6754 cpu_feature_guard.cc:88] The TensorFlow library was compiled to use AVX instructions';
const OLDER =
  '2022-09-20 16:21:11.513563: I tensorflow/core/platform/cpu_feature_guard.cc:193] This TensorFlow binary is optimized';

describe('a line of TensorFlow', () => {
  test.each([
    [ABSL, [true, true, true]],
    [INFO, [true, true, true]],
    [OLDER, [true, true, true]],
    [WARNING, [false, true, true]],
    [ERROR, [false, false, true]],
    [FATAL, [false, false, false]],
    ['', [false, false, false]],
    ['Segmentation fault', [false, false, false]],
    ['I wrote this myself', [false, false, false]],
  ])('%j is hidden at levels 1, 2 and 3: %j', (line, hidden) => {
    expect([1, 2, 3].map((level) => isHidden(line, level))).toEqual(hidden);
  });
});

const run = (script: string, env: Record<string, string> = {}) =>
  runScript(script, { modules: ['tensorflow/quiet-load', 'engine'], env });

describe('quietly', () => {
  const write = (...lines: string[]) =>
    `(await import('node:fs')).writeSync(2, ${JSON.stringify(lines.join('\n') + '\n')});`;
  const loading = (body: string) => `const fs = await import('node:fs'); console.error('before');
    try { quietly(() => { ${body.replaceAll("(await import('node:fs'))", 'fs')} }); } catch (error) { console.error(error.message); }
    console.error('after');`;

  test('hides what the level hides, passes the rest on, and gives stderr back', () => {
    const { stderr } = run(loading(write(ABSL, INFO, ERROR, 'its own words')), { TF_CPP_MIN_LOG_LEVEL: '2' });
    expect(stderr).toBe(`before\n${ERROR}\nits own words\nafter\n`);
  });

  test('hides nothing where the user wants to see all', () => {
    const { stderr } = run(loading(write(ABSL, INFO)), { TF_CPP_MIN_LOG_LEVEL: '0' });
    expect(stderr).toBe(`before\n${ABSL}\n${INFO}\nafter\n`);
  });

  test('gives stderr back where the load fails', () => {
    const { stderr } = run(loading(`${write(ERROR)} throw new Error('cannot be loaded');`), {
      TF_CPP_MIN_LOG_LEVEL: '2',
    });
    expect(stderr).toBe(`before\n${ERROR}\ncannot be loaded\nafter\n`);
  });
});

describe.skipIf(skipped)('a process that starts TensorFlow', () => {
  const start = `const { reason } = await initEngine({ backend: 'tensorflow' }); console.log(reason);`;

  test('keeps a clean screen', { timeout: 60_000 }, () => {
    const { status, stdout, stderr } = run(start);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^tensorflow: TensorFlow \d/);
  });

  test('keeps a clean screen from a worker thread too', { timeout: 60_000 }, () => {
    const inWorker = `
      const { Worker } = await import('node:worker_threads');
      const load = \`import(${JSON.stringify(bundleOf('engine'))}).then(({ initEngine }) => initEngine({ backend: 'tensorflow' }))\`;
      const worker = new Worker(load, { eval: true });
      console.log(await new Promise((resolve) => worker.once('exit', resolve)));`;
    expect(run(inWorker)).toEqual({ status: 0, stdout: '0\n', stderr: '' });
  });

  test('shows what TensorFlow says where TF_CPP_MIN_LOG_LEVEL is 0', { timeout: 60_000 }, () => {
    expect(run(start, { TF_CPP_MIN_LOG_LEVEL: '0' }).stderr).not.toBe('');
  });
});
