// What the operator's strongest directions look like: a test image moved along them, x ⊕ t ⊙ g_x⁻¹(v_i), its residual as it was.
import * as tf from '@tensorflow/tfjs-core';
import type { InvertibleEncoder } from '@lin/linearizer';
import type { Matrix, Svd } from '@lin/operator';
import { columnOf, dotInOrder, rowOf } from '@lin/operator/linear-algebra';
import { IMAGE_BYTES } from '@lin/data';
import { pictureGrid, type Figure } from '@lin/figures';
import { imagesToTensor } from '@lin/train';
import { imageUrl } from '../report/image-url.js';
import type { Run } from '../run/run.js';

export interface SingularImagesOptions {
  run: Run;
  gx: InvertibleEncoder;
  singular: Svd;
  /** Of training images: how far people lie apart in each direction. */
  cores: Matrix;
}

const DIRECTIONS = 5;
/** In standard deviations of the training cores along the direction. */
const STEPS = [-1, -0.5, 0, 0.5, 1];

export async function singularImages({ run, gx, singular, cores }: SingularImagesOptions): Promise<Figure> {
  const count = Math.min(DIRECTIONS, singular.s.length);
  const images = await firstTestImage(run);
  const moved = tf.tidy(() => {
    const { core, residual } = gx.encode(images);
    const rows = Array.from({ length: count }, (_, i) => {
      const direction = columnOf(singular.V, i);
      const spread = deviation(cores, direction);
      return STEPS.map((step) =>
        tf.add(
          core,
          tf.tensor2d(
            Float32Array.from(direction, (value) => step * spread * value),
            [1, direction.length],
          ),
        ),
      );
    }).flat() as tf.Tensor2D[];
    const pixels = gx.decode(tf.concat(rows, 0), tf.tile(residual, [rows.length, 1]));
    return tf.cast(tf.clipByValue(tf.round(tf.add(tf.mul(pixels, 127.5), 127.5)), 0, 255), 'int32');
  });
  images.dispose();
  const bytes = Uint8Array.from(await moved.data());
  moved.dispose();
  const urls = await Promise.all(
    Array.from({ length: count * STEPS.length }, (_, k) =>
      imageUrl(bytes.subarray(k * IMAGE_BYTES, (k + 1) * IMAGE_BYTES)),
    ),
  );
  return pictureGrid(urls, {
    title: 'a held-out image moved along the first right singular vectors of A',
    rowNames: Array.from({ length: count }, (_, i) => `s_${i + 1} = ${singular.s[i]!.toPrecision(3)}`),
    columnNames: STEPS.map((step) => `${step > 0 ? '+' : ''}${step} σ`),
  });
}

async function firstTestImage(run: Run): Promise<tf.Tensor4D> {
  const keys = run.dataset.split.test.subarray(0, 1);
  for await (const { images, size } of run.testBatches(keys))
    return imagesToTensor(images, [size, ...run.model.gx.imageShape]) as tf.Tensor4D;
  throw new Error('unreachable: a test set has at least one image');
}

/** Of the cores' components along a unit vector. */
function deviation(cores: Matrix, direction: Float64Array): number {
  const components = Array.from({ length: cores.rows }, (_, i) => dotInOrder(rowOf(cores, i), direction));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / cores.rows;
  return Math.sqrt(Math.max(0, mean(components.map((value) => value * value)) - mean(components) ** 2));
}
