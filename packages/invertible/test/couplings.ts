// One of every coupling: kinds of element transforms, splits, and contexts.
import * as tf from '@tensorflow/tfjs-core';
import {
  additiveTransform,
  AffineCoupling,
  affineTransform,
  checkerboard,
  Convolutional,
  Coupling,
  mask,
  Mlp,
  splineTransform,
  twoSidedCoupling,
  volumePreservingTransform,
  type CouplingOptions,
  type CouplingTransform,
  type Invertible,
  type Shape,
  type Transformed,
} from '../src/index.js';
import { normal } from './hot.js';

export const perceptron =
  (seed: number, hiddenDim = 16) =>
  (inputDim: number, outputDim: number) =>
    new Mlp({ inputDim, outputDim, hiddenDim, numLayers: 3, seed });

export const convolutions = (seed: number) => (inputChannels: number, outputChannels: number) =>
  new Convolutional({ inputChannels, outputChannels, hiddenDim: 8, seed });

export const mlpCoupling = (shape: Shape, transforms: Transformed, seed: number, maxLogScale?: number) =>
  new AffineCoupling({ shape, transforms, maxLogScale, conditioner: perceptron(seed) });

export const convolutionalCoupling = (shape: Shape, transforms: Transformed, seed: number) =>
  new AffineCoupling({ shape, transforms, conditioner: convolutions(seed) });

const coupling = (transform: CouplingTransform, seed: number, options: Partial<CouplingOptions> = {}) => {
  const shape = options.shape ?? [6];
  return new Coupling({
    shape,
    transforms: 'second',
    transform,
    conditioner: (shape.length === 3 ? convolutions : perceptron)(seed),
    ...options,
  });
};

const everyOther = mask([5], ([i]) => i! % 2 === 0);

/** For tests that give no context: each sample gets the same one. */
class WithOneContext implements Invertible {
  readonly name = 'WithOneContext';
  readonly inputShape: Shape;
  readonly outputShape: Shape;

  constructor(readonly layer: Invertible) {
    this.inputShape = layer.inputShape;
    this.outputShape = layer.outputShape;
  }

  applyWithLogDet = (x: tf.Tensor) => tf.tidy(() => this.layer.applyWithLogDet(x, this.contextOf(x)));
  invertWithLogDet = (y: tf.Tensor) => tf.tidy(() => this.layer.invertWithLogDet(y, this.contextOf(y)));
  apply = (x: tf.Tensor) => tf.tidy(() => this.layer.apply(x, this.contextOf(x)));
  invert = (y: tf.Tensor) => tf.tidy(() => this.layer.invert(y, this.contextOf(y)));
  dispose = () => this.layer.dispose();

  private contextOf(x: tf.Tensor): tf.Tensor {
    const shape = this.layer.contextShape!;
    return tf.tile(normal([1, ...shape], 3), [x.shape[0]!, ...shape.map(() => 1)]);
  }
}

/** The inverses of these scale by up to exp(1) for each element, or exp(2) in a GIN coupling. */
export const couplings: Record<string, (seed: number) => Invertible> = {
  'an affine coupling of vectors': (seed) => mlpCoupling([6], 'second', seed),
  'an affine coupling of vectors of odd length': (seed) => mlpCoupling([7], 'first', seed),
  'an affine coupling of two channels': (seed) => mlpCoupling([2], 'first', seed),
  'a convolutional coupling': (seed) => convolutionalCoupling([3, 4, 2], 'first', seed),
  'a convolutional coupling of three channels': (seed) => convolutionalCoupling([2, 3, 3], 'second', seed),
  'an affine coupling with an atan clamp': (seed) => coupling(affineTransform({ clamp: 'atan' }), seed),
  'an affine coupling with a sigmoid clamp': (seed) => coupling(affineTransform({ clamp: 'sigmoid' }), seed),
  'an affine coupling of every other entry': (seed) => mlpCoupling([5], everyOther, seed),
  'an affine coupling on a checkerboard': (seed) =>
    convolutionalCoupling([3, 2, 1], checkerboard([3, 2, 1], 'even'), seed),
  'a two-sided coupling': (seed) =>
    twoSidedCoupling({ shape: [5], transform: affineTransform({ maxLogScale: 0.5 }), conditioner: perceptron(seed) }),
  'an additive coupling': (seed) => coupling(additiveTransform(), seed),
  'an additive coupling of images on a checkerboard': (seed) =>
    coupling(additiveTransform(), seed, { shape: [2, 3, 2], transforms: checkerboard([2, 3, 2], 'odd') }),
  'a GIN coupling': (seed) => coupling(volumePreservingTransform({ maxLogScale: 0.5 }), seed),
  'a GIN coupling of images': (seed) =>
    coupling(volumePreservingTransform({ maxLogScale: 0.5 }), seed, { shape: [2, 2, 4] }),
  'a GIN coupling of every other entry': (seed) =>
    coupling(volumePreservingTransform({ maxLogScale: 0.5 }), seed, { shape: [5], transforms: everyOther }),
  'a conditional affine coupling': (seed) =>
    new WithOneContext(
      new AffineCoupling({ shape: [5], transforms: 'first', contextShape: [3], conditioner: perceptron(seed) }),
    ),
  'an affine coupling of images by a vector': (seed) =>
    new WithOneContext(
      new AffineCoupling({
        shape: [2, 3, 2],
        transforms: 'second',
        contextShape: [2],
        conditioner: convolutions(seed),
      }),
    ),
  'an additive coupling of images by an image, on a checkerboard': (seed) =>
    new WithOneContext(
      coupling(additiveTransform(), seed, {
        shape: [2, 3, 1],
        transforms: checkerboard([2, 3, 1], 'even'),
        contextShape: [2, 3, 2],
      }),
    ),
};

/** Slopes of a spline reach from a hundredth to a hundred with hot parameters; the gate for them is ten times wider. */
export const splineCouplings: Record<string, (seed: number) => Invertible> = {
  'a spline coupling': (seed) => coupling(splineTransform(), seed),
  'a spline coupling of few, wide bins': (seed) =>
    coupling(splineTransform({ bins: 2, bound: 1 }), seed, { shape: [3], transforms: 'first' }),
  'a spline coupling of images': (seed) => coupling(splineTransform({ bins: 4 }), seed, { shape: [2, 2, 2] }),
  'a spline coupling of every other entry': (seed) =>
    coupling(splineTransform({ bins: 5 }), seed, { shape: [5], transforms: everyOther }),
  'a conditional spline coupling': (seed) =>
    new WithOneContext(coupling(splineTransform(), seed, { shape: [4], contextShape: [2] })),
};
