// Tensors of rank 5 and 6 in tfjs-backend-webgpu 4.22: WGSL has no vectors for their coordinates, so that shaders which index them do not
// compile, and other kernels refuse them. Here such kernels work along one axis after another, each time on [outer, axis, inner].
import * as tf from '@tensorflow/tfjs-core';
import { correct } from '../kernels/correct.js';

const MOST_AXES = 4;

const BROADCASTING = [
  tf.Add,
  tf.Sub,
  tf.Multiply,
  tf.RealDiv,
  tf.FloorDiv,
  tf.Maximum,
  tf.Minimum,
  tf.SquaredDifference,
  tf.Pow,
  tf.Mod,
  tf.Atan2,
  tf.Prelu,
  tf.Equal,
  tf.NotEqual,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalOr,
];

export function supportHighRanks(): void {
  BROADCASTING.forEach(broadcastFirst);
  ofHighRank<tf.TileAttrs>(tf.Tile, (x, { reps }) => alongAxes(x, (y, axis) => tf.tile(y, [1, reps[axis]!, 1])));
  ofHighRank<tf.PadV2Attrs>(tf.PadV2, (x, { paddings, constantValue }) =>
    alongAxes(x, (y, axis) => tf.pad(y, [[0, 0], paddings[axis]!, [0, 0]], constantValue)),
  );
  ofHighRank<tf.MirrorPadAttrs>(tf.MirrorPad, (x, { paddings, mode }) =>
    alongAxes(x, (y, axis) => tf.mirrorPad(y, [[0, 0], paddings[axis]!, [0, 0]], mode)),
  );
  ofHighRank<tf.ReverseAttrs>(tf.Reverse, (x, { dims }) => {
    const reversed = tf.util.parseAxisParam(dims, x.shape);
    return alongAxes(x, (y, axis) => (reversed.includes(axis) ? tf.reverse(y, 1) : y));
  });
  ofHighRank<tf.CumsumAttrs>(tf.Cumsum, (x, { axis: summed, exclusive, reverse }) => {
    const [along] = tf.util.parseAxisParam(summed, x.shape);
    return alongAxes(x, (y, axis) => (axis === along ? tf.cumsum(y, 1, exclusive, reverse) : y));
  });
  ofHighRank<tf.StridedSliceAttrs>(
    tf.StridedSlice,
    (x, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => {
      const info = tf.slice_util.sliceInfo(
        x.shape,
        begin,
        end,
        strides,
        beginMask,
        endMask,
        ellipsisMask,
        newAxisMask,
        shrinkAxisMask,
      );
      const slice = alongAxes(x, (y, axis) =>
        tf.stridedSlice(
          y,
          [0, info.begin[axis]!, 0],
          [y.shape[0], info.end[axis]!, y.shape[2]],
          [1, info.strides[axis]!, 1],
        ),
      );
      return tf.reshape(slice, info.finalShape);
    },
  );
  correct(tf.Select, 'webgpu', (own) => (args) => {
    const { condition, t, e } = args.inputs as { condition: tf.Tensor; t: tf.Tensor; e: tf.Tensor };
    if (t.shape.length <= MOST_AXES) return own(args);
    // tf.where gives the three one shape
    return tf.reshape(tf.where(tf.reshape(condition, [-1]), tf.reshape(t, [-1]), tf.reshape(e, [-1])), t.shape);
  });
}

function ofHighRank<Attributes>(kernelName: string, work: (x: tf.Tensor, attributes: Attributes) => tf.Tensor): void {
  correct(kernelName, 'webgpu', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return x.shape.length > MOST_AXES ? work(x, args.attrs as unknown as Attributes) : own(args);
  });
}

function alongAxes(x: tf.Tensor, work: (y: tf.Tensor3D, axis: number) => tf.Tensor): tf.Tensor {
  return x.shape.reduce((y, extent, axis) => {
    const [before, after] = [y.shape.slice(0, axis), y.shape.slice(axis + 1)];
    const done = work(tf.reshape(y, [tf.util.sizeFromShape(before), extent, tf.util.sizeFromShape(after)]), axis);
    return tf.reshape(done, [...before, done.shape[1]!, ...after]);
  }, x);
}

/** Operands of one shape are not indexed by coordinates. */
function broadcastFirst(kernelName: string): void {
  correct(kernelName, 'webgpu', (own) => (args) => {
    const operands = Object.entries(args.inputs) as [string, tf.Tensor][];
    const [[, a], [, b]] = operands as [[string, tf.Tensor], [string, tf.Tensor]];
    const isIndexed = Math.max(a.shape.length, b.shape.length) > MOST_AXES && a.shape.join() !== b.shape.join();
    if (!isIndexed) return own(args);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return own({
      ...args,
      inputs: Object.fromEntries(operands.map(([name, operand]) => [name, tf.broadcastTo(operand, shape)])),
    });
  });
}
