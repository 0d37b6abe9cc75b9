// What a JPEG file of some quality makes of an image: YCbCr, the cosine transform of 8×8 blocks, and libjpeg's quantisation (ITU-T T.81,
// annexes A.3 and K.1). Here, not by a codec, so that the same bytes come out with every version of it.
import { IMAGE_SIZE } from '../images/image-size.js';

const BLOCK = 8;

/** Quantisation steps of luma and of chroma at quality 50, rows of rising vertical frequency: T.81, tables K.1 and K.2. */
const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMA_CORNER = [17, 18, 24, 47, 18, 21, 26, 66, 24, 26, 56, 99, 47, 66, 99, 99];
const CHROMA = Array.from({ length: BLOCK * BLOCK }, (_, i) =>
  i % BLOCK < 4 && i < 4 * BLOCK ? CHROMA_CORNER[4 * Math.floor(i / BLOCK) + (i % BLOCK)]! : 99,
);

/** COSINES[8u + x]: c(u)/2 · cos((2x + 1)uπ/16), whose rows are orthonormal. */
const COSINES = Float64Array.from(
  { length: BLOCK * BLOCK },
  (_, i) =>
    (i < BLOCK ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i % BLOCK) + 1) * Math.floor(i / BLOCK) * Math.PI) / 16),
);

const TRANSPOSED = COSINES.map((_, i) => COSINES[BLOCK * (i % BLOCK) + Math.floor(i / BLOCK)]!);

/** Changes the RGB bytes [112, 112, 3] as a JPEG file of this quality, 1 to 100, does that keeps colours in full resolution (4:4:4). */
export function recompress(image: Uint8Array, quality: number): void {
  const steps = [quantisation(LUMA, quality), quantisation(CHROMA, quality), quantisation(CHROMA, quality)];
  const planes = steps.map(() => new Float64Array(BLOCK * BLOCK));
  const [y, cb, cr] = planes as [Float64Array, Float64Array, Float64Array];
  for (let top = 0; top < IMAGE_SIZE; top += BLOCK) {
    for (let left = 0; left < IMAGE_SIZE; left += BLOCK) {
      forEachPixel(top, left, (at, i) => {
        const [red, green, blue] = [image[at]!, image[at + 1]!, image[at + 2]!];
        y[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue) - 128;
        cb[i] = Math.round(-0.168736 * red - 0.331264 * green + 0.5 * blue);
        cr[i] = Math.round(0.5 * red - 0.418688 * green - 0.081312 * blue);
      });
      planes.forEach((plane, i) => quantise(plane, steps[i]!));
      forEachPixel(top, left, (at, i) => {
        image[at] = byte(y[i]! + 128 + 1.402 * cr[i]!);
        image[at + 1] = byte(y[i]! + 128 - 0.344136 * cb[i]! - 0.714136 * cr[i]!);
        image[at + 2] = byte(y[i]! + 128 + 1.772 * cb[i]!);
      });
    }
  }
}

/** libjpeg's jpeg_quality_scaling. */
function quantisation(table: readonly number[], quality: number): number[] {
  const whole = Math.min(100, Math.max(1, Math.round(quality)));
  const percent = whole < 50 ? Math.floor(5000 / whole) : 200 - 2 * whole;
  return table.map((step) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100))));
}

function forEachPixel(top: number, left: number, visit: (at: number, i: number) => void): void {
  for (let i = 0; i < BLOCK * BLOCK; i++) visit(((top + (i >> 3)) * IMAGE_SIZE + left + (i & 7)) * 3, i);
}

/** To frequencies, to whole steps, and back to bytes around 0. */
function quantise(plane: Float64Array, steps: readonly number[]): void {
  const frequencies = onBothSides(COSINES, plane);
  for (let i = 0; i < BLOCK * BLOCK; i++) frequencies[i] = Math.round(frequencies[i]! / steps[i]!) * steps[i]!;
  const values = onBothSides(TRANSPOSED, frequencies);
  for (let i = 0; i < BLOCK * BLOCK; i++) plane[i] = Math.min(127, Math.max(-128, Math.round(values[i]!)));
}

/** M · plane · Mᵀ: the transposed product of the transposed product. */
const onBothSides = (matrix: Float64Array, plane: Float64Array) =>
  transposedProduct(matrix, transposedProduct(matrix, plane));

/** plane · Mᵀ, transposed. */
function transposedProduct(matrix: Float64Array, plane: Float64Array): Float64Array {
  const product = new Float64Array(BLOCK * BLOCK);
  for (let row = 0; row < BLOCK; row++) {
    for (let out = 0; out < BLOCK; out++) {
      let sum = 0;
      for (let i = 0; i < BLOCK; i++) sum += matrix[BLOCK * out + i]! * plane[BLOCK * row + i]!;
      product[BLOCK * out + row] = sum;
    }
  }
  return product;
}

const byte = (value: number) => Math.min(255, Math.max(0, Math.round(value)));
