// The gradient kernels that wasm lacks and Lin composes. A convolution is linear in its input and in its filter, so its gradients are
// adjoints:
// ⟨conv(r, f), dy⟩ = ⟨r, ∂x⟩ and ⟨conv(x, r), dy⟩ = ⟨r, ∂f⟩ for any r. The left sides come from the cpu backend's forward kernels.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { initEngine } from '../engine.js';
import { on } from '../../test/backends.js';
import { numbers } from '../../test/op-case.js';

type Shape4D = [number, number, number, number];

interface Geometry {
  xShape: Shape4D;
  filterShape: Shape4D;
  strides: [number, number];
  dilations: [number, number];
  pad: 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'ceil' | 'round';
}

const PROBES = 3;
const TOLERANCE = 1e-4; // of the sum of the terms' magnitudes; float32 sums of at most a few thousand terms

const small = (max: number) => fc.integer({ min: 1, max });
const pair = (max: number) => fc.tuple(small(max), small(max));
const edges = fc.tuple(fc.nat(2), fc.nat(2));
const rounding = fc.constantFrom('floor' as const, 'ceil' as const, 'round' as const);

const padding = fc.oneof(
  fc.record({ pad: fc.constantFrom('same' as const, 'valid' as const) }),
  fc.record({ pad: fc.nat(2), dimRoundingMode: rounding }),
  fc.record({
    pad: fc
      .tuple(edges, edges)
      .map(([rows, columns]): tf.backend_util.ExplicitPadding => [[0, 0], rows, columns, [0, 0]]),
    dimRoundingMode: rounding,
  }),
);

/** tfjs strides or dilates, not both; and it takes only windows that fit. */
const geometries = ({ dilated, filterOutputs }: { dilated: boolean; filterOutputs: number }): fc.Arbitrary<Geometry> =>
  fc
    .record({
      size: fc.tuple(small(2), small(9), small(9), small(3)),
      window: pair(3),
      outputs: small(filterOutputs),
      spacing: fc.oneof(
        pair(3).map((strides) => ({ strides, dilations: [1, 1] as [number, number] })),
        pair(dilated ? 3 : 1).map((dilations) => ({ strides: [1, 1] as [number, number], dilations })),
      ),
      padding,
    })
    .map(({ size, window, outputs, spacing, padding }) => ({
      xShape: size,
      filterShape: [...window, size[3], outputs] as Shape4D,
      ...spacing,
      ...padding,
    }))
    .filter(fits);

function convInfo({ xShape, filterShape, strides, dilations, pad, dimRoundingMode }: Geometry, depthwise: boolean) {
  return tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, dilations, pad, dimRoundingMode, depthwise);
}

function fits(geometry: Geometry): boolean {
  try {
    const { outHeight, outWidth } = convInfo(geometry, false);
    return outHeight > 0 && outWidth > 0;
  } catch {
    return false;
  }
}

function random(shape: readonly number[], seed: number): tf.Tensor4D {
  return tf.tensor(numbers(tf.util.sizeFromShape([...shape]), seed), [...shape]) as tf.Tensor<tf.Rank> as tf.Tensor4D;
}

/** Checks that `gradient` is the adjoint of the linear map `apply`, at `dy`. */
function expectAdjoint(gradient: tf.Tensor, apply: (r: tf.Tensor4D) => tf.Tensor, dy: tf.Tensor): void {
  for (let probe = 1; probe <= PROBES; probe++) {
    const r = random(gradient.shape, 50 + probe);
    const left = tf.mul(apply(r), dy);
    const right = tf.mul(r, gradient);
    const scale = tf.sum(tf.abs(left)).dataSync()[0]! + tf.sum(tf.abs(right)).dataSync()[0]!;
    const difference = tf.sub(tf.sum(left), tf.sum(right)).dataSync()[0]!;
    expect(Math.abs(difference)).toBeLessThanOrEqual(TOLERANCE * scale);
  }
}

beforeAll(async () => {
  await initEngine({ backend: 'wasm' });
  await initEngine({ backend: 'cpu' });
});

describe('on wasm', () => {
  let before: number;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  /** A gradient kernel's answer on wasm, as a tensor for cpu to go on with. */
  const kernel = (name: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor =>
    on('wasm', () => {
      const copies = Object.fromEntries(
        Object.entries(inputs).map(([key, x]) => [key, tf.tensor(x.dataSync(), x.shape)]),
      );
      const gradient = tf.engine().runKernel(name, copies, attrs as tf.NamedAttrMap) as tf.Tensor;
      return tf.tensor(gradient.dataSync(), gradient.shape);
    });

  const forAll = (property: fc.Arbitrary<Geometry>, check: (geometry: Geometry) => void) =>
    fc.assert(
      fc.property(property, (geometry) => tf.tidy(() => check(geometry))),
      { numRuns: 150 },
    );

  test("a convolution's filter gradient is the adjoint of its filter, for any size, stride and padding", () => {
    forAll(
      geometries({ dilated: false, filterOutputs: 4 }),
      ({ xShape, filterShape, strides, pad, dimRoundingMode, ...rest }) => {
        const x = random(xShape, 1);
        const dy = random(convInfo({ xShape, filterShape, strides, pad, dimRoundingMode, ...rest }, false).outShape, 2);
        const gradient = kernel(
          'Conv2DBackpropFilter',
          { x, dy },
          { strides, pad, dimRoundingMode, dataFormat: 'NHWC', filterShape },
        );
        expect(gradient.shape).toEqual(filterShape);
        expectAdjoint(gradient, (r) => tf.conv2d(x, r, strides, pad, 'NHWC', 1, dimRoundingMode), dy);
      },
    );
  });

  const depthwise = geometries({ dilated: true, filterOutputs: 3 });

  test("a depthwise convolution's filter gradient is the adjoint of its filter, dilated and multiplied too", () => {
    forAll(depthwise, (geometry) => {
      const { xShape, filterShape, strides, dilations, pad, dimRoundingMode } = geometry;
      const x = random(xShape, 1);
      const dy = random(convInfo(geometry, true).outShape, 2);
      const gradient = kernel(
        'DepthwiseConv2dNativeBackpropFilter',
        { x, dy },
        { strides, dilations, pad, dimRoundingMode, filterShape },
      );
      expect(gradient.shape).toEqual(filterShape);
      expectAdjoint(
        gradient,
        (r) => tf.depthwiseConv2d(x, r, strides, pad as 'same', 'NHWC', dilations, dimRoundingMode),
        dy,
      );
    });
  });

  test("a depthwise convolution's input gradient is the adjoint of its input, dilated and multiplied too", () => {
    forAll(depthwise, (geometry) => {
      const { xShape, filterShape, strides, dilations, pad, dimRoundingMode } = geometry;
      const filter = random(filterShape, 1);
      const dy = random(convInfo(geometry, true).outShape, 2);
      const gradient = kernel(
        'DepthwiseConv2dNativeBackpropInput',
        { dy, filter },
        { strides, dilations, pad, dimRoundingMode, inputShape: xShape },
      );
      expect(gradient.shape).toEqual(xShape);
      expectAdjoint(
        gradient,
        (r) => tf.depthwiseConv2d(r, filter, strides, pad as 'same', 'NHWC', dilations, dimRoundingMode),
        dy,
      );
    });
  });

  test('UnsortedSegmentSum adds up the rows of each segment; segments out of range are left out', () => {
    const rows = fc.record({
      segments: small(5),
      width: fc.integer({ min: 1, max: 4 }),
      ids: fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(rows, ({ segments, width, ids }) =>
        on('wasm', () =>
          tf.tidy(() => {
            const values = numbers(ids.length * width);
            const expected = new Float64Array(segments * width);
            ids.forEach((id, row) => {
              for (let i = 0; i < width; i++)
                if (id >= 0 && id < segments) expected[id * width + i]! += values[row * width + i]!;
            });
            const x = tf.tensor(values, [ids.length, width]);
            const sums = tf.unsortedSegmentSum(x, tf.tensor1d(ids, 'int32'), segments).dataSync();
            // float32 sums of at most 12 numbers below 2
            sums.forEach((sum, i) => expect(Math.abs(sum - expected[i]!)).toBeLessThan(1e-5));
          }),
        ),
      ),
    );
  });

  test('an average pool whose window hangs over the edge has the gradient of finite differences', () => {
    for (const backend of ['wasm', 'cpu'] as const) {
      on(backend, () =>
        tf.tidy(() => {
          const x = random([1, 4, 3, 2], 1);
          const w = random([1, 4, 3, 2], 2);
          const loss = (y: tf.Tensor4D) => tf.sum(tf.mul(tf.avgPool(y, 3, 1, 'same'), w)) as tf.Scalar;
          const gradient = tf
            .grad(loss as (y: tf.Tensor) => tf.Scalar)(x)
            .dataSync();
          const h = 0.25; // the loss is linear: the step only has to stand above float32's rounding
          gradient.forEach((slope, i) => {
            const step = tf.tensor(
              Array.from(gradient, (_, k) => (k === i ? h : 0)),
              x.shape,
            ) as tf.Tensor4D;
            const rise = loss(tf.add(x, step)).dataSync()[0]! - loss(tf.sub(x, step)).dataSync()[0]!;
            expect(Math.abs(rise / (2 * h) - slope)).toBeLessThan(1e-4);
          });
        }),
      );
    }
  });
});
