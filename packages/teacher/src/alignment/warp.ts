// A picture through a similarity transform: bilinear, black outside, in the 1/32-pixel fixed point of OpenCV 4's warpAffine, byte for byte.
import type { RgbImage } from '../photo/rgb-image.js';
import { roundHalfToEven } from '../round-half-to-even.js';
import type { Similarity } from './similarity.js';

/** Positions are rounded to 1/1024 pixel before they are added, and cut to 1/32 after (OpenCV imgproc: AB_BITS, INTER_BITS). */
const POSITION_BITS = 10;
const FRACTION_BITS = 5;
const FRACTIONS = 2 ** FRACTION_BITS;
const TO_FRACTION = POSITION_BITS - FRACTION_BITS;
const HALF_FRACTION = 2 ** (TO_FRACTION - 1);
const WEIGHT_BITS = 2 * FRACTION_BITS;

/**
 * The square of `size` pixels whose point `transform`(x, y) shows the picture's point (x, y), whole numbers being the pixels' centres: RGB
 * [size, size, 3].
 */
export function warp({ data, width, height }: RgbImage, transform: Similarity, size: number): Uint8Array<ArrayBuffer> {
  const [m0, m1, m2, m3, m4, m5] = inverseRows(transform);
  const scale = 2 ** POSITION_BITS;
  const alongX = Float64Array.from({ length: size }, (_, x) => roundHalfToEven(m0 * x * scale));
  const alongY = Float64Array.from({ length: size }, (_, x) => roundHalfToEven(m3 * x * scale));
  const warped = new Uint8Array(size * size * 3);
  const at = (x: number, y: number, channel: number) =>
    x >= 0 && x < width && y >= 0 && y < height ? data[(y * width + x) * 3 + channel]! : 0;
  for (let row = 0, to = 0; row < size; row++) {
    const startX = roundHalfToEven((m1 * row + m2) * scale) + HALF_FRACTION;
    const startY = roundHalfToEven((m4 * row + m5) * scale) + HALF_FRACTION;
    for (let column = 0; column < size; column++, to += 3) {
      const fixedX = Math.floor((startX + alongX[column]!) / 2 ** TO_FRACTION);
      const fixedY = Math.floor((startY + alongY[column]!) / 2 ** TO_FRACTION);
      const x = Math.floor(fixedX / FRACTIONS);
      const y = Math.floor(fixedY / FRACTIONS);
      if (x < -1 || y < -1 || x >= width || y >= height) continue; // black already
      const right = fixedX - x * FRACTIONS;
      const down = fixedY - y * FRACTIONS;
      for (let channel = 0; channel < 3; channel++) {
        const above = (FRACTIONS - right) * at(x, y, channel) + right * at(x + 1, y, channel);
        const below = (FRACTIONS - right) * at(x, y + 1, channel) + right * at(x + 1, y + 1, channel);
        warped[to + channel] = ((FRACTIONS - down) * above + down * below + 2 ** (WEIGHT_BITS - 1)) >> WEIGHT_BITS;
      }
    }
  }
  return warped;
}

/** The inverse as OpenCV multiplies it out: another order would round some positions to another thousandth of a pixel. */
function inverseRows({ a, b, tx, ty }: Similarity): [number, number, number, number, number, number] {
  const d = 1 / (a * a + b * b);
  const [cosine, sine] = [a * d, b * d];
  return [cosine, sine, -cosine * tx - sine * ty, -sine, cosine, sine * tx - cosine * ty];
}
