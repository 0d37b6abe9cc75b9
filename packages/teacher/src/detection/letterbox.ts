// A picture of any shape in the square that a detector takes (insightface python-package, model_zoo/scrfd.py: detect): at the top left,
// black below or beside it.
import type { RgbImage } from '../photo/rgb-image.js';
import { resizeBilinear } from './resize-bilinear.js';

export interface Letterbox {
  /** RGB [size, size, 3]. */
  pixels: Uint8Array<ArrayBuffer>;
  /** Length in the square of one pixel's side: positions found there are divided by it. */
  scale: number;
}

export function letterbox(image: RgbImage, size: number): Letterbox {
  const ratio = image.height / image.width;
  const [width, height] = ratio > 1 ? [Math.trunc(size / ratio), size] : [size, Math.trunc(size * ratio)];
  const resized = resizeBilinear(image, Math.max(width, 1), Math.max(height, 1)); // a strip a pixel wide has no room of its own
  const pixels = new Uint8Array(size * size * 3);
  for (let row = 0; row < resized.height; row++) {
    const line = row * resized.width * 3;
    pixels.set(resized.data.subarray(line, line + resized.width * 3), row * size * 3);
  }
  return { pixels, scale: resized.height / image.height };
}
