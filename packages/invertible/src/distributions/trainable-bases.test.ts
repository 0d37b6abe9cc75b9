// Bases with variables: they are trained with their flow, by data and by a target, and one for each context.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import {
  ConditionalNormal,
  DiagonalNormal,
  ElementwiseAffine,
  fit,
  Flow,
  likelihoodStep,
  realNVP,
  Reverse,
  reverseKl,
  ShapeError,
  StandardNormal,
  trainableVariables,
} from '../index.js';

const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test('a diagonal base is trained with its flow: it takes the data’s mean and deviation', async () => {
    const flow = new Flow({ transform: new Reverse({ shape: [2] }), base: new DiagonalNormal({ shape: [2] }) });
    expect([...trainableVariables(flow).keys()]).toEqual(['base.mean', 'base.logDeviation']);
    const data = tf.tidy(() => tf.add(tf.mul(normal([2000, 2], 1), [0.5, 2]), [3, -1]));
    const optimizer = tf.train.adam(0.05);
    const losses = fit(flow, { data, steps: 300, batchSize: 500, step: likelihoodStep(flow, { optimizer }) });
    while (!(await losses.next()).done);
    const { mean, logDeviation } = flow.base as DiagonalNormal;
    const [m, s] = [mean.dataSync(), logDeviation.dataSync()];
    [-1, 3].forEach((value, i) => expect(Math.abs(m[i]! - value)).toBeLessThan(0.15)); // Reverse exchanges the two
    [2, 0.5].forEach((value, i) => expect(Math.exp(s[i]!) / value).toBeCloseTo(1, 1));
    data.dispose();
    optimizer.dispose();
    flow.dispose();
  });

  test('a conditional base is one for each class', async () => {
    const base = new ConditionalNormal({ dim: 1, contextDim: 2, hiddenDim: 8, seed: 1 });
    const flow = new Flow({ transform: new Reverse({ shape: [1] }), base });
    expect(flow.contextShape).toEqual([2]);
    const [context, data] = tf.tidy(() => {
      const label = tf.cast(tf.greater(normal([1000, 1], 1), 0), 'float32');
      const shifted = tf.add(tf.mul(normal([1000, 1], 2), 0.3), tf.sub(tf.mul(label, 6), 3));
      return [tf.concat([label, tf.sub(1, label)], 1), shifted] as const;
    });
    const optimizer = tf.train.adam(0.05);
    const step = likelihoodStep(flow, { optimizer, maxGradientNorm: 5 });
    const losses = fit(flow, { data, context, steps: 200, batchSize: 250, step });
    while (!(await losses.next()).done);
    tf.tidy(() => {
      const label = (one: number) => tf.tile(tf.tensor2d([[one, 1 - one]]), [200, 1]);
      const drawn = flow.sample({ count: 400, seed: 1, context: tf.concat([label(1), label(0)]) });
      const [one, other] = tf.split(drawn, 2).map((half) => tf.mean(half).dataSync()[0]!);
      expect(Math.abs(one! - 3)).toBeLessThan(0.3);
      expect(Math.abs(other! + 3)).toBeLessThan(0.3);
    });
    tf.dispose([context, data]);
    optimizer.dispose();
    flow.dispose();
  });

  test('samples and their log-densities in one pass are those of two', () => {
    const base = new ConditionalNormal({ dim: 2, contextDim: 1, hiddenDim: 4 });
    const flow = heat(new Flow({ transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8, contextDim: 1 }), base }), 1);
    tf.tidy(() => {
      const context = tf.tensor2d([[-1], [0], [2]]);
      const { x, logProb } = flow.sampleAndLogProb({ count: 3, seed: 4, context });
      expect(difference(x, flow.sample({ count: 3, seed: 4, context }))).toBe(0);
      expect(difference(logProb, flow.logProb(x, context))).toBeLessThan(1e-4);
    });
    flow.dispose();
  });

  test('the reverse Kullback–Leibler divergence of two normal distributions is that of the closed form', () => {
    const base = new DiagonalNormal({ shape: [1] });
    const flow = new Flow({ transform: new Reverse({ shape: [1] }), base });
    tf.tidy(() => {
      base.mean.assign(tf.tensor1d([1]));
      base.logDeviation.assign(tf.tensor1d([Math.log(0.5)]));
      const target = new StandardNormal({ shape: [1] });
      const logTarget = (x: tf.Tensor) => tf.add(target.logProb(x), 7) as tf.Tensor1D; // not normalised: e⁷
      const value = reverseKl(flow, { logTarget, count: 20_000, seed: 1 }).dataSync()[0]!;
      // KL(N(μ, σ²) ‖ N(0, 1)) = (σ² + μ² − 1)/2 − log σ
      expect(value).toBeCloseTo((0.25 + 1 - 1) / 2 - Math.log(0.5) - 7, 1);
      const { grads } = tf.variableGrads(() => reverseKl(flow, { logTarget, count: 20_000, seed: 1 }));
      expect(grads[base.mean.name]!.dataSync()[0]).toBeCloseTo(1, 1); // μ
      expect(grads[base.logDeviation.name]!.dataSync()[0]).toBeCloseTo(0.25 - 1, 1); // σ² − 1
    });
    flow.dispose();
  });
});

describe('a flow', () => {
  useBackend('cpu');

  test('refuses a base of another context than its transform', () => {
    const transform = realNVP({ dim: 2, numBlocks: 2, hiddenDim: 4, contextDim: 1 });
    const base = new ConditionalNormal({ dim: 2, contextDim: 3, hiddenDim: 4 });
    expect(() => new Flow({ transform, base })).toThrow(ShapeError);
    expect(() => new Flow({ transform, base })).toThrow('takes a context of [1], but its base one of [3]');
    [transform, base].forEach((part) => part.dispose());
  });

  test('names the context that its base misses', () => {
    const base = new ConditionalNormal({ dim: 2, contextDim: 3, hiddenDim: 4 });
    const flow = new Flow({ transform: new ElementwiseAffine({ shape: [2] }), base });
    expect(() => tf.tidy(() => flow.logProb(tf.zeros([2, 2])))).toThrow(
      /ConditionalNormal: expected a context of shape \[2, 3\]/,
    );
    expect(() => flow.sample({ count: 2, seed: 1 })).toThrow(/got none/);
    flow.dispose();
  });
});
