// The notebook's first figure: a few test images over the first coordinates of what separates the Linearizer from its teacher.
import { picturesOverBars, type Figure } from '@lin/figures';
import { imageUrl } from './image-url.js';

export interface EmbeddedImage {
  /** RGB bytes [112, 112, 3]. */
  image: Uint8Array;
  /** Unit embeddings of the Linearizer and of the teacher. */
  prediction: Float32Array;
  target: Float32Array;
}

const COORDINATES = 20;

/** Images in a row, their differences' first 20 coordinates below. */
export async function differenceFigure(samples: readonly EmbeddedImage[]): Promise<Figure> {
  const columns = samples.map(async ({ image, prediction, target }) => ({
    picture: await imageUrl(image),
    caption: `MSE ${meanSquaredError(prediction, target).toFixed(6)}`,
    values: Array.from(prediction.subarray(0, COORDINATES), (value, k) => value - target[k]!),
  }));
  return picturesOverBars(await Promise.all(columns), { xName: 'coordinate', yName: 'f(x) − teacher' });
}

export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
}
