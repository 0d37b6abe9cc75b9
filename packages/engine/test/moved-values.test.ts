// Ops that move values or choose between them keep each as it is, whatever its dtype, and write nothing beside it.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { on, readyBackends } from './backends.js';

const backends = await readyBackends();

type Make = (shape: number[], start?: number) => tf.Tensor;

const makeOf: Record<'bool' | 'int32' | 'int32 to 2²⁴', Make> = {
  bool: (shape, start = 0) => filled(shape, 'bool', (i) => ((i + start) % 3 === 1 ? 0 : 1)),
  int32: (shape, start = 0) => filled(shape, 'int32', (i) => ((i + start) % 2 ? -1 : 1) * (16_777_217 + i + start)),
  'int32 to 2²⁴': (shape, start = 0) =>
    filled(shape, 'int32', (i) => ((i + start) % 2 ? -1 : 1) * (16_777_100 + i + start)),
};

const filled = (shape: number[], dtype: 'bool' | 'int32', value: (i: number) => number) =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => value(i)),
    shape,
    dtype,
  );

const MOVES: Record<string, (make: Make) => tf.Tensor> = {
  tile: (make) => tf.tile(make([3, 5]), [2, 3]),
  transpose: (make) => tf.transpose(make([3, 5, 2]), [2, 0, 1]),
  'transpose of a matrix': (make) => tf.transpose(make([3, 5])),
  'concat of columns': (make) => tf.concat([make([3, 5]), make([3, 2])], 1),
  'concat of rows': (make) => tf.concat([make([3, 5]), make([2, 5])], 0),
  'slice of a vector': (make) => tf.slice(make([9]), [2], [5]),
  'slice of a matrix': (make) => tf.slice(make([5, 7]), [1, 2], [3, 4]),
  'slice of a volume': (make) => tf.slice(make([3, 4, 5]), [1, 1, 1], [2, 2, 3]),
  stridedSlice: (make) => tf.stridedSlice(make([5, 7]), [0, 1], [5, 7], [2, 3]),
  'stridedSlice of a volume': (make) => tf.stridedSlice(make([3, 4, 5]), [0, 0, 1], [3, 4, 5], [2, 1, 2]),
  reverse: (make) => tf.reverse(make([3, 5]), 1),
  'reverse of two axes': (make) => tf.reverse(make([2, 3, 4]), [0, 2]),
  pad: (make) =>
    tf.pad(
      make([3, 5]),
      [
        [1, 2],
        [0, 3],
      ],
      1,
    ),
  'gather of rows': (make) => tf.gather(make([4, 5]), tf.tensor1d([3, 0, 1], 'int32'), 0),
  'gather of columns': (make) => tf.gather(make([4, 5]), tf.tensor1d([3, 0, 1], 'int32'), 1),
  gatherND: (make) => tf.gatherND(make([4, 5]), tf.tensor2d([0, 1, 3, 4], [2, 2], 'int32')),
  scatterND: (make) => tf.scatterND(tf.tensor2d([0, 2], [2, 1], 'int32'), make([2]), [5]),
  where: (make) => tf.where(makeOf.bool([3, 5]), make([3, 5]), make([3, 5], 1)),
  stack: (make) => tf.stack([make([7]), make([7], 1)]),
  unstack: (make) => tf.unstack(make([3, 7]))[1]!,
  split: (make) => tf.split(make([4, 7]), 2)[1]!,
  broadcastTo: (make) => tf.broadcastTo(make([1, 5]), [3, 5]),
};

/** WGSL has no atomic sum of them: an error, and the device is lost. */
const REFUSED_BY_WEBGPU = new Set(['scatterND']);

const INDICES = [0, 2, 1, 3, -1, 9]; // two of them name no place

const ONE_HOTS: Record<string, { run: () => tf.Tensor; on: number; off: number }> = {
  bool: { run: () => tf.oneHot(indices(), 4, 1, 0, 'bool'), on: 1, off: 0 },
  'bool, inverted': { run: () => tf.oneHot(indices(), 4, 0, 1, 'bool'), on: 0, off: 1 },
  'bool, all true': { run: () => tf.oneHot(indices(), 4, 1, 1, 'bool'), on: 1, off: 1 },
  int32: { run: () => tf.oneHot(indices(), 4, 3, -2), on: 3, off: -2 },
  'int32, cut': { run: () => tf.oneHot(indices(), 4, 2.7, -1.5), on: 2, off: -1 },
  float32: { run: () => tf.oneHot(indices(), 4, 0.5, -1.5, 'float32'), on: 0.5, off: -1.5 },
};

const indices = () => tf.tensor1d(INDICES, 'int32');

/** What `run` gives five times over, and whether the tensors made before, between and after kept their values. */
async function repeated(run: () => tf.Tensor) {
  const guards = [counting()];
  const results = Array.from({ length: 5 }, () => {
    const result = tf.tidy(run);
    guards.push(counting());
    return result;
  });
  const expected = [...counting().dataSync()];
  for (const guard of guards) expect([...(await guard.data())]).toEqual(expected);
  const values = await Promise.all(
    results.map(async (t) => ({ dtype: t.dtype, shape: t.shape, values: [...(await t.data())] })),
  );
  tf.dispose([...guards, ...results]);
  for (const value of values) expect(value).toEqual(values[0]);
  return values[0]!;
}

const counting = () => tf.add(tf.range(0, 64), 0.5);

describe.each(backends)('on $title', ({ name, skipped }) => {
  // WebGPU's kernels move int32 as float32.
  describe.skipIf(skipped).each(['bool', name === 'webgpu' ? 'int32 to 2²⁴' : 'int32'] as const)('%s', (kind) => {
    test.each(Object.keys(MOVES))('are kept by %s', async (op) => {
      if (name === 'webgpu' && REFUSED_BY_WEBGPU.has(op)) return;
      const expected = await repeated(() => MOVES[op]!(makeOf[kind]));
      expect(expected.dtype).toBe(kind === 'bool' ? 'bool' : 'int32');
      expect(await on(name, () => repeated(() => MOVES[op]!(makeOf[kind])))).toEqual(expected);
    });
  });

  test.skipIf(skipped).each(Object.keys(ONE_HOTS))(
    'oneHot of %s has no one where an index is out of range',
    async (kind) => {
      const { run, on: one, off } = ONE_HOTS[kind]!;
      const { values } = await on(name, () => repeated(run));
      expect(values).toEqual(INDICES.flatMap((index) => [0, 1, 2, 3].map((k) => (k === index ? one : off))));
    },
  );
});
