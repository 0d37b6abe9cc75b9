import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { on, readyBackends, type BackendName } from '../../test/backends.js';
import { adamUpdate } from './adam-update.js';
import { batchNorm } from './batch-norm.js';
import { biasActivation } from './bias-activation.js';
import { clipByGlobalNorm } from './clip-by-global-norm.js';

const backends = await readyBackends();

/** Values of `compute` on a backend, from the same inputs on each. */
async function valuesOn(backend: BackendName, compute: () => tf.Tensor[]): Promise<number[][]> {
  const before = tf.memory().numTensors;
  const tensors = on(backend, () => tf.tidy(compute));
  const values = await Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())));
  tf.dispose(tensors);
  expect(tf.memory().numTensors).toBe(before);
  return values;
}

function expectClose(actual: number[][], expected: number[][], tolerance = 1e-4): void {
  actual.forEach((values, i) => {
    const scale = Math.max(...expected[i]!.map(Math.abs), 1e-3);
    values.forEach((value, k) => expect(Math.abs(value - expected[i]![k]!)).toBeLessThan(tolerance * scale));
    expect(values).toHaveLength(expected[i]!.length);
  });
}

const normal = (shape: number[], seed: number, mean = 0) => tf.randomNormal(shape, mean, 1, 'float32', seed);

/** γ (x − μ)/√(σ² + ε) + β and its gradients for dy, channel by channel in float64 (Ioffe & Szegedy 2015, §3). */
function referenceBatchNorm(x: number[], dy: number[], gamma: number[], beta: number[], epsilon: number) {
  const channels = gamma.length;
  const n = x.length / channels;
  const column = (values: number[], c: number) => values.filter((_, i) => i % channels === c);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const y = [...x];
  const dx = [...x];
  const statistics = gamma.map((g, c) => {
    const [xs, dys] = [column(x, c), column(dy, c)];
    const mean = sum(xs) / n;
    const variance = sum(xs.map((value) => (value - mean) ** 2)) / n;
    const root = Math.sqrt(variance + epsilon);
    const hat = xs.map((value) => (value - mean) / root);
    const dGamma = sum(dys.map((value, i) => value * hat[i]!));
    const dBeta = sum(dys);
    hat.forEach((value, i) => {
      y[i * channels + c] = g * value + beta[c]!;
      dx[i * channels + c] = (g / root) * (dys[i]! - dBeta / n - (value * dGamma) / n);
    });
    return { mean, variance: (variance * n) / (n - 1), dGamma, dBeta };
  });
  const pick = (key: keyof (typeof statistics)[number]) => statistics.map((entry) => entry[key]);
  return { y, dx, mean: pick('mean'), variance: pick('variance'), dGamma: pick('dGamma'), dBeta: pick('dBeta') };
}

describe.each(backends)('$title', ({ name, skipped }) => {
  beforeAll(() => expect(tf.getBackend()).toBe('cpu'));

  test.skipIf(skipped)('batch normalisation and its gradients are those of the paper', async () => {
    const epsilon = 1e-3;
    const tensors = () => ({
      x: normal([3, 4, 5, 6], 1, 2) as tf.Tensor4D,
      dy: normal([3, 4, 5, 6], 2) as tf.Tensor4D,
      scale: normal([6], 3) as tf.Tensor1D,
      offset: normal([6], 4) as tf.Tensor1D,
    });
    const [x, dy, gamma, beta] = (await valuesOn('cpu', () => Object.values(tensors()))) as [
      number[],
      number[],
      number[],
      number[],
    ];
    const expected = referenceBatchNorm(x, dy, gamma, beta, epsilon);
    const actual = await valuesOn(name, () => {
      const { x, dy, scale, offset } = tensors();
      const result = batchNorm(x, { scale, offset, epsilon });
      const gradients = tf.grads(
        (...args) =>
          batchNorm(args[0] as tf.Tensor4D, { scale: args[1] as tf.Tensor1D, offset: args[2] as tf.Tensor1D, epsilon })
            .y,
      );
      return [result.y, result.mean, result.variance, ...gradients([x, scale, offset], dy)];
    });
    expectClose(actual, [expected.y, expected.mean, expected.variance, expected.dx, expected.dGamma, expected.dBeta]);
  });

  test.skipIf(skipped).each(['linear', 'relu'] as const)(
    'a bias and a %s activation give what add and relu give, gradients too',
    async (activation) => {
      const tensors = () =>
        [normal([4, 3, 3, 5], 1), normal([5], 2), normal([4, 3, 3, 5], 3)] as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D];
      const expected = await valuesOn('cpu', () => {
        const [x, bias, dy] = tensors();
        const plain = (x: tf.Tensor, bias: tf.Tensor) =>
          activation === 'relu' ? tf.maximum(tf.add(x, bias), 0) : tf.add(x, bias);
        const mask = activation === 'relu' ? tf.cast(tf.greater(tf.add(x, bias), 0), 'float32') : tf.onesLike(x);
        return [plain(x, bias), tf.mul(dy, mask), tf.sum(tf.mul(dy, mask), [0, 1, 2])];
      });
      const actual = await valuesOn(name, () => {
        const [x, bias, dy] = tensors();
        const gradients = tf.grads((...args) =>
          biasActivation(args[0] as tf.Tensor4D, args[1] as tf.Tensor1D, activation),
        );
        return [biasActivation(x, bias, activation), ...gradients([x, bias], dy)];
      });
      expectClose(actual, expected);
    },
  );

  test.skipIf(skipped)('gradients are clipped by their joint norm, and measured before', async () => {
    const clip = (clipNorm: number) =>
      valuesOn(name, () => {
        const { gradients, norm } = clipByGlobalNorm(
          [
            tf.tensor1d([3, 0]),
            tf.tensor2d([
              [0, -4],
              [12, 0],
            ]),
          ],
          clipNorm,
        );
        return [...gradients, norm];
      });
    const [clipped, untouched] = [await clip(1), await clip(Infinity)];
    expectClose(clipped, [[3 / 13, 0], [0, -4 / 13, 12 / 13, 0], [13]], 1e-6);
    expectClose(untouched, [[3, 0], [0, -4, 12, 0], [13]], 1e-6);
  });

  test.skipIf(skipped).each([NaN, Infinity])(
    'a gradient of %d makes all of them zero, and shows in the norm',
    async (bad) => {
      const [a, b, norm] = await valuesOn(name, () => {
        const { gradients, norm } = clipByGlobalNorm([tf.tensor1d([bad, 1]), tf.tensor1d([2])], 1);
        return [...gradients, norm];
      });
      expect(a!.map(Math.abs)).toEqual([0, 0]);
      expect(b!.map(Math.abs)).toEqual([0]);
      expect(norm![0]).toBe(bad);
    },
  );

  test.skipIf(skipped)('no gradients have no norm', async () => {
    expect(await valuesOn(name, () => [clipByGlobalNorm([], 1).norm])).toEqual([[0]]);
  });

  test.skipIf(skipped)("Adam's update is that of the paper", async () => {
    const [beta1, beta2, stepSize, epsilon] = [0.9, 0.999, 0.01, 1e-8];
    const g = [0.5, -2, 0];
    const [theta, m, v] = (await valuesOn(name, () => {
      const variables = [
        [1, 2, 3],
        [0.1, 0.2, 0.3],
        [0.01, 0.02, 0.03],
      ].map((values) => tf.variable(tf.tensor1d(values)));
      const [variable, m, v] = variables as [tf.Variable, tf.Variable, tf.Variable];
      adamUpdate({
        variable,
        m,
        v,
        gradient: tf.tensor1d(g),
        stepSize: tf.scalar(stepSize),
        epsilon: tf.scalar(epsilon),
        beta1,
        beta2,
      });
      const results = variables.map((one) => tf.clone(one as tf.Tensor));
      variables.forEach((one) => one.dispose());
      return results;
    })) as [number[], number[], number[]];
    [1, 2, 3].forEach((before, i) => {
      const expectedM = beta1 * [0.1, 0.2, 0.3][i]! + (1 - beta1) * g[i]!;
      const expectedV = beta2 * [0.01, 0.02, 0.03][i]! + (1 - beta2) * g[i]! ** 2;
      expect(m[i]).toBeCloseTo(expectedM, 6);
      expect(v[i]).toBeCloseTo(expectedV, 6);
      expect(theta[i]).toBeCloseTo(before - (stepSize * expectedM) / (Math.sqrt(expectedV) + epsilon), 6);
    });
  });
});
