// Pools of volumes as two pools of images: first each image by itself, then along the depth. The maximum of maxima is the maximum, and
// windows without padding have the same number of elements in each of their images, so that the mean of means is the mean.
import * as tf from '@tensorflow/tfjs-core';
import { replace } from './correct.js';

type Triple = number | [number, number, number];

interface PoolAttrs {
  filterSize: Triple;
  strides: Triple;
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

interface Pool2D {
  filterSize: [number, number];
  strides: [number, number];
  pad: 'valid' | 'same' | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function registerVolumePools(backendName: string): void {
  for (const [name, pool] of [
    [tf.MaxPool3D, tf.maxPool],
    [tf.AvgPool3D, tf.avgPool],
  ] as const) {
    replace(name, backendName, ({ inputs, attrs }) => {
      const { x } = inputs as { x: tf.Tensor5D };
      const { ofImages, ofDepth } = stages(attrs as unknown as PoolAttrs);
      const run = (x: tf.Tensor4D, { filterSize, strides, pad, dimRoundingMode }: Pool2D) =>
        pool(x, filterSize, strides, pad, dimRoundingMode);
      const pooled = run(images(x), ofImages);
      return tf.reshape(run(columns(pooled, x), ofDepth), [x.shape[0], -1, ...pooled.shape.slice(1)]);
    });
  }
  replace(tf.MaxPool3DGrad, backendName, ({ inputs, attrs }) => {
    const { dy, input } = inputs as { dy: tf.Tensor5D; input: tf.Tensor5D };
    const { ofImages, ofDepth } = stages(attrs as unknown as PoolAttrs);
    const max = (x: tf.Tensor4D, p: Pool2D) => tf.maxPool(x, p.filterSize, p.strides, p.pad, p.dimRoundingMode);
    const x = images(input);
    const pooled = max(x, ofImages);
    const column = columns(pooled, input);
    const dColumn = gradient(
      tf.MaxPoolGrad,
      { dy: like(dy, column), input: column, output: max(column, ofDepth) },
      ofDepth,
    );
    const dPooled = tf.reshape(dColumn, pooled.shape);
    return tf.reshape(gradient(tf.MaxPoolGrad, { dy: dPooled, input: x, output: pooled }, ofImages), input.shape);
  });
  replace(tf.AvgPool3DGrad, backendName, ({ inputs, attrs }) => {
    const { dy, input } = inputs as { dy: tf.Tensor5D; input: tf.Tensor5D };
    const { ofImages, ofDepth } = stages(attrs as unknown as PoolAttrs);
    const x = images(input);
    const pooledShape = [x.shape[0], dy.shape[2], dy.shape[3], x.shape[3]] as const;
    const column = columns(tf.zeros([...pooledShape]), input); // whose shape alone matters
    const dColumn = gradient(tf.AvgPoolGrad, { dy: like(dy, column), input: column }, ofDepth);
    const dPooled = tf.reshape(dColumn, [...pooledShape]);
    return tf.reshape(gradient(tf.AvgPoolGrad, { dy: dPooled, input: x }, ofImages), input.shape);
  });
}

function stages({ filterSize, strides, pad, dimRoundingMode }: PoolAttrs): { ofImages: Pool2D; ofDepth: Pool2D } {
  const [depth, height, width] = triple(filterSize);
  const [strideDepth, strideHeight, strideWidth] = triple(strides);
  const padded = (rows: number, columns: number): Pool2D['pad'] =>
    typeof pad === 'number'
      ? [
          [0, 0],
          [rows, rows],
          [columns, columns],
          [0, 0],
        ]
      : pad;
  const p = typeof pad === 'number' ? pad : 0;
  return {
    ofImages: {
      filterSize: [height, width],
      strides: [strideHeight, strideWidth],
      pad: padded(p, p),
      dimRoundingMode,
    },
    ofDepth: { filterSize: [depth, 1], strides: [strideDepth, 1], pad: padded(p, 0), dimRoundingMode },
  };
}

const triple = (value: Triple): [number, number, number] => (typeof value === 'number' ? [value, value, value] : value);

/** [B, depth, height, width, channels] → [B · depth, height, width, channels]. */
const images = (x: tf.Tensor5D): tf.Tensor4D =>
  tf.reshape(x, [x.shape[0] * x.shape[1], x.shape[2], x.shape[3], x.shape[4]]);

/** [B · depth, height, width, channels] → [B, depth, 1, height · width · channels], an image whose height is the depth. */
const columns = (x: tf.Tensor4D, { shape: [batch, depth] }: tf.Tensor5D): tf.Tensor4D =>
  tf.reshape(x, [batch, depth, 1, x.shape[1] * x.shape[2] * x.shape[3]]);

/** dy in the shape of the column's results. */
const like = (dy: tf.Tensor5D, column: tf.Tensor4D): tf.Tensor4D =>
  tf.reshape(dy, [dy.shape[0], dy.shape[1], 1, column.shape[3]]);

const gradient = (kernelName: string, inputs: tf.NamedTensorMap, attrs: Pool2D): tf.Tensor4D =>
  tf.engine().runKernel(kernelName, inputs, { ...attrs });
