// What the operator's strongest directions look like: a test image moved along them, x ⊕ t ⊙ g_x⁻¹(v_i), its residual as it was.
import * as tf from '@tensorflow/tfjs-core';
import type { InvertibleEncoder } from '@lin/linearizer';
import type { Matrix, Svd } from '@lin/operator';
import { COLOURS, renderChart, type Figure } from '@lin/figures';
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
const SIZE = 112;
const GAP = 8;

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
            direction.map((value) => step * spread * value),
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
  const length = SIZE * SIZE * 3;
  const urls = await Promise.all(
    Array.from({ length: count * STEPS.length }, (_, k) => imageUrl(bytes.subarray(k * length, (k + 1) * length))),
  );
  return grid(urls, count, [...singular.s]);
}

function grid(urls: readonly string[], count: number, values: readonly number[]): Figure {
  const [left, top] = [110, 70];
  const text = (content: string, x: number, y: number) => ({
    type: 'text' as const,
    left: x,
    top: y,
    style: { text: content, fontSize: 12, fill: COLOURS.text },
  });
  return renderChart(
    {
      title: {
        text: 'a held-out image moved along the first right singular vectors of A',
        left: 'center',
        top: 10,
        textStyle: { fontSize: 15 },
      },
      graphic: [
        ...STEPS.map((step, j) => text(`${step > 0 ? '+' : ''}${step} σ`, left + j * (SIZE + GAP) + SIZE / 2 - 14, 46)),
        ...Array.from({ length: count }, (_, i) =>
          text(`s_${i + 1} = ${values[i]!.toPrecision(3)}`, 14, top + i * (SIZE + GAP) + SIZE / 2 - 6),
        ),
        ...urls.map((image, k) => ({
          type: 'image' as const,
          left: left + (k % STEPS.length) * (SIZE + GAP),
          top: top + Math.floor(k / STEPS.length) * (SIZE + GAP),
          style: { image, width: SIZE, height: SIZE },
        })),
      ],
    },
    { width: left + STEPS.length * (SIZE + GAP) + 12, height: top + count * (SIZE + GAP) + 12 },
  );
}

async function firstTestImage(run: Run): Promise<tf.Tensor4D> {
  const keys = run.dataset.split.test.subarray(0, 1);
  for await (const { images, size } of run.testBatches(keys))
    return imagesToTensor(images, [size, ...run.model.gx.imageShape]) as tf.Tensor4D;
  throw new Error('unreachable: a test set has at least one image');
}

/** Of the cores' components along a unit vector. */
function deviation({ rows, cols, data }: Matrix, direction: number[]): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    let component = 0;
    for (let j = 0; j < cols; j++) component += data[i * cols + j]! * direction[j]!;
    sum += component;
    squares += component * component;
  }
  return Math.sqrt(Math.max(0, squares / rows - (sum / rows) ** 2));
}

const columnOf = ({ rows, cols, data }: Matrix, j: number) =>
  Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
