import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { picturePixels, SIDE } from '../../test/pictures.js';
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import { augmentImage, checkAugmentation, cropImage, jitter, mirror, type Augmentation } from './augment.js';

const pixelsOf = (value: (x: number, y: number, channel: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) =>
    value(Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE), i % 3),
  );
const at = (image: Uint8Array, x: number, y: number) => [...image.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3)];
const changed = (change: (image: Uint8Array) => void, image: Uint8Array = picturePixels()) => {
  const copy = image.slice();
  change(copy);
  return copy;
};
const augmented = (options: Augmentation, seed = 0) =>
  changed((image) => augmentImage(image, options, new Random(seed)));

describe('a mirrored image', () => {
  test('has column 111 − x at x, channels as they were', () => {
    const image = picturePixels(3);
    const result = changed(mirror, image);
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) expect(at(result, x, y)).toEqual(at(image, SIDE - 1 - x, y));
  });

  test('mirrored again is the image', () => {
    expect(changed((image) => (mirror(image), mirror(image)))).toEqual(picturePixels());
  });

  test('is said to be one, and comes as often as was asked for', () => {
    let flips = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const image = picturePixels();
      const { flipped } = augmentImage(image, { flip: 0.25 }, new Random(seed));
      if (seed < 20) expect(image).toEqual(flipped ? changed(mirror) : picturePixels());
      flips += Number(flipped);
    }
    expect(Math.abs(flips - 500)).toBeLessThan(4 * Math.sqrt(2000 * 0.25 * 0.75)); // four standard deviations; the seeds are fixed
  });
});

describe('a cropped image', () => {
  test('of the whole area is the image', () => {
    expect(changed((image) => cropImage(image, { left: 0, top: 0, width: SIDE, height: SIDE }))).toEqual(
      picturePixels(),
    );
    expect(augmented({ crop: { area: [1, 1], ratio: [1, 1] } })).toEqual(picturePixels());
  });

  test('of a slope is the slope’s part, to rounding', () => {
    const slope = pixelsOf((x, y, channel) => (channel === 0 ? 2 * x : channel === 1 ? 2 * y : 100));
    const part = { left: 10.5, top: 20.25, width: 56, height: 84 };
    const result = changed((image) => cropImage(image, part), slope);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [red, green, blue] = at(result, x, y);
        // A linear function is what bilinear interpolation gives back exactly; a byte holds it to ½, and weights of 1/2,048 to an eighth.
        expect(Math.abs(red! - 2 * (10.5 + ((x + 0.5) * 56) / SIDE - 0.5))).toBeLessThanOrEqual(0.625);
        expect(Math.abs(green! - 2 * (20.25 + ((y + 0.5) * 84) / SIDE - 0.5))).toBeLessThanOrEqual(0.625);
        expect(blue).toBe(100);
      }
    }
  });

  test('at whole pixels doubled has each of them at 4 places’ middle', () => {
    const image = picturePixels(1);
    const result = changed((copy) => cropImage(copy, { left: 28, top: 28, width: 56, height: 56 }), image);
    // Place 2x + 1 lies a quarter of a pixel right of pixel x, 2x + 2 a quarter left of pixel x + 1.
    const expected = (x: number, y: number, channel: number) => {
      const value = (dx: number, dy: number) => at(image, 28 + x + dx, 28 + y + dy)[channel]!;
      return Math.round((9 * value(0, 0) + 3 * value(1, 0) + 3 * value(0, 1) + value(1, 1)) / 16);
    };
    for (const [x, y] of [
      [0, 0],
      [5, 40],
      [54, 54],
    ] as const) {
      for (let channel = 0; channel < 3; channel++)
        expect(Math.abs(at(result, 2 * x + 1, 2 * y + 1)[channel]! - expected(x, y, channel))).toBeLessThanOrEqual(1);
    }
  });
});

describe('colour', () => {
  test('brightness multiplies, and stops at 255', () => {
    const image = picturePixels();
    expect(changed((copy) => jitter(copy, 1.5, 1, 1))).toEqual(
      image.map((value) => Math.min(255, Math.round(1.5 * value))),
    );
  });

  test('contrast 0 leaves the mean luma alone', () => {
    const image = picturePixels();
    let mean = 0;
    for (let i = 0; i < image.length; i += 3)
      mean += (0.299 * image[i]! + 0.587 * image[i + 1]! + 0.114 * image[i + 2]!) / (SIDE * SIDE);
    expect(new Set(changed((copy) => jitter(copy, 1, 0, 1)))).toEqual(new Set([Math.round(mean)]));
  });

  test('saturation 0, which is grey, leaves each pixel’s luma', () => {
    const image = picturePixels();
    const grey = pixelsOf((x, y) => {
      const [red, green, blue] = at(image, x, y);
      return Math.round(0.299 * red! + 0.587 * green! + 0.114 * blue!);
    });
    expect(changed((copy) => jitter(copy, 1, 1, 0))).toEqual(grey);
    expect(augmented({ grey: 1 })).toEqual(grey);
  });

  test('of a grey image, saturation changes nothing', () => {
    const grey = pixelsOf((x, y) => x + y);
    expect(changed((copy) => jitter(copy, 1, 1, 1.7), grey)).toEqual(grey);
  });

  test('by factors of 1 changes nothing', () => {
    expect(augmented({ colour: { brightness: 0, contrast: 0, saturation: 0 } })).toEqual(picturePixels());
  });

  test('brightness factors reach from 1 − value to 1 + value and no further', () => {
    const factors = Array.from({ length: 500 }, (_, seed) => {
      const image = new Uint8Array(SIDE * SIDE * 3).fill(100);
      augmentImage(image, { colour: { brightness: 0.4 } }, new Random(seed));
      return image[0]! / 100;
    });
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.6);
    expect(Math.max(...factors)).toBeLessThanOrEqual(1.4);
    expect(Math.min(...factors)).toBeLessThan(0.62);
    expect(Math.max(...factors)).toBeGreaterThan(1.38);
  });
});

describe('erasing', () => {
  test('leaves one rectangle of 128 of the area that was asked for, and the rest as it was', () => {
    const image = pixelsOf(() => 7);
    for (let seed = 0; seed < 50; seed++) {
      const result = changed(
        (copy) =>
          augmentImage(copy, { erase: { probability: 1, area: [0.1, 0.1], ratio: [0.5, 2] } }, new Random(seed)),
        image,
      );
      const inside = Array.from({ length: SIDE * SIDE }, (_, i) => i).filter((i) => result[3 * i] === 128);
      const [columns, rows] = [new Set(inside.map((i) => i % SIDE)), new Set(inside.map((i) => Math.floor(i / SIDE)))];
      expect(inside.length).toBe(columns.size * rows.size);
      expect([...result].every((value) => value === 7 || value === 128)).toBe(true);
      // Each side is rounded to whole pixels, by up to one.
      expect(Math.abs(inside.length - 0.1 * SIDE * SIDE)).toBeLessThan(columns.size + rows.size + 1);
    }
  });
});

test.each<[string, Augmentation, Augmentation]>([
  ['rotation', { rotate: { degrees: 30 } }, { rotate: { degrees: 30, probability: 0 } }],
  ['blur', { blur: { probability: 1 } }, { blur: { probability: 0 } }],
  ['JPEG', { jpeg: { probability: 1 } }, { jpeg: { probability: 0 } }],
])('%s changes an image, and does not where its probability is 0', (_, always, never) => {
  expect(augmented(always)).not.toEqual(picturePixels());
  expect(augmented(never)).toEqual(picturePixels());
});

describe('what is drawn', () => {
  const everything: Augmentation = {
    crop: {},
    flip: 0.5,
    colour: { brightness: 0.3, contrast: 0.3, saturation: 0.3 },
    grey: 0.1,
    erase: { probability: 0.5 },
    rotate: { degrees: 10, probability: 0.5 },
    blur: { probability: 0.5 },
    jpeg: { probability: 0.5 },
  };

  test('depends on the random numbers alone', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(augmented(everything, seed)).toEqual(augmented(everything, seed));
      }),
      { numRuns: 20 },
    );
    expect(augmented(everything, 1)).not.toEqual(augmented(everything, 2));
  });

  test('is nothing where nothing is asked for', () => {
    expect(augmented({})).toEqual(picturePixels());
  });

  test('is not changed in one respect by another’s probability', () => {
    const flips = (options: Augmentation) =>
      Array.from({ length: 60 }, (_, seed) => augmentImage(picturePixels(), options, new Random(seed)).flipped);
    expect(flips({ flip: 0.5 })).toEqual(flips({ flip: 0.5, grey: 1, erase: { probability: 1 } }));
    expect(flips({ flip: 0.5, crop: { probability: 0 } })).toEqual(flips({ flip: 0.5, crop: { probability: 1 } }));
  });
});

describe('invalid settings are a DataOptionError', () => {
  test.each<[string, Augmentation]>([
    ['augment.flip is 2; expected a number from 0 to 1', { flip: 2 }],
    ['augment.grey is NaN', { grey: NaN }],
    ['augment.colour.contrast is -1', { colour: { contrast: -1 } }],
    ['augment.crop.area is [0.9, 0.5]; expected two rising numbers above 0 up to 1', { crop: { area: [0.9, 0.5] } }],
    ['augment.crop.area is [0.5, 1.5]', { crop: { area: [0.5, 1.5] } }],
    ['augment.erase.ratio is [0, 1]', { erase: { probability: 1, ratio: [0, 1] } }],
    ['augment.erase.probability is 7', { erase: { probability: 7 } }],
    ['augment.rotate.degrees is 0; expected a number above 0 up to 180', { rotate: { degrees: 0 } }],
    ['augment.rotate.probability is 2', { rotate: { degrees: 5, probability: 2 } }],
    [
      'augment.blur.sigma is [2, 99]; expected two rising numbers above 0 up to 16',
      { blur: { probability: 1, sigma: [2, 99] } },
    ],
    ['augment.jpeg.quality is [0, 9]', { jpeg: { probability: 1, quality: [0, 9] } }],
  ])('%s', (message, options) => {
    expect(() => checkAugmentation(options)).toThrow(DataOptionError);
    expect(() => checkAugmentation(options)).toThrow(message);
  });
});
