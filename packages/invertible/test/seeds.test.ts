// A seed that tfjs would take without a word, and draw other values for each time or for none, is refused wherever one is given.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  Autoregressive,
  affineTransform,
  CayleyMixing,
  Convolutional,
  dequantize,
  fit,
  Flow,
  glow,
  ImageFlow,
  LuLinear,
  maskedAutoregressiveFlow,
  Mlp,
  neuralSplineFlow,
  nice,
  normalVariable,
  NormalMixture,
  OrthogonalMixing,
  Permutation,
  Readout,
  realNVP,
  ResidualBlock,
  Reverse,
  russianRoulette,
  SeedSequence,
  StandardNormal,
  truncatedSeries,
  Uniform,
  VectorFlow,
  verifyInverse,
} from '../src/index.js';
import { useBackend } from './backends.js';

useBackend('cpu');

const x = (shape: number[]) => tf.zeros([2, ...shape]);
const shape = [2];

const takers: Record<string, (seed: number) => unknown> = {
  Autoregressive: (seed) => new Autoregressive({ dim: 2, transform: affineTransform(), hiddenDim: 2, seed }),
  CayleyMixing: (seed) => new CayleyMixing({ shape, seed }),
  Convolutional: (seed) => new Convolutional({ inputChannels: 1, outputChannels: 1, hiddenDim: 1, seed }),
  dequantize: (seed) => dequantize(x(shape), { seed }),
  fit: (seed) =>
    fit(new Flow({ transform: new Reverse({ shape }) }), { data: x(shape), steps: 1, batchSize: 2, seed }).next(),
  glow: (seed) => glow({ imageShape: [2, 2, 1], levels: 1, steps: 1, hiddenDim: 1, seed }),
  ImageFlow: (seed) => new ImageFlow({ imageShape: [16, 16, 1], latentDim: 2, seed }),
  LuLinear: (seed) => new LuLinear({ shape, seed }),
  maskedAutoregressiveFlow: (seed) => maskedAutoregressiveFlow({ dim: 2, seed }),
  Mlp: (seed) => new Mlp({ inputDim: 1, outputDim: 1, hiddenDim: 1, numLayers: 2, seed }),
  neuralSplineFlow: (seed) => neuralSplineFlow({ dim: 2, seed }),
  nice: (seed) => nice({ dim: 2, seed }),
  normalVariable: (seed) => normalVariable([1], 1, seed),
  'NormalMixture.sample': (seed) => new NormalMixture({ means: [[1]] }).sample({ count: 1, seed }),
  OrthogonalMixing: (seed) => new OrthogonalMixing({ shape, seed }),
  Permutation: (seed) => new Permutation({ shape, seed }),
  Readout: (seed) => new Readout({ inputDim: 2, latentDim: 1, seed }),
  realNVP: (seed) => realNVP({ dim: 2, seed }),
  ResidualBlock: (seed) => new ResidualBlock({ shape, seed }),
  russianRoulette: (seed) => russianRoulette({ seed }),
  SeedSequence: (seed) => new SeedSequence(seed),
  'StandardNormal.sample': (seed) => new StandardNormal({ shape }).sample({ count: 1, seed }),
  truncatedSeries: (seed) => truncatedSeries({ seed }),
  'Uniform.sample': (seed) => new Uniform({ shape }).sample({ count: 1, seed }),
  VectorFlow: (seed) => new VectorFlow({ dim: 2, hiddenDim: 2, seed }),
  verifyInverse: (seed) => verifyInverse(new Reverse({ shape }), x(shape), { seed }),
};

test.each(Object.entries(takers))('%s refuses a seed of −1, NaN, a fraction, infinity and 2⁵³', async (_, take) => {
  for (const seed of [-1, NaN, 0.5, Infinity, 2 ** 53]) {
    const expected = `seed is ${seed}: expected a non-negative integer.`;
    const scope = tf.engine().startScope();
    await expect(async () => take(seed)).rejects.toThrow(new RangeError(expected));
    tf.engine().endScope(scope as never);
  }
});
