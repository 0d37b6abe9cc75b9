import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { jacobian, logAbsDeterminant, type Matrix } from '../../test/jacobian.js';
import { ActNorm, ImageFlow, NotPositiveDefiniteError, ShapeError, type ImageFlowOptions } from '../index.js';

/** The smallest image that three squeezes take: z has 256 entries. */
const TINY: ImageFlowOptions = {
  imageShape: [16, 16, 1],
  latentDim: 5,
  numBlocks: [1, 1, 1],
  hiddenDim: [4, 4, 4],
  coreFlow: { numBlocks: 2, hiddenDim: 8 },
  seed: 1,
};

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

/** Runs `use` on a flow in a tidy, and disposes the flow. */
function withFlow(
  options: ImageFlowOptions,
  use: (flow: ImageFlow) => void,
  prepare = (flow: ImageFlow) => flow,
): void {
  const flow = new ImageFlow(options);
  try {
    tf.tidy(() => use(prepare(flow)));
  } finally {
    flow.dispose();
  }
}

/** Parameters as after some training: gains of a few units. */
const warm = (flow: ImageFlow) => heat(flow, 4, 0.2);

/** Random bytes as pixels in [−1, 1]. */
const images = (batch: number, shape: readonly number[], seed = 1) =>
  tf.sub(tf.div(tf.floor(tf.randomUniform([batch, ...shape], 0, 256, 'float32', seed)), 127.5), 1) as tf.Tensor4D;

const toBytes = (x: tf.Tensor) => Uint8ClampedArray.from(tf.round(tf.mul(tf.add(x, 1), 127.5)).dataSync());

/** An orthonormal basis of the null space of W as rows, by Gram–Schmidt over its rows and the unit vectors, twice for rounding. */
function nullSpace(W: Matrix): Matrix {
  const n = W[0]!.length;
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += a[i]! * b[i]!;
    return sum;
  };
  const basis: Float64Array[] = [];
  for (const vector of [...W, ...Array.from({ length: n }, (_, i) => ({ length: n, [i]: 1 }))]) {
    if (basis.length === n) break;
    const rest = Float64Array.from(vector, (x) => x ?? 0);
    const length = Math.sqrt(dot(rest, rest));
    for (const direction of [...basis, ...basis]) {
      const along = dot(rest, direction);
      for (let i = 0; i < n; i++) rest[i]! -= along * direction[i]!;
    }
    const norm = Math.sqrt(dot(rest, rest));
    if (norm > 1e-3 * length) basis.push(rest.map((x) => x / norm));
  }
  return basis.slice(W.length).map((vector) => [...vector]);
}

describe.each(backends)('an image flow on %s', (backend) => {
  useBackend(backend);

  test.each<[string, ImageFlowOptions]>([
    ['of one channel', TINY],
    ['of three channels', { ...TINY, imageShape: [16, 32, 3], numBlocks: [1, 0, 2] }],
    ['without blocks', { ...TINY, numBlocks: [0, 0, 0] }],
    ['without a core flow', { ...TINY, coreFlow: false, latentDim: 1 }],
    ['whose core is a quarter of the image', { ...TINY, latentDim: 64, coreFlow: { numBlocks: 1, hiddenDim: 8 } }],
  ])('%s gives every byte of every image back', (_, options) => {
    withFlow(
      options,
      (flow) => {
        const x = images(3, flow.imageShape);
        flow.initialize(x);
        const { core, residual } = flow.encode(x);
        expect([core.shape, residual.shape]).toEqual([
          [3, flow.latentDim],
          [3, x.size / 3],
        ]);
        expect(toBytes(flow.decode(core, residual))).toEqual(toBytes(x));
      },
      warm,
    );
  });

  test('gives images of any seed and batch size back within 1e-4', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 4 }), (seed, batch) =>
        withFlow(
          { ...TINY, seed },
          (flow) => {
            flow.initialize(images(8, flow.imageShape, seed + 1));
            const x = images(batch, flow.imageShape, seed + 2);
            const { core, residual } = flow.encode(x);
            expect(largest(tf.sub(flow.decode(core, residual), x))).toBeLessThan(1e-4);
          },
          (flow) => heat(flow, seed, 0.2),
        ),
      ),
      { numRuns: 8 },
    );
  });

  // The gate at initialisation: actnorms set from data, couplings the identity.
  test.each([
    [3, [1, 1, 1]],
    [8, [2, 3, 3]],
    [12, [4, 4, 4]],
  ])('comes back within 2e-5 once initialised, with K = %d', (_, numBlocks) => {
    withFlow({ ...TINY, numBlocks }, (flow) => {
      const x = tf.mul(images(8, flow.imageShape), 0.5);
      flow.initialize(x);
      const { core, residual } = flow.encode(x);
      expect(largest(tf.sub(flow.decode(core, residual), x))).toBeLessThan(2e-5);
    });
  });

  test('leaves mean 0 and variance 1 in every channel of every actnorm when it is initialised', () => {
    withFlow({ ...TINY, numBlocks: [2, 1, 1], latentDim: 6 }, (flow) => {
      const x = tf.add(tf.mul(normal([64, 16, 16, 1], 1), 3), 2) as tf.Tensor4D;
      flow.initialize(x);
      let actnorms = 0;
      const visit = (layers: readonly { apply(value: tf.Tensor): tf.Tensor }[], input: tf.Tensor) =>
        layers.reduce((value, layer) => {
          const y = layer.apply(value);
          if (layer instanceof ActNorm) {
            actnorms++;
            const { mean, variance } = tf.moments(
              y,
              y.shape.slice(0, -1).map((_, axis) => axis),
            );
            expect(largest(mean)).toBeLessThan(1e-4);
            expect(largest(tf.sub(variance, 1))).toBeLessThan(1e-3);
          }
          return y;
        }, input);
      const z = tf.reshape(visit(flow.scales.layers, x), [64, 256]) as tf.Tensor2D;
      visit(flow.coreLayers.layers, flow.readout.core(z));
      expect(actnorms).toBe(5);
    });
  });

  test('has a residual in the null space of W: it can move along it without moving the core', () => {
    withFlow(
      TINY,
      (flow) => {
        const x = images(2, flow.imageShape);
        flow.initialize(x);
        const { core, residual } = flow.encode(x);
        expect(largest(flow.readout.core(residual))).toBeLessThan(1e-5 * largest(residual) * 16);
        const moved = flow.encode(flow.decode(core, tf.mul(residual, 1.1)));
        expect(largest(tf.sub(moved.core, core))).toBeLessThan(1e-3);
        expect(largest(tf.sub(moved.residual, tf.mul(residual, 1.1)))).toBeLessThan(1e-3);
      },
      warm,
    );
  });

  test('gives the same core alone, encoded, in a batch and by itself', () => {
    withFlow(
      TINY,
      (flow) => {
        flow.initialize(images(8, flow.imageShape));
        const x = images(3, flow.imageShape, 2);
        const core = flow.core(x);
        expect(core.shape).toEqual([3, 5]);
        expect(largest(tf.sub(flow.encode(x).core, core))).toBeLessThan(1e-6);
        const alone = tf.concat(tf.split(x, 3).map((image) => flow.core(image)));
        expect(largest(tf.sub(alone, core))).toBeLessThan(1e-4);
      },
      warm,
    );
  });

  test('gives the log-determinant of image → (core, residual in an orthonormal basis of W’s null space)', () => {
    withFlow(
      TINY,
      (flow) => {
        const x = images(1, flow.imageShape);
        flow.initialize(images(8, flow.imageShape, 2));
        const basis = tf.tensor2d(nullSpace(flow.readout.weights.arraySync() as Matrix));
        expect(basis.shape).toEqual([251, 256]);
        const coordinates = (batch: tf.Tensor) => {
          const { core, residual } = flow.encode(batch);
          return tf.concat([core, tf.matMul(residual, basis, false, true)], 1);
        };
        const expected = logAbsDeterminant(jacobian(coordinates, tf.squeeze(x, [0])));
        // 256 pivots, each right to some 1e-6.
        expect(flow.encode(x).logDet.dataSync()[0]).toBeCloseTo(expected, 2);
        expect(Math.abs(expected)).toBeGreaterThan(1); // not by being zero
      },
      warm,
    );
  });

  test('reports the condition number of W Wᵀ: 4 for orthogonal rows of lengths 1 and 2', () => {
    withFlow({ ...TINY, latentDim: 2 }, (flow) => {
      const rows = [0, 1].map((row) => Array.from({ length: 256 }, (_, i) => (i === row ? row + 1 : 0)));
      flow.readout.weights.assign(tf.tensor2d(rows));
      expect(flow.readoutCondition()).toBeCloseTo(4, 9);
      flow.readout.weights.assign(tf.ones([2, 256]));
      expect(() => flow.readoutCondition()).toThrow(NotPositiveDefiniteError);
    });
  });
});

describe('backends', () => {
  useBackend('wasm');

  test('agree on an image flow within 1e-4', async () => {
    const flow = warm(new ImageFlow(TINY));
    const x = tf.tidy(() => images(2, flow.imageShape));
    const outputs = () =>
      tf.tidy(() => {
        const { core, residual, logDet } = flow.encode(x);
        return [core, residual, logDet, flow.decode(core, residual)].map((tensor) => [...tensor.dataSync()]);
      });
    const onWasm = outputs();
    await tf.setBackend('cpu');
    const onCpu = outputs();
    await tf.setBackend('wasm');
    onWasm.forEach((values, i) => {
      const difference = Math.max(...values.map((value, j) => Math.abs(value - onCpu[i]![j]!) / (1 + Math.abs(value))));
      expect(difference).toBeLessThan(1e-4);
    });
    flow.dispose();
    x.dispose();
  });
});

describe('the options of an image flow', () => {
  useBackend('cpu');

  test('count couplings from image to core', () => {
    withFlow({ ...TINY, numBlocks: [1, 2, 0] }, (flow) => void expect(flow.numBlocks).toBe(5));
    withFlow({ ...TINY, numBlocks: [1, 2, 0], coreFlow: false }, (flow) => void expect(flow.numBlocks).toBe(3));
  });

  test.each<[string, Partial<ImageFlowOptions>, new (...args: never[]) => Error, RegExp]>([
    [
      'a side of 24',
      { imageShape: [16, 24, 1] },
      ShapeError,
      /imageShape is \[16, 24, 1\]; expected \[height, width, channels\] with sides that are multiples of 16/,
    ],
    [
      'a side of 112.5',
      { imageShape: [112.5, 112, 3] },
      ShapeError,
      /shape \[112.5, 112, 3\] must consist of positive integers/,
    ],
    [
      'no shape',
      { imageShape: undefined as never },
      ShapeError,
      /ImageFlow: the shape is undefined; expected a list of sizes/,
    ],
    ['an image without channels', { imageShape: [16, 16] }, ShapeError, /imageShape is \[16, 16\]/],
    ['a latent larger than the image', { latentDim: 257 }, RangeError, /latentDim is 257: expected at most 256/],
    ['a latent of 0', { latentDim: 0 }, RangeError, /latentDim is 0/],
    [
      'a latent of 1 with a core flow, which has nothing to couple',
      { latentDim: 1 },
      RangeError,
      /latentDim is 1: expected an integer of at least 2/,
    ],
    ['two scales', { numBlocks: [1, 1] }, RangeError, /3 scales.*\[1, 1\] and \[4, 4, 4\]/],
    ['two hidden widths', { hiddenDim: [4, 4] }, RangeError, /3 scales.*\[1, 1, 1\] and \[4, 4\]/],
    [
      'half a block',
      { numBlocks: [1, 0.5, 1] },
      RangeError,
      /numBlocks\[1\] is 0.5: expected an integer of at least 0/,
    ],
    ['less than no blocks', { numBlocks: [1, 1, -1] }, RangeError, /numBlocks\[2\] is -1/],
    ['a width of 0', { hiddenDim: [4, 0, 4] }, RangeError, /hiddenDim\[1\] is 0: expected an integer of at least 1/],
  ])('%s is refused before anything is allocated', (_, options, type, message) => {
    expect(() => new ImageFlow({ ...TINY, ...options })).toThrow(type);
    expect(() => new ImageFlow({ ...TINY, ...options })).toThrow(message);
  });

  test.each<[string, (flow: ImageFlow) => unknown, RegExp]>([
    [
      'encoding',
      (flow) => flow.encode(tf.zeros([2, 16, 32, 1])),
      /ImageFlow: expected a batch of shape \[B, 16, 16, 1\], but got \[2, 16, 32, 1\]/,
    ],
    ['encoding one image without a batch', (flow) => flow.encode(tf.zeros([16, 16, 1])), /but got \[16, 16, 1\]/],
    ['initialising', (flow) => flow.initialize(tf.zeros([2, 16, 16, 3])), /ImageFlow.initialize: .*\[2, 16, 16, 3\]/],
    ['a core', (flow) => flow.core(tf.zeros([2, 8, 8, 1])), /\[2, 8, 8, 1\]/],
    [
      'inverting a core of another length',
      (flow) => flow.decode(tf.zeros([2, 4]), tf.zeros([2, 256])),
      /\[B, 5\].*\[2, 4\]/,
    ],
    [
      'inverting a residual of another length',
      (flow) => flow.decode(tf.zeros([2, 5]), tf.zeros([2, 255])),
      /\[B, 256\].*\[2, 255\]/,
    ],
    [
      'inverting cores and residuals of two batches',
      (flow) => flow.decode(tf.zeros([2, 5]), tf.zeros([1, 256])),
      /core \[2, 5\] and residual \[1, 256\]/,
    ],
  ])('%s names both shapes', (_, mistake, message) => {
    withFlow(TINY, (flow) => {
      expect(() => mistake(flow)).toThrow(ShapeError);
      expect(() => mistake(flow)).toThrow(message);
    });
  });

  test('a second initialisation is refused', () => {
    withFlow(TINY, (flow) => {
      flow.initialize(images(4, flow.imageShape));
      expect(() => flow.initialize(images(4, flow.imageShape))).toThrow('initialised already');
    });
  });
});
