// One of every transform that docs/transforms.md describes, with what its inputs and outputs may be and how exactly it comes back.
import * as tf from '@tensorflow/tfjs-core';
import {
  ActNorm,
  affineTransform,
  Autoregressive,
  CayleyMixing,
  Chain,
  Dct,
  ElementwiseAffine,
  FactorOut,
  Flatten,
  HaarWavelet,
  inverseOf,
  LeakyRelu,
  Logit,
  LuLinear,
  maskedAutoregressiveFlow,
  multiScale,
  Parallel,
  ResidualBlock,
  Reverse,
  Sigmoid,
  Softplus,
  splineTransform,
  Squeeze,
  Tanh,
  type Invertible,
} from '../src/index.js';
import { convolutionalCoupling, mlpCoupling } from './bijections.js';
import { heat } from './hot.js';

export interface Specimen {
  make: (seed: number) => Invertible;
  /** From N(0, 1) to an input, and to an output. */
  input?: (x: tf.Tensor) => tf.Tensor;
  output?: (y: tf.Tensor) => tf.Tensor;
  /** Largest round-trip error; 1e-5 unless there is a reason. */
  tolerance?: number;
  /** Per-sample shape of a context. */
  context?: number[];
}

/** 0.5 ± 0.45: an output's rounding of 6e-8 is magnified by at most 1 / (0.05 · 0.95) on the way back. */
const unit = (x: tf.Tensor) => tf.add(tf.mul(tf.tanh(x), 0.45), 0.5);
const interval = (x: tf.Tensor) => tf.mul(tf.tanh(x), 0.9);
const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.05);
/** Within ±3: beyond, a sigmoid or tanh is so flat that float32 has no more digits. */
const moderate = (x: tf.Tensor) => tf.mul(tf.tanh(x), 3);

const shape = [3, 2, 2];

export const transforms: Record<string, Specimen> = {
  'an LU-parameterised linear map': { make: (seed) => new LuLinear({ shape: [7], seed }) },
  'an LU-parameterised linear map of one number': { make: (seed) => new LuLinear({ shape: [1], seed }) },
  'an LU-parameterised 1×1 convolution': { make: (seed) => new LuLinear({ shape: [2, 2, 4], seed, maxLogScale: 0.5 }) },
  'a Cayley mixing of vectors': { make: (seed) => new CayleyMixing({ shape: [7], seed }) },
  'a Cayley mixing of channels': { make: (seed) => new CayleyMixing({ shape: [2, 2, 4], seed }) },
  'a Cayley mixing of one channel': { make: (seed) => new CayleyMixing({ shape: [2, 1], seed }) },
  'a reversal': { make: () => new Reverse({ shape: [5] }) },
  'a reversal of channels': { make: () => new Reverse({ shape: [2, 2, 3] }) },
  'an element-wise affine map': { make: () => new ElementwiseAffine({ shape }) },
  'a leaky ReLU': { make: () => new LeakyRelu({ shape }) },
  'a softplus': { make: () => new Softplus({ shape }), output: positive, input: moderate },
  'an inverse softplus': { make: () => inverseOf(new Softplus({ shape: [5] })), input: positive, output: moderate },
  'a sigmoid': { make: () => new Sigmoid({ shape }), input: moderate, output: unit },
  'a hyperbolic tangent': { make: () => new Tanh({ shape }), input: (x) => tf.div(moderate(x), 2), output: interval },
  'a logit': { make: () => new Logit({ shape }), input: unit },
  'a logit without a margin': { make: () => new Logit({ shape: [4], alpha: 0 }), input: unit, output: moderate },
  'a Haar wavelet': { make: () => new HaarWavelet({ shape: [4, 2, 2] }) },
  'a cosine transform of vectors': { make: () => new Dct({ shape: [7] }) },
  'a cosine transform of images': { make: () => new Dct({ shape: [3, 4, 2] }) },
  'a flattening': { make: () => new Flatten({ shape }) },
  'an affine autoregressive transform': {
    make: (seed) =>
      new Autoregressive({ dim: 5, transform: affineTransform(), places: [2, 0, 4, 1, 3], hiddenDim: 12, seed }),
  },
  'an affine autoregressive transform of a number': {
    make: (seed) => new Autoregressive({ dim: 1, transform: affineTransform(), hiddenDim: 4, seed }),
  },
  'a spline autoregressive transform': {
    make: (seed) =>
      new Autoregressive({ dim: 4, transform: splineTransform({ bins: 4 }), hiddenDim: 10, numLayers: 2, seed }),
    tolerance: 1e-4, // the gate of splines: a slope may be near 0
  },
  'a conditional autoregressive transform': {
    make: (seed) => new Autoregressive({ dim: 3, transform: affineTransform(), hiddenDim: 8, contextDim: 2, seed }),
    context: [2],
  },
  'an inverse autoregressive transform': {
    make: (seed) => inverseOf(new Autoregressive({ dim: 4, transform: affineTransform(), hiddenDim: 8, seed })),
  },
  'a masked autoregressive flow': {
    make: (seed) => maskedAutoregressiveFlow({ dim: 4, numBlocks: 3, hiddenDim: 8, seed }),
    tolerance: 1e-4, // three transforms' gains
  },
  'a residual block of vectors': {
    make: (seed) => new ResidualBlock({ shape: [5], hiddenDim: 8, contraction: 0.7, seed }),
  },
  'a strong residual block of vectors': {
    make: (seed) => new ResidualBlock({ shape: [4], hiddenDim: 6, contraction: 0.95, numLayers: 2, seed }),
    tolerance: 4e-5, // a last change of 1e-6 leaves an error of c / (1 − c) = 19 times it, of numbers of up to 4
  },
  'a residual block of images': {
    make: (seed) => new ResidualBlock({ shape: [2, 2, 2], hiddenDim: 4, contraction: 0.7, seed }),
  },
  'branches in parallel': {
    make: (seed) =>
      new Parallel([mlpCoupling([3], 'second', seed), new LuLinear({ shape: [2], seed }), new Reverse({ shape: [1] })]),
  },
  'branches of images in parallel': {
    make: (seed) => new Parallel([convolutionalCoupling([2, 2, 2], 'first', seed), new ActNorm({ shape: [2, 2, 1] })]),
  },
  'a factoring out': {
    make: (seed) => new FactorOut({ shape: [2, 2, 4], rest: new LuLinear({ shape: [2, 2, 3], seed }) }),
  },
  'three scales': {
    make: (seed) =>
      multiScale(
        new Chain([new Squeeze({ shape: [4, 4, 1] }), new LuLinear({ shape: [2, 2, 4], seed })]),
        new Chain([new HaarWavelet({ shape: [2, 2, 2] }), convolutionalCoupling([1, 1, 8], 'first', seed)]),
        new ActNorm({ shape: [1, 1, 3] }),
      ),
  },
};

export function hot({ make }: Specimen, seed: number): Invertible {
  const g = heat(make(seed), seed);
  if (g instanceof ResidualBlock) g.updateSpectralNorms(100); // of the new kernels: gradients take the singular vectors as found
  return g;
}
