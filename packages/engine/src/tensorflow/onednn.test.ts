// oneDNN, which the engine switches on for every processor with AVX2: it computes what plain JavaScript does.
import { describe, expect, test } from 'vitest';
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

/** Of each convolution: how far its values and both gradients are from those of plain JavaScript, relative to their norm. */
const COMPARE = `
  const backends = ['cpu', 'tensorflow'];
  for (const backend of backends) await initEngine({ backend });
  const differences = ${JSON.stringify(CONVOLUTIONS)}.map(([b, h, w, ci, co, kh, kw, stride, pad]) => {
    const results = backends.map((backend) => {
      tf.setBackend(backend);
      return tf.tidy(() => {
        const noise = (shape, s) => tf.randomUniform(shape, -1, 1, 'float32', s);
        const [x, k] = [noise([b, h, w, ci], 1), noise([kh, kw, ci, co], 2)];
        const y = tf.conv2d(x, k, stride, pad);
        const dy = noise(y.shape, 3);
        return [y, ...tf.grads((x, k) => tf.conv2d(x, k, stride, pad))([x, k], dy)].map((t) => t.dataSync());
      });
    });
    const norm = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return Math.max(...results[0].map((expected, i) => norm(expected.map((v, at) => v - results[1][i][at])) / norm(expected)));
  });
  console.log(JSON.stringify(differences));
`;

const SAYS_IT_IS_ON = /oneDNN custom operations are on/;

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

  test.each([
    ['as this processor has it', undefined],
    ['on a processor with AVX2 alone', 'AVX2'],
  ])(
    "gives convolutions and their gradients within 1e-5 of plain JavaScript's, %s",
    (_, ONEDNN_MAX_CPU_ISA) => {
      const { stdout, stderr } = runScript(COMPARE, { env: { ONEDNN_MAX_CPU_ISA, TF_ENABLE_ONEDNN_OPTS: undefined } });
      expect(stderr).toBe('');
      const differences = JSON.parse(stdout) as number[];
      expect(differences).toHaveLength(CONVOLUTIONS.length);
      differences.forEach((difference, i) => expect(difference, CONVOLUTIONS[i]!.join(' ')).toBeLessThan(1e-5));
    },
    120_000,
  );
});
