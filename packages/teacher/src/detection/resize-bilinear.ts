// OpenCV's resize of bytes with INTER_LINEAR, byte for byte: weights of 11 bits, no smoothing where a picture shrinks. A detector sees what
// it was trained on.
import type { RgbImage } from '../photo/rgb-image.js';
import { roundHalfToEven } from '../round-half-to-even.js';

const WEIGHT = 2 ** 11;

/** Between which two pixels of a line each new one lies, and how near to them: weights add to 2048. */
interface Neighbours {
  first: Int32Array;
  second: Int32Array;
  firstWeight: Int32Array;
  secondWeight: Int32Array;
}

export function resizeBilinear(image: RgbImage, width: number, height: number): RgbImage {
  if (image.width === width && image.height === height) return image;
  if (image.width === 2 * width && image.height === 2 * height) return halve(image);
  const across = neighbours(image.width, width);
  const down = neighbours(image.height, height);
  const data = new Uint8Array(width * height * 3);
  // Two lines of the old picture at the new width; going down the page, each is computed once.
  let [above, below] = [new Int32Array(width * 3), new Int32Array(width * 3)];
  let [aboveIs, belowIs] = [-1, -1];
  for (let y = 0; y < height; y++) {
    const [first, second] = [down.first[y]!, down.second[y]!];
    if (first === belowIs) [above, below, aboveIs, belowIs] = [below, above, belowIs, aboveIs];
    if (first !== aboveIs) resizeLine(image, first, across, above);
    if (second !== belowIs) resizeLine(image, second, across, below);
    [aboveIs, belowIs] = [first, second];
    const p = down.firstWeight[y]!;
    const q = down.secondWeight[y]!;
    for (let i = 0, to = y * width * 3; i < width * 3; i++, to++)
      data[to] = (((p * (above[i]! >> 4)) >> 16) + ((q * (below[i]! >> 4)) >> 16) + 2) >> 2;
  }
  return { data, width, height };
}

function resizeLine(
  { data, width }: RgbImage,
  row: number,
  { first, second, firstWeight, secondWeight }: Neighbours,
  line: Int32Array,
): void {
  const start = row * width * 3;
  for (let x = 0, to = 0; x < first.length; x++) {
    const left = start + first[x]! * 3;
    const right = start + second[x]! * 3;
    const p = firstWeight[x]!;
    const q = secondWeight[x]!;
    line[to++] = data[left]! * p + data[right]! * q;
    line[to++] = data[left + 1]! * p + data[right + 1]! * q;
    line[to++] = data[left + 2]! * p + data[right + 2]! * q;
  }
}

function neighbours(from: number, to: number): Neighbours {
  const step = 1 / (to / from); // OpenCV's own way round
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const firstWeight = new Int32Array(to);
  const secondWeight = new Int32Array(to);
  for (let i = 0; i < to; i++) {
    const centre = Math.fround((i + 0.5) * step - 0.5);
    const before = Math.floor(centre);
    const share = Math.fround(centre - before);
    first[i] = Math.min(Math.max(before, 0), from - 1);
    second[i] = Math.min(Math.max(before + 1, 0), from - 1);
    firstWeight[i] = roundHalfToEven(Math.fround(1 - share) * WEIGHT);
    secondWeight[i] = roundHalfToEven(share * WEIGHT);
  }
  return { first, second, firstWeight, secondWeight };
}

/** At exactly one half OpenCV takes the mean of four. */
function halve({ data, width, height }: RgbImage): RgbImage {
  const half = { data: new Uint8Array(data.length / 4), width: width / 2, height: height / 2 };
  const line = width * 3;
  for (let y = 0, to = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        const at = 2 * y * line + 6 * x + channel;
        half.data[to] = (data[at]! + data[at + 3]! + data[at + line]! + data[at + line + 3]! + 2) >> 2;
      }
    }
  }
  return half;
}
