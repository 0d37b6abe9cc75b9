// An image as its own pixels: what comparing them is worth is the floor under any embedding.
import { IMAGE_BYTES, IMAGE_SIZE } from '@lin/data';

/** Pixels averaged over squares of this side: faces a pixel apart stay comparable, and 6,000 pairs small. */
const SQUARE = 4;
const CHANNELS = 3;
const MIDDLE = 127.5; // of a byte: else every image has the direction of grey
const SIDE = IMAGE_SIZE / SQUARE;

/** Bytes of RGB images, 112 × 112, one after the other, as vectors of 28 · 28 · 3 means, in [−127.5, 127.5]. */
export async function pixelVectors(images: Uint8Array): Promise<Float32Array> {
  const count = images.length / IMAGE_BYTES;
  const vectors = new Float32Array(count * SIDE * SIDE * CHANNELS).fill(-MIDDLE);
  for (let at = 0; at < images.length; at++) {
    const pixel = Math.floor(at / CHANNELS);
    const row = Math.floor(pixel / IMAGE_SIZE / SQUARE); // of all images: whole squares lie in each
    const column = Math.floor((pixel % IMAGE_SIZE) / SQUARE);
    vectors[(row * SIDE + column) * CHANNELS + (at % CHANNELS)]! += images[at]! / SQUARE ** 2;
  }
  return vectors;
}
