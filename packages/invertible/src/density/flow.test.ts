import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { testDensityIntegral } from '../../test/density-integral.js';
import { heat, normal } from '../../test/hot.js';
import {
  chain,
  ElementwiseAffine,
  Flow,
  glow,
  ImageFlow,
  Parallel,
  realNVP,
  ShapeError,
  StandardNormal,
  Uniform,
  type Invertible,
} from '../index.js';

describe.each(backends)('a flow on %s', (backend) => {
  useBackend(backend);

  if (backend === 'wasm') testDensityIntegral(); // plain JavaScript takes seconds: in the slow gear

  test('draws the samples whose density it gives: their mean log-density is that of the base, less the volume’s change', () => {
    const scale = new ElementwiseAffine({ shape: [3], maxLogScale: 5 });
    const flow = new Flow({ transform: scale });
    tf.tidy(() => {
      scale.logScale.assign(tf.tensor1d([0.5, -0.3, 1]));
      scale.shift.assign(tf.tensor1d([1, 2, 3]));
      const samples = flow.sample({ count: 20_000, seed: 1 });
      const s = [0.5, -0.3, 1].map((h) => 5 * Math.tanh(h / 5));
      const { mean, variance } = tf.moments(samples, 0);
      mean
        .dataSync()
        .forEach((value, i) =>
          expect(Math.abs(value + (i + 1) * Math.exp(-s[i]!))).toBeLessThan(0.05 * Math.exp(-s[i]!)),
        );
      variance.dataSync().forEach((value, i) => expect(Math.sqrt(value) / Math.exp(-s[i]!)).toBeCloseTo(1, 1));
      const entropy = (3 / 2) * Math.log(2 * Math.PI * Math.E) - s.reduce((sum, value) => sum + value);
      expect(-tf.mean(flow.logProb(samples)).dataSync()[0]!).toBeCloseTo(entropy, 1);
    });
    flow.dispose();
  });

  test('draws the same samples for the same seed, of a context for each', () => {
    const flow = new Flow({ transform: heat(realNVP({ dim: 2, numBlocks: 2, hiddenDim: 16, contextDim: 1 }), 1) });
    tf.tidy(() => {
      const context = tf.tensor2d([[0], [1], [0]]);
      const draw = (seed: number) => flow.sample({ count: 3, seed, context }).arraySync();
      expect(draw(1)).toEqual(draw(1));
      expect(draw(1)).not.toEqual(draw(2));
      expect(() => flow.sample({ count: 2, seed: 1, context })).toThrow(
        'expected a context of shape [2, 1], but got [3, 1]',
      );
      expect(() => flow.logProb(tf.zeros([3, 2]))).toThrow('expected a context of shape [3, 1], but got none');
    });
    flow.dispose();
  });

  test('of images by glow: log-densities and samples of the image’s shape', () => {
    const flow = new Flow({
      transform: heat(glow({ imageShape: [4, 4, 1], levels: 2, steps: 1, hiddenDim: 4 }), 1, 0.1),
    });
    tf.tidy(() => {
      const x = normal([3, 4, 4, 1], 1);
      expect(flow.logProb(x).shape).toEqual([3]);
      expect(flow.sample({ count: 2, seed: 1 }).shape).toEqual([2, 4, 4, 1]);
      const back = flow.transform.invert(flow.transform.apply(x));
      expect(tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]).toBeLessThan(2e-5);
    });
    flow.dispose();
  });
});

test('what is no bijection with one output is refused with what is missing, by flows, chains and branches', () => {
  const image = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 2, numBlocks: [0, 0, 0] });
  const given = image as unknown as Invertible;
  const takers = {
    Flow: () => new Flow({ transform: given }),
    Chain: () => chain(given),
    Parallel: () => new Parallel([given]),
  };
  for (const [name, take] of Object.entries(takers)) {
    expect(take).toThrow(ShapeError);
    expect(take).toThrow(
      `${name}: expected an Invertible, with inputShape, outputShape and apply, but got ImageFlow; of an image flow, take its scales.`,
    );
  }
  image.dispose();
});

describe('a flow', () => {
  useBackend('cpu');

  test('refuses a base of another shape than its transform gives', () => {
    const transform = chain(new ElementwiseAffine({ shape: [3] }));
    const make = () => new Flow({ transform, base: new Uniform({ shape: [2] }) });
    expect(make).toThrow(ShapeError);
    expect(make).toThrow('Flow: the transform gives [3], but the base has [2].');
    expect(new Flow({ transform }).base).toBeInstanceOf(StandardNormal);
    transform.dispose();
  });

  test.each([
    [
      { imageShape: [6, 8, 1] },
      ShapeError,
      'glow: imageShape is [6, 8, 1]; expected [height, width, channels] with sides that are multiples of 8 for 3 levels.',
    ],
    [{ imageShape: [8, 8] }, ShapeError, 'imageShape is [8, 8]'],
    [{ imageShape: [8, 8, 1], steps: 0 }, RangeError, 'steps is 0'],
    [{ imageShape: [8, 8, 1], levels: 1.5 }, RangeError, 'levels is 1.5'],
  ])('glow refuses %o', (options, type, message) => {
    expect(() => glow(options)).toThrow(type);
    expect(() => glow(options)).toThrow(message);
  });
});
