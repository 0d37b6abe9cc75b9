// A Gaussian blur, one axis after the other, the border repeated outside.
import { IMAGE_BYTES, IMAGE_SIZE } from '../images/image-size.js';

const ROW_BYTES = IMAGE_SIZE * 3;
/** Standard deviations that the kernel reaches: what lies beyond is below 0.3 % of it. */
const REACH = 3;

/** Blurs the RGB bytes [112, 112, 3]; `sigma` in pixels. */
export function blurImage(image: Uint8Array, sigma: number): void {
  const weights = gaussian(sigma);
  const between = new Float32Array(IMAGE_BYTES);
  const across = { from: image, to: between, step: 3, lineStep: ROW_BYTES };
  const down = { from: between, to: image, step: ROW_BYTES, lineStep: 3 };
  for (const pass of [across, down]) blurLines(pass, weights);
}

/** Of the offsets 0, 1, 2, …: what is on both sides sums to 1 with the middle. */
function gaussian(sigma: number): number[] {
  const weights = Array.from({ length: Math.ceil(REACH * sigma) + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const sum = 2 * weights.reduce((total, weight) => total + weight) - weights[0]!;
  return weights.map((weight) => weight / sum);
}

interface Pass {
  from: Uint8Array | Float32Array;
  to: Uint8Array | Float32Array;
  /** Bytes from a pixel to the next one of its line, and from a line to the next. */
  step: number;
  lineStep: number;
}

function blurLines({ from, to, step, lineStep }: Pass, weights: readonly number[]): void {
  const rounding = to instanceof Uint8Array ? 0.5 : 0;
  const last = IMAGE_SIZE - 1;
  for (let line = 0; line < IMAGE_SIZE; line++) {
    for (let channel = 0; channel < 3; channel++) {
      const start = line * lineStep + channel;
      for (let i = 0; i < IMAGE_SIZE; i++) {
        let sum = weights[0]! * from[start + i * step]!;
        for (let offset = 1; offset < weights.length; offset++) {
          const [before, after] = [Math.max(0, i - offset), Math.min(last, i + offset)];
          sum += weights[offset]! * (from[start + before * step]! + from[start + after * step]!);
        }
        to[start + i * step] = sum + rounding;
      }
    }
  }
}
