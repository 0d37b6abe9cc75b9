// The gates of the docs must stop what breaks an inverse: faults that flows in the wild have had, each put into a flow that passes.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  AffineCoupling,
  Chain,
  Convolutional,
  ImageFlow,
  Mlp,
  Permutation,
  verifyInverse,
  type Conditioner,
  type ImageBijection,
  type Invertible,
} from '../src/index.js';
import { useBackend } from './backends.js';
import { heat } from './hot.js';
import { roundToTf32 } from './tf32.js';

const SHAPE = [16, 16, 1];

/** Random bytes as pixels in [−1, 1]. */
const images = (batch: number, seed: number) =>
  tf.tidy(
    () =>
      tf.sub(tf.div(tf.floor(tf.randomUniform([batch, ...SHAPE], 0, 256, 'float32', seed)), 127.5), 1) as tf.Tensor4D,
  );

/** On so many images that a rounding met by few numbers is met: every byte exact, 1e-4 in the worst pixel, a gain of at most 20. */
function passesGates(bijection: ImageBijection): boolean {
  const x = images(400, 1);
  const { maxError, exactBytes, gains } = verifyInverse(bijection, x, { layers: false });
  x.dispose();
  return maxError <= 1e-4 && exactBytes === 1 && Math.max(...gains) <= 20;
}

/** A warm image flow, initialised on other images than those of the gates. */
function warmFlow(): ImageFlow {
  const flow = heat(
    new ImageFlow({
      imageShape: SHAPE,
      latentDim: 4,
      numBlocks: [1, 1, 2],
      hiddenDim: [8, 8, 8],
      coreFlow: { numBlocks: 2, hiddenDim: 8 },
    }),
    3,
    0.1,
  );
  const x = images(16, 2);
  flow.initialize(x);
  x.dispose();
  return flow;
}

type Half = 'first' | 'second';

const soft = (transforms: Half, conditioner: AffineCoupling['conditioner']) =>
  new AffineCoupling({ shape: [256], transforms, maxLogScale: 0.5, conditioner: () => conditioner });

/** Six couplings of 256 with hot parameters, the same ones for every kind of coupling. */
function couplings(make: (half: Half, conditioner: Conditioner) => Invertible): Chain {
  const layers = Array.from({ length: 6 }, (_, block) => {
    const conditioner = new Mlp({ inputDim: 128, outputDim: 256, hiddenDim: 32, numLayers: 2, seed: block });
    return [new Permutation({ shape: [256], seed: block }), make(block % 2 === 0 ? 'second' : 'first', conditioner)];
  });
  return heat(new Chain(layers.flat()), 2, 0.1);
}

/** The same chain, parameters shared, with every coupling made anew. */
const remade = ({ layers }: Chain, make: (half: Half, conditioner: Conditioner) => Invertible) =>
  new Chain(
    layers.map((layer) =>
      layer instanceof AffineCoupling ? make(layer.transforms as Half, layer.conditioner) : layer,
    ),
  );

/** A chain of vectors of 256 as a bijection of images: the first four entries are the core. */
const asImages = (there: Invertible, back = there): ImageBijection => ({
  encode: (x) => {
    const [core, residual] = tf.split(there.apply(tf.reshape(x, [-1, 256])), [4, 252], 1) as [tf.Tensor2D, tf.Tensor2D];
    return { core, residual, logDet: tf.zeros([x.shape[0]!]) };
  },
  decode: (core, residual) => tf.reshape(back.invert(tf.concat([core, residual], 1)), [-1, 16, 16, 1]) as tf.Tensor4D,
});

/** Log-scales clamped hard at ±5, as the paper's code does. */
class HardCoupling extends AffineCoupling {
  override apply = (x: tf.Tensor) => tf.tidy(() => this.hard(x, (x2, s, t) => tf.add(tf.mul(x2, tf.exp(s)), t)));
  override invert = (y: tf.Tensor) =>
    tf.tidy(() => this.hard(y, (y2, s, t) => tf.mul(tf.sub(y2, t), tf.exp(tf.neg(s)))));

  private hard(x: tf.Tensor, map: (x2: tf.Tensor, s: tf.Tensor, t: tf.Tensor) => tf.Tensor): tf.Tensor {
    const [first, second] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
    const [x1, x2] = this.transforms === 'second' ? [first, second] : [second, first];
    const [h, t] = tf.split(this.conditioner.apply(x1), 2, 1) as [tf.Tensor, tf.Tensor];
    const y2 = map(x2, tf.clipByValue(h, -5, 5), t);
    return tf.concat(this.transforms === 'second' ? [x1, y2] : [y2, x1], 1);
  }
}

/** A perceptron whose products are of numbers rounded to TF32. */
const inTf32 = (conditioner: Conditioner): Conditioner => {
  const { kernels, biases } = conditioner as Mlp;
  const layer = (x: tf.Tensor, i: number) =>
    tf.add(tf.matMul(roundToTf32(x as tf.Tensor2D), roundToTf32(kernels[i] as tf.Tensor2D)), biases[i]!);
  return { apply: (x) => layer(tf.relu(layer(x, 0)), 1), dispose: () => {} };
};

const withDropout = (conditioner: Conditioner): Conditioner => ({
  apply: (x) => tf.dropout(conditioner.apply(x), 0.1),
  dispose: () => {},
});

describe('the gates of an inverse', () => {
  useBackend('wasm');

  test('let a warm image flow pass', () => {
    const flow = warmFlow();
    expect(passesGates(flow)).toBe(true);
    flow.dispose();
  });

  test('stop one weight that differs between g and g⁻¹', () => {
    const [there, back] = [warmFlow(), warmFlow()];
    const { kernels } = (back.scales.layers[3] as AffineCoupling).conditioner as Convolutional;
    tf.tidy(() => {
      const nudge = tf.buffer(kernels[2]!.shape, 'float32');
      nudge.set(1e-2, 0, 0, 0, 0);
      kernels[2]!.assign(tf.add(kernels[2]!, nudge.toTensor()));
    });
    expect(passesGates({ encode: (x) => there.encode(x), decode: (...z) => back.decode(...z) })).toBe(false);
    there.dispose();
    back.dispose();
  });

  test.each<[string, boolean, (chain: Chain) => Chain]>([
    ['let softly clamped couplings pass', true, (chain) => chain],
    [
      'stop a forgotten swap: an inverse that takes the first half for the second',
      false,
      (chain) => remade(chain, (half, conditioner) => soft(half === 'first' ? 'second' : 'first', conditioner)),
    ],
  ])('%s', (_, verdict, back) => {
    const chain = couplings(soft);
    expect(passesGates(asImages(chain, back(chain)))).toBe(verdict);
    chain.dispose();
  });

  test.each<[string, (half: Half, conditioner: Conditioner) => Invertible]>([
    [
      'log-scales clamped hard at 5',
      (transforms, conditioner) => new HardCoupling({ shape: [256], transforms, conditioner: () => conditioner }),
    ],
    ['dropout in the conditioners', (half, conditioner) => soft(half, withDropout(conditioner))],
    ['conditioners in TF32', (half, conditioner) => soft(half, inTf32(conditioner))],
  ])('stop %s', (_, make) => {
    const chain = couplings(soft);
    expect(passesGates(asImages(remade(chain, make)))).toBe(false);
    chain.dispose();
  });
});
