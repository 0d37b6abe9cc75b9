// oneDNN, which the engine switches on for every processor with AVX2: it computes what plain JavaScript does.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { runScript } from '../../test/run-script.js';
import { hasAvx2 } from './processor.js';

const missing = hasAvx2() ? await tensorFlowMissing() : 'this processor has no AVX2';

/** [batch, height, width, channels in, channels out, window height, window width, stride, pad] */
const CONVOLUTIONS = [
  ...[1, 3].flatMap((window) =>
    [
      [4, 14, 14, 24, 32],
      [3, 7, 7, 64, 40],
      [2, 28, 28, 6, 16],
      [5, 5, 9, 3, 7],
      [1, 4, 4, 130, 65],
    ].map((sizes) => [...sizes, window, window, 1, 'same']),
  ),
  ...[1, 2, 3].flatMap((stride) =>
    ['same', 'valid'].flatMap((pad) => [
      [2, 11, 11, 5, 6, 3, 3, stride, pad],
      [2, 10, 12, 16, 16, 5, 3, stride, pad],
      [3, 8, 8, 4, 9, 2, 4, stride, pad],
    ]),
  ),
  [2, 9, 9, 8, 8, 9, 9, 1, 'same'],
  [64, 7, 7, 1, 1, 3, 3, 1, 'same'],
  [1, 33, 1, 3, 5, 3, 1, 2, 'same'],
];

/** Writes each convolution's values and both of its gradients, all float32, one after the other into `file`. */
const convolve = (backend: 'cpu' | 'tensorflow', file: string) => `
  const { appendFileSync } = await import('node:fs');
  await initEngine({ backend: '${backend}' });
  for (const [b, h, w, ci, co, kh, kw, stride, pad] of ${JSON.stringify(CONVOLUTIONS)}) {
    tf.tidy(() => {
      const noise = (shape, s) => tf.randomUniform(shape, -1, 1, 'float32', s);
      const [x, k] = [noise([b, h, w, ci], 1), noise([kh, kw, ci, co], 2)];
      const y = tf.conv2d(x, k, stride, pad);
      const dy = noise(y.shape, 3);
      const gradients = tf.grads((x, k) => tf.conv2d(x, k, stride, pad))([x, k], dy);
      for (const result of [y, ...gradients]) {
        for (const { buffer, byteOffset, byteLength } of [Uint32Array.of(result.size), result.dataSync()])
          appendFileSync(${JSON.stringify(file)}, Buffer.from(buffer, byteOffset, byteLength));
      }
    });
  }
`;

/** What `convolve` wrote. */
async function resultsIn(file: string): Promise<Float32Array[]> {
  const { buffer } = Uint8Array.from(await readFile(file));
  const results: Float32Array[] = [];
  for (let at = 0; at < buffer.byteLength; at += 4 + 4 * results.at(-1)!.length)
    results.push(new Float32Array(buffer, at + 4, new Uint32Array(buffer, at, 1)[0]));
  return results;
}

const SAYS_IT_IS_ON = /oneDNN custom operations are on/;
const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-onednn-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(missing)(`TensorFlow's oneDNN${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('is on by default, and off where the user says so', () => {
    const start = (value: string | undefined) =>
      runScript("await initEngine({ backend: 'tensorflow' }); console.log(process.env['TF_ENABLE_ONEDNN_OPTS']);", {
        env: { TF_CPP_MIN_LOG_LEVEL: '0', TF_ENABLE_ONEDNN_OPTS: value },
      });
    const [byDefault, off] = [start(undefined), start('0')];
    expect([byDefault.stdout, off.stdout]).toEqual(['1\n', '0\n']);
    expect(byDefault.stderr).toMatch(SAYS_IT_IS_ON);
    expect(off.stderr).not.toMatch(SAYS_IT_IS_ON);
  });

  describe("gives convolutions and their gradients within 1e-5 of plain JavaScript's", () => {
    const results = async (
      backend: 'cpu' | 'tensorflow',
      { isa }: { isa?: string | undefined } = {},
    ): Promise<Float32Array[]> => {
      const file = join(folder, `${backend} ${isa}`);
      const env = { ONEDNN_MAX_CPU_ISA: isa, TF_ENABLE_ONEDNN_OPTS: undefined };
      expect(runScript(convolve(backend, file), { env })).toEqual({ status: 0, stdout: '', stderr: '' });
      return resultsIn(file);
    };
    let ofJavaScript: Float32Array[];
    beforeAll(async () => {
      ofJavaScript = await results('cpu');
    });

    test.each([
      ['as this processor has it', undefined],
      ['on a processor with AVX2 alone', 'AVX2'],
    ])(
      '%s',
      async (_, isa) => {
        const ofOneDnn = await results('tensorflow', { isa });
        expect(ofJavaScript).toHaveLength(3 * CONVOLUTIONS.length);
        ofJavaScript.forEach((expected, i) => {
          const difference = norm(expected.map((value, at) => value - ofOneDnn[i]![at]!)) / norm(expected);
          expect(difference, CONVOLUTIONS[Math.floor(i / 3)]!.join(' ')).toBeLessThan(1e-5);
        });
      },
      120_000,
    );
  });
});
