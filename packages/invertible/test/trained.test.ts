// The gates of the docs on trained weights: an image flow that has learnt, on test images, on images unlike any it has seen, between
// backends, and with faults that must be stopped.
import * as tf from '@tensorflow/tfjs-core';
import { EngineError, initEngine } from '@lin/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scaleAndShift } from '../src/transforms/affine-transform.js';
import {
  AffineCoupling,
  Chain,
  Coupling,
  verifyInverse,
  type Conditioner,
  type Convolutional,
  type ImageBijection,
  type ImageFlow,
  type Invertible,
  type InverseVerification,
} from '../src/index.js';
import { roundToTf32 } from './tf32.js';
import { IMAGE_SHAPE, pixelsOf, smallImageFlow, smoothImages, trainImageFlow } from './trained-image-flow.js';

const GATES = { maxError: 1e-4, meanError: 1e-5, exactBytes: 1, gainP99: 20, gainMax: 1e3 };

const testImages = (count = 200) => smoothImages(count, 7);

/** Images unlike those of the training. */
const STRANGERS: Record<string, () => tf.Tensor4D> = {
  noise: () => tf.tidy(() => pixelsOf(tf.randomUniform([100, ...IMAGE_SHAPE], -1, 1, 'float32', 3))),
  constants: () => tf.tidy(() => pixelsOf(tf.tile(tf.reshape(tf.linspace(-1, 1, 9), [9, 1, 1, 1]), [1, 16, 16, 1]))),
  'three times the contrast': () => tf.tidy(() => tf.mul(testImages(), 3)),
  'inverted images': () => tf.tidy(() => tf.neg(testImages())),
};

function verify(bijection: ImageBijection, make: () => tf.Tensor4D): InverseVerification {
  const images = make();
  const verification = verifyInverse(bijection, images, { bounds: GATES, layers: false });
  images.dispose();
  return verification;
}

/** What the gates of images unlike the training's ask: nothing about bytes or gains. */
const comesBack = ({ maxError }: InverseVerification) => maxError <= 1e-2;

const passesAllGates = (bijection: ImageBijection) =>
  verify(bijection, () => testImages(400)).violations.length === 0 &&
  Object.values(STRANGERS).every((images) => comesBack(verify(bijection, images)));

const largestDifference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

/** The same flow with parameters shared and each of the image's couplings made anew. */
function withCouplings(flow: ImageFlow, make: (coupling: AffineCoupling) => Invertible): ImageFlow {
  const scales = new Chain(flow.scales.layers.map((layer) => (layer instanceof AffineCoupling ? make(layer) : layer)));
  return Object.assign(Object.create(Object.getPrototypeOf(flow) as object) as ImageFlow, flow, { scales });
}

const sameButFor = (
  { inputShape, transforms, maxLogScale, conditioner }: AffineCoupling,
  changed: Partial<ConstructorParameters<typeof AffineCoupling>[0]>,
) => new AffineCoupling({ shape: inputShape, transforms, maxLogScale, conditioner: () => conditioner, ...changed });

/** Log-scales clamped hard at ±5, as the paper's code does. */
const hardlyClamped = ({ inputShape, transforms, conditioner }: AffineCoupling) =>
  new Coupling({
    shape: inputShape,
    transforms,
    transform: scaleAndShift((h) => tf.clipByValue(h, -5, 5)),
    conditioner: () => conditioner,
  });

const withDropout = ({ apply }: { apply(x: tf.Tensor): tf.Tensor }): Conditioner => ({
  apply: (x) => tf.dropout(apply(x), 0.1),
  dispose: () => {},
});

const inTf32 = ({ kernels, biases }: Convolutional): Conditioner => ({
  apply: (x) =>
    kernels.reduce<tf.Tensor>((h, kernel, i) => {
      const input = roundToTf32((i === 0 ? h : tf.relu(h)) as tf.Tensor4D);
      return tf.add(tf.conv2d(input, roundToTf32(kernel) as tf.Tensor as tf.Tensor4D, 1, 'same'), biases[i]!);
    }, x),
  dispose: () => {},
});

let flow: ImageFlow;
let losses: number[];
let tensorsOfFlow: number;

beforeAll(async () => {
  await initEngine({ backend: 'wasm' }); // with the gradients of convolutions that tfjs's own lacks
  flow = smallImageFlow();
  losses = trainImageFlow(flow);
  tensorsOfFlow = tf.memory().numTensors;
});

afterAll(() => {
  expect(tf.memory().numTensors).toBe(tensorsOfFlow);
  flow.dispose();
});

describe('an image flow trained by maximum likelihood', () => {
  test('has learnt: its likelihood of images it has not seen grows by more than a nat a pixel', () => {
    expect(losses.at(-1)! - losses[0]!).toBeLessThan(-256);
  });

  test('gives test images back: every byte, 1e-4 in the worst pixel, an rms of 1e-5, and a gain of the inverse of at most 20', () => {
    const { violations, samples } = verify(flow, testImages);
    expect(violations).toEqual([]);
    expect(samples).toBe(200);
    const rms = tf.tidy(() => {
      const x = testImages();
      const { core, residual } = flow.encode(x);
      return tf.sqrt(tf.mean(tf.square(tf.sub(flow.decode(core, residual), x)))).dataSync()[0]!;
    });
    expect(rms).toBeLessThan(1e-5);
  });

  test.each(Object.entries(STRANGERS))(
    'gives images unlike its training back within 1e-2, and reports it: %s',
    (_, images) => {
      const verification = verify(flow, images);
      expect(verification.maxError).toBeLessThan(1e-2);
      expect([verification.gain.max, verification.biLipschitz.upper].every(Number.isFinite)).toBe(true);
    },
  );

  test('gives latents of the statistics of its codes back within 1e-3', () => {
    tf.tidy(() => {
      const { core, residual } = flow.encode(testImages());
      // Normal with the codes' own mean and covariance, which keeps residuals in their space.
      const weights = tf.mul(
        tf.randomNormal<tf.Rank.R2>([100, 200], 0, 1, 'float32', 11),
        1 / Math.sqrt(200),
      ) as tf.Tensor2D;
      const like = (codes: tf.Tensor2D) => {
        const mean = tf.mean(codes, 0);
        return tf.add(tf.matMul(weights, tf.sub(codes, mean) as tf.Tensor2D), mean) as tf.Tensor2D;
      };
      const drawn = { core: like(core), residual: like(residual) };
      const again = flow.encode(flow.decode(drawn.core, drawn.residual));
      expect(largestDifference(again.core, drawn.core)).toBeLessThan(1e-3);
      expect(largestDifference(again.residual, drawn.residual)).toBeLessThan(1e-3);
    });
  });

  test('decodes one by one within 1e-4 what it encoded as a batch', () => {
    tf.tidy(() => {
      const x = testImages(16);
      const { core, residual } = flow.encode(x);
      const back = tf
        .split(core, 16)
        .map((one, i) => flow.decode(one as tf.Tensor2D, tf.slice(residual, [i, 0], [1, -1])));
      expect(largestDifference(tf.concat(back), x)).toBeLessThan(1e-4);
    });
  });
});

describe('the gates let the trained flow pass, and stop one', () => {
  beforeAll(() => {
    expect(passesAllGates(flow)).toBe(true);
  });

  test.each<[string, () => ImageBijection]>([
    [
      'with dropout in its conditioners',
      () =>
        withCouplings(flow, (coupling) =>
          sameButFor(coupling, { conditioner: () => withDropout({ apply: (x) => coupling.conditioner.apply(x) }) }),
        ),
    ],
    [
      'with conditioners in TF32',
      () =>
        withCouplings(flow, (coupling) =>
          sameButFor(coupling, { conditioner: () => inTf32(coupling.conditioner as Convolutional) }),
        ),
    ],
    [
      'whose inverse forgets to swap the halves',
      () => {
        const back = withCouplings(flow, (coupling) =>
          sameButFor(coupling, { transforms: coupling.transforms === 'first' ? 'second' : 'first' }),
        );
        return { encode: (x) => flow.encode(x), decode: (...z) => back.decode(...z) };
      },
    ],
  ])('%s', (_, faulty) => {
    expect(passesAllGates(faulty())).toBe(false);
  });

  test('with one weight that is 1 % off in its inverse', () => {
    const { kernels } = flow.scales.layers.filter((layer) => layer instanceof AffineCoupling)[3]!
      .conditioner as Convolutional;
    const kernel = kernels[1]!;
    const values = kernel.dataSync<'float32'>().slice();
    values[values.indexOf(Math.max(...values))]! *= 1.01;
    const off = tf.tensor(values, kernel.shape);
    const exact = kernel.clone();
    const faulty: ImageBijection = {
      encode: (x) => flow.encode(x),
      decode: (...z) => {
        kernel.assign(off);
        const x = flow.decode(...z);
        kernel.assign(exact);
        return x;
      },
    };
    expect(passesAllGates(faulty)).toBe(false);
    tf.dispose([off, exact]);
  });

  test('that was trained with log-scales clamped hard at 5: strange images do not come back', () => {
    const fresh = smallImageFlow();
    const hard = withCouplings(fresh, hardlyClamped);
    const learnt = trainImageFlow(hard, { steps: 25 });
    expect(learnt.at(-1)! - learnt[0]!).toBeLessThan(-256);
    expect(passesAllGates(hard)).toBe(false);
    fresh.dispose();
  });
});

// Last: they leave another backend behind.
describe('a trained flow, encoded on wasm', () => {
  test.for(['cpu', 'tensorflow'] as const)(
    'is decoded on %s within 1e-4, and the other way round',
    async (backend, { skip }) => {
      const encoded = tf.tidy(() => flow.encode(testImages(16)));
      try {
        await initEngine({ backend });
      } catch (error) {
        tf.dispose(encoded);
        if (!(error instanceof EngineError)) throw error;
        console.warn(`${backend.toUpperCase()} IS NOT TESTED: ${error.message}`);
        return skip(error.message);
      }
      const there = tf.tidy(() => {
        expect(largestDifference(flow.decode(encoded.core, encoded.residual), testImages(16))).toBeLessThan(1e-4);
        return flow.encode(testImages(16));
      });
      await initEngine({ backend: 'wasm' });
      tf.tidy(() => {
        expect(largestDifference(flow.decode(there.core, there.residual), testImages(16))).toBeLessThan(1e-4);
      });
      tf.dispose([encoded, there]);
    },
  );
});
