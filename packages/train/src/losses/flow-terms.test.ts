// The terms that look at g_x alone, against float64 and maps whose answers are known.
import * as tf from '@tensorflow/tfjs';
import { chain, ActNorm, OrthogonalMixing, VectorFlow } from '@lin/invertible';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { biLipschitz } from './bi-lipschitz.js';
import { negativeLogLikelihood } from './negative-log-likelihood.js';

let before: number;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

const valueOf = (term: ReturnType<typeof biLipschitz>, rows: number[][]) =>
  tf.tidy(() => term(undefined, { x: tf.tensor2d(rows) }).dataSync()[0]!);

/** y = eˢ x + b. */
function affine(logScales: readonly number[], biases: readonly number[]): ActNorm {
  const map = new ActNorm({ shape: [logScales.length] });
  tf.tidy(() => {
    map.logScale.assign(tf.tensor1d([...logScales]));
    map.bias.assign(tf.tensor1d([...biases]));
  });
  return map;
}

const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const triple = (limit: number) => fc.tuple(number(limit), number(limit), number(limit));
const batches = fc.array(triple(3), { minLength: 2, maxLength: 6 });

describe('the negative log-likelihood', () => {
  test('is that of an independent normal, in float64', () => {
    fc.assert(
      fc.property(triple(1), triple(2), batches, (logScales, biases, rows) => {
        const map = affine(logScales, biases);
        const nats = rows.map((row) =>
          row.reduce((sum, x, i) => {
            const z = Math.exp(logScales[i]!) * x + biases[i]!;
            return sum + 0.5 * z * z - logScales[i]! + 0.5 * Math.log(2 * Math.PI);
          }, 0),
        );
        const expected = nats.reduce((sum, value) => sum + value, 0) / nats.length / 3;
        const value = valueOf(negativeLogLikelihood(map), rows);
        map.dispose();
        expect(Math.abs(value - expected)).toBeLessThan(1e-5 * (1 + Math.abs(expected)));
      }),
    );
  });

  test('minimised alone, finds the mean and the deviation of the data', () => {
    const map = affine([0, 0], [0, 0]);
    const term = negativeLogLikelihood(map);
    const x = tf.tidy(() => tf.add(tf.mul(tf.randomNormal([256, 2], 0, 1, 'float32', 1), [2, 0.5]), [3, -1]));
    const parameters = [map.logScale, map.bias];
    for (let i = 0; i < 400; i++)
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => term(undefined, { x }), parameters);
        for (const parameter of parameters)
          parameter.assign(tf.sub(parameter, tf.mul(grads[parameter.name]!, 0.2)) as tf.Tensor1D);
      });
    tf.tidy(() => {
      const z = map.apply(x);
      const { mean, variance } = tf.moments(z, 0);
      mean.dataSync().forEach((value) => expect(Math.abs(value)).toBeLessThan(0.01));
      variance.dataSync().forEach((value) => expect(Math.abs(value - 1)).toBeLessThan(0.01));
    });
    x.dispose();
    map.dispose();
  });
});

describe('the bi-Lipschitz term', () => {
  test('is zero for an isometry, and log² of the factor of a scaling, whatever the data', () => {
    const rotation = new OrthogonalMixing({ shape: [3], reflections: 3, seed: 1 });
    const scaled = chain(rotation, affine([0.7, 0.7, 0.7], [1, 2, 3]));
    const rows = [[1, 2, 3], [0, -1, 2], [4, 4, 4], [0, 0, 1]]; // prettier-ignore
    expect(valueOf(biLipschitz(rotation), rows)).toBeLessThan(1e-10);
    expect(valueOf(biLipschitz(scaled), rows)).toBeCloseTo(0.49, 5);
    scaled.dispose();
  });

  test('is its definition in float64, where samples are the same, too', () => {
    fc.assert(
      fc.property(triple(1), batches, fc.boolean(), (logScales, someRows, twice) => {
        const rows = twice ? [someRows[0]!, ...someRows] : someRows;
        const distance = (a: readonly number[], b: readonly number[], scales: readonly number[]) =>
          Math.hypot(...a.map((value, i) => Math.fround(value) * scales[i]! - Math.fround(b[i]!) * scales[i]!));
        const pairs = rows.map((row, i) => [row, rows[(i + 1) % rows.length]!] as const);
        fc.pre(pairs.every(([a, b]) => distance(a, b, [1, 1, 1]) === 0 || distance(a, b, [1, 1, 1]) > 0.01));
        const stretches = pairs
          .filter(([a, b]) => distance(a, b, [1, 1, 1]) > 0)
          .map(([a, b]) => Math.log(distance(a, b, logScales.map(Math.exp)) / distance(a, b, [1, 1, 1])));
        const expected = stretches.reduce((sum, value) => sum + value * value, 0) / Math.max(stretches.length, 1);
        const map = affine(logScales, [0, 0, 0]);
        const value = valueOf(biLipschitz(map), rows);
        map.dispose();
        expect(Math.abs(value - expected)).toBeLessThan(1e-3 * (1 + expected)); // distances of 0.01 between numbers of 3
      }),
    );
  });

  test('refuses a batch of one, which has no two samples', () => {
    const map = affine([0, 0, 0], [0, 0, 0]);
    expect(() => valueOf(biLipschitz(map), [[1, 2, 3]])).toThrow(
      /^biLipschitz: a batch of 1 has no two samples to compare/,
    );
    map.dispose();
  });

  test('minimised alone, takes a flow back to where it stretches nothing', () => {
    const flow = chain(affine([1.5, -1, 0.5], [0, 0, 0]), new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 4 }));
    const [scale] = [flow.layers[0] as ActNorm];
    const x = tf.randomNormal([32, 3], 0, 1, 'float32', 1);
    const term = biLipschitz(flow);
    const first = tf.tidy(() => term(undefined, { x }).dataSync()[0]!);
    for (let i = 0; i < 200; i++)
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => term(undefined, { x }), [scale.logScale]);
        scale.logScale.assign(tf.sub(scale.logScale, tf.mul(grads[scale.logScale.name]!, 0.3)) as tf.Tensor1D);
      });
    expect(tf.tidy(() => term(undefined, { x }).dataSync()[0]!)).toBeLessThan(1e-4);
    expect(first).toBeGreaterThan(0.3);
    x.dispose();
    flow.dispose();
  });
});
