// Augmentation of one image in place, on its bytes: rotation, random resized crop, mirror, colour jitter, grey, blur, erasing, JPEG. The
// random numbers are the caller's.
// Crop after Szegedy et al. 2015 (arXiv 1409.4842), colour after Krizhevsky et al. 2012, erasing after Zhong et al. 2020 (arXiv
// 1708.04896).
import { DataOptionError } from '../errors.js';
import { IMAGE_BYTES, IMAGE_SIZE } from '../images/image-size.js';
import type { Random } from '../order/random.js';
import { blurImage } from './blur.js';
import { recompress } from './recompress.js';
import { rotateImage } from './rotate.js';

/** From, to. */
export type Range = readonly [number, number];

/** What is left out is not done. They are done in this order. */
export interface Augmentation {
  /** Another image of a pool is blended into it: share · image + (1 − share) · other. Only images of the pool are blended. */
  mix?: {
    /** Keys of the pool, ascending: of training's images, so that nobody who is held out is in a mixture. */
    with: Float64Array;
    /** Share of the images that are blended; default 1. */
    probability?: number;
    /** The image's own share, drawn uniformly from this range; default [0.5, 1]. */
    share?: Range;
  };
  /** Turns about the middle by an angle drawn uniformly from −degrees to degrees; what comes in from outside repeats the border. */
  rotate?: {
    /** In (0, 180]. */
    degrees: number;
    /** Share of the images that are turned; default 1. */
    probability?: number;
  };
  /** A part of the image, scaled back to its size (bilinear). */
  crop?: {
    /** Share of the images that are cropped; default 1. */
    probability?: number;
    /** Share of the area that is kept, drawn uniformly from this range; default [0.8, 1]. */
    area?: Range;
    /** Width over height of the part, drawn uniformly in its logarithm; default [3/4, 4/3]. */
    ratio?: Range;
  };
  /** Share of the images that are mirrored left to right. */
  flip?: number;
  /** Each factor is drawn uniformly from [1 − value, 1 + value]; in this order. */
  colour?: {
    /** Multiplies every value. */
    brightness?: number;
    /** Stretches values away from the image's mean luma, or towards it. */
    contrast?: number;
    /** Stretches values away from their pixel's luma, or towards it. */
    saturation?: number;
  };
  /** Share of the images that lose their colour. */
  grey?: number;
  /** A Gaussian blur: faces from farther away. */
  blur?: {
    /** Share of the images that are blurred. */
    probability: number;
    /** Standard deviation in pixels, drawn uniformly from this range; default [0.5, 2]. */
    sigma?: Range;
  };
  /** A rectangle of mid-grey (128), which is about 0 for a network. */
  erase?: {
    /** Share of the images that lose a rectangle. */
    probability: number;
    /** Share of the area that is lost; default [0.02, 0.2]. */
    area?: Range;
    /** Width over height; default [0.3, 3.3]. */
    ratio?: Range;
  };
  /** The losses of a JPEG file, with colours in full resolution. */
  jpeg?: {
    /** Share of the images that have them. */
    probability: number;
    /** From 1 to 100, as libjpeg counts, drawn uniformly from this range; default [20, 80]. */
    quality?: Range;
  };
}

const ERASED = 128;
/** In pixels: a face blurred more cannot be recognised, and costs as many products as it has pixels. */
const LARGEST_SIGMA = 16;

/**
 * Changes the RGB bytes [112, 112, 3], which are a mixture already where one is wanted. What is drawn depends on `options` and `random`
 * alone, not on the image.
 */
export function augmentImage(
  image: Uint8Array,
  { rotate, crop, flip = 0, colour, grey = 0, blur, erase, jpeg }: Omit<Augmentation, 'mix'>,
  random: Random,
): { flipped: boolean } {
  const angle = rotate && random.uniform(-rotate.degrees, rotate.degrees);
  if (angle !== undefined && happens(random, rotate!.probability ?? 1)) rotateImage(image, angle);
  const part = crop && drawRectangle(random, crop.area ?? [0.8, 1], crop.ratio ?? [3 / 4, 4 / 3]);
  if (part && happens(random, crop.probability ?? 1)) cropImage(image, part);
  const flipped = happens(random, flip);
  if (flipped) mirror(image);
  if (colour)
    jitter(
      image,
      drawFactor(random, colour.brightness),
      drawFactor(random, colour.contrast),
      drawFactor(random, colour.saturation),
    );
  if (happens(random, grey)) jitter(image, 1, 1, 0);
  const sigma = blur && random.uniform(...(blur.sigma ?? [0.5, 2]));
  if (sigma !== undefined && happens(random, blur!.probability)) blurImage(image, sigma);
  if (erase && happens(random, erase.probability))
    eraseRectangle(image, drawRectangle(random, erase.area ?? [0.02, 0.2], erase.ratio ?? [0.3, 3.3]));
  const quality = jpeg && random.uniform(...(jpeg.quality ?? [20, 80]));
  if (quality !== undefined && happens(random, jpeg!.probability)) recompress(image, quality);
  return { flipped };
}

/** @throws DataOptionError for a number that is out of its range. */
export function checkAugmentation({ mix, rotate, crop, flip, colour, grey, blur, erase, jpeg }: Augmentation): void {
  checkShare('flip', flip);
  checkShare('grey', grey);
  for (const [name, change] of Object.entries({ mix, rotate, crop, blur, erase, jpeg }))
    checkShare(`${name}.probability`, change?.probability);
  if (rotate && !(rotate.degrees > 0 && rotate.degrees <= 180))
    throw new DataOptionError(
      `batches: augment.rotate.degrees is ${rotate.degrees}; expected a number above 0 up to 180.`,
    );
  checkRange('mix.share', mix?.share, 1);
  if (mix && !mix.with.every((key, i) => i === 0 || mix.with[i - 1]! < key))
    throw new DataOptionError(
      'batches: augment.mix.with is not ascending; expected the keys of images in their order.',
    );
  checkRange('blur.sigma', blur?.sigma, LARGEST_SIGMA);
  checkRange('jpeg.quality', jpeg?.quality, 100);
  for (const name of ['brightness', 'contrast', 'saturation'] as const) checkShare(`colour.${name}`, colour?.[name]);
  for (const [name, rectangle] of [
    ['crop', crop],
    ['erase', erase],
  ] as const) {
    checkRange(`${name}.area`, rectangle?.area, 1);
    checkRange(`${name}.ratio`, rectangle?.ratio, Infinity);
  }
}

/** The same count of numbers is drawn whatever happens: changing a setting leaves what the others draw as it was. */
const happens = (random: Random, probability: number) => random.uniform() < probability;

const drawFactor = (random: Random, spread = 0) => random.uniform(1 - spread, 1 + spread);

interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Pixels, not whole ones; a side that would be longer than the image's is that. */
function drawRectangle(random: Random, [leastArea, mostArea]: Range, [leastRatio, mostRatio]: Range): Rectangle {
  const area = random.uniform(leastArea, mostArea);
  const ratio = Math.exp(random.uniform(Math.log(leastRatio), Math.log(mostRatio)));
  const width = IMAGE_SIZE * Math.min(1, Math.sqrt(area * ratio));
  const height = IMAGE_SIZE * Math.min(1, Math.sqrt(area / ratio));
  return { left: random.uniform(0, IMAGE_SIZE - width), top: random.uniform(0, IMAGE_SIZE - height), width, height };
}

/** Pixel centres lie at halves: x of the result is left + (x + ½) · width / 112 − ½ of the image. */
export function cropImage(image: Uint8Array, { left, top, width, height }: Rectangle): void {
  const source = image.slice();
  const columns = resampling(left, width);
  const rows = resampling(top, height);
  const row = new Int32Array(ROW_BYTES); // between two rows of the image, times ONE
  for (let at = 0, y = 0; y < IMAGE_SIZE; y++) {
    const [upper, lower, down] = [rows.first[y]! * ROW_BYTES, rows.second[y]! * ROW_BYTES, rows.weight[y]!];
    for (let i = 0; i < ROW_BYTES; i++) row[i] = source[upper + i]! * (ONE - down) + source[lower + i]! * down;
    for (let x = 0; x < IMAGE_SIZE; x++, at += 3) {
      const west = columns.first[x]! * 3;
      const east = columns.second[x]! * 3;
      const right = columns.weight[x]!;
      const wests = ONE - right;
      image[at] = (row[west]! * wests + row[east]! * right + HALF) >> (2 * BITS);
      image[at + 1] = (row[west + 1]! * wests + row[east + 1]! * right + HALF) >> (2 * BITS);
      image[at + 2] = (row[west + 2]! * wests + row[east + 2]! * right + HALF) >> (2 * BITS);
    }
  }
}

/**
 * Weights are whole numbers of 1/2,048, as OpenCV's: two of them times a byte stay below 2³¹, and a value is off by less than an eighth.
 */
const BITS = 11;
const ONE = 2 ** BITS;
const HALF = 2 ** (2 * BITS - 1);
const ROW_BYTES = IMAGE_SIZE * 3;

/** For each place of the result the two neighbours in the image, and the second one's weight, times ONE. */
function resampling(start: number, length: number) {
  const first = new Uint8Array(IMAGE_SIZE);
  const second = new Uint8Array(IMAGE_SIZE);
  const weight = new Int32Array(IMAGE_SIZE);
  for (let i = 0; i < IMAGE_SIZE; i++) {
    const place = Math.min(IMAGE_SIZE - 1, Math.max(0, start + ((i + 0.5) * length) / IMAGE_SIZE - 0.5));
    first[i] = Math.floor(place);
    second[i] = Math.min(IMAGE_SIZE - 1, first[i]! + 1);
    weight[i] = Math.round((place - first[i]!) * ONE);
  }
  return { first, second, weight };
}

export function mirror(image: Uint8Array): void {
  for (let row = 0; row < IMAGE_BYTES; row += ROW_BYTES) {
    for (let west = row, east = row + ROW_BYTES - 3; west < east; west += 3, east -= 3) {
      const [red, green, blue] = [image[west]!, image[west + 1]!, image[west + 2]!];
      image[west] = image[east]!;
      image[west + 1] = image[east + 1]!;
      image[west + 2] = image[east + 2]!;
      image[east] = red;
      image[east + 1] = green;
      image[east + 2] = blue;
    }
  }
}

/**
 * v ← brightness·v; v ← m + contrast·(v − m), m the mean luma; v ← l + saturation·(v − l), l the pixel's luma. Rounded and clamped once, at
 * the end.
 */
export function jitter(image: Uint8Array, brightness: number, contrast: number, saturation: number): void {
  if (brightness === 1 && contrast === 1 && saturation === 1) return;
  let sum = 0;
  if (contrast !== 1) for (let i = 0; i < IMAGE_BYTES; i += 3) sum += luma(image[i]!, image[i + 1]!, image[i + 2]!);
  const scale = brightness * contrast;
  const shift = brightness * (1 - contrast) * (sum / (IMAGE_SIZE * IMAGE_SIZE));
  // All of it together is linear: a value's own share, and its pixel's luma's.
  const own = table((value) => saturation * scale * value + shift + 0.5);
  const greyPart = (1 - saturation) * scale;
  const [fromRed, fromGreen, fromBlue] = [
    table((red) => greyPart * 0.299 * red),
    table((green) => greyPart * 0.587 * green),
    table((blue) => greyPart * 0.114 * blue),
  ];
  for (let i = 0; i < IMAGE_BYTES; i += 3) {
    const grey = fromRed[image[i]!]! + fromGreen[image[i + 1]!]! + fromBlue[image[i + 2]!]!;
    for (let channel = i; channel < i + 3; channel++) {
      const value = own[image[channel]!]! + grey; // ½ more than it is
      image[channel] = value < 0 ? 0 : value >= 255 ? 255 : value;
    }
  }
}

function table(of: (byte: number) => number): Float64Array {
  const values = new Float64Array(256);
  for (let byte = 0; byte < 256; byte++) values[byte] = of(byte);
  return values;
}

/** ITU-R BT.601, JPEG's own. */
const luma = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue;

function eraseRectangle(image: Uint8Array, { left, top, width, height }: Rectangle): void {
  const [west, east] = [Math.round(left), Math.round(left + width)];
  for (let y = Math.round(top); y < Math.round(top + height); y++)
    image.fill(ERASED, y * ROW_BYTES + 3 * west, y * ROW_BYTES + 3 * east);
}

function checkShare(name: string, value: number | undefined): void {
  if (value === undefined || (value >= 0 && value <= 1)) return;
  throw new DataOptionError(`batches: augment.${name} is ${value}; expected a number from 0 to 1.`);
}

function checkRange(name: string, range: Range | undefined, most: number): void {
  if (range === undefined || (range[0] > 0 && range[0] <= range[1] && range[1] <= most && Number.isFinite(range[1])))
    return;
  const bound = most < Infinity ? ` up to ${most}` : '';
  throw new DataOptionError(
    `batches: augment.${name} is [${range.join(', ')}]; expected two rising numbers above 0${bound}.`,
  );
}
