import { describe, expect, test } from 'vitest';
import { CountingRecords } from '../../test/counting-records.js';
import { picturePixels } from '../../test/pictures.js';
import { DataOptionError, RecordError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { batches, type BatchesOptions } from './batches.js';
import { blend } from './blend.js';
import { drawMixture } from './mixture.js';

const pool = Float64Array.of(2, 3, 5, 8, 9);
const HELD_OUT = [1, 4, 6, 7, 10, 11, 12];

describe('a mixture', () => {
  test('is of an image of the pool and another one of it, each as often, its own share uniform in its range', () => {
    const others = new Map<number, number>();
    let [sum, squares] = [0, 0];
    const COUNT = 4000;
    for (let seed = 0; seed < COUNT; seed++) {
      const { key, share } = drawMixture({ with: pool, share: [0.4, 1] }, 5, { seed, number: 1 })!;
      others.set(key, (others.get(key) ?? 0) + 1);
      [sum, squares] = [sum + share, squares + share ** 2];
      expect(share).toBeGreaterThanOrEqual(0.4);
      expect(share).toBeLessThan(1);
    }
    expect([...others.keys()].sort()).toEqual([2, 3, 8, 9]);
    for (const times of others.values()) expect(Math.abs(times - COUNT / 4)).toBeLessThan(137); // five standard deviations
    expect(sum / COUNT).toBeCloseTo(0.7, 1.5);
    expect(squares / COUNT - (sum / COUNT) ** 2).toBeCloseTo(0.6 ** 2 / 12, 2);
  });

  test('comes as often as was asked for, and changing that changes no other mixture', () => {
    const drawn = (probability?: number) =>
      Array.from({ length: 1000 }, (_, seed) =>
        drawMixture({ with: pool, ...(probability !== undefined && { probability }) }, 3, { seed, number: 2 }),
      );
    const [always, often] = [drawn(), drawn(0.7)];
    expect(always).not.toContain(undefined);
    expect(drawn(0)).toEqual(Array(1000).fill(undefined));
    expect(often.filter(Boolean).length).toBeGreaterThan(627);
    expect(often.filter(Boolean).length).toBeLessThan(773);
    for (const [i, mixture] of often.entries()) if (mixture) expect(mixture).toEqual(always[i]);
  });

  test('is drawn by seed, number and key', () => {
    const draw = (key: number, seed: number, number: number) => drawMixture({ with: pool }, key, { seed, number });
    expect(draw(3, 1, 1)).toEqual(draw(3, 1, 1));
    const shares = [draw(3, 1, 1), draw(3, 2, 1), draw(3, 1, 2), draw(5, 1, 1)].map((mixture) => mixture!.share);
    expect(new Set(shares).size).toBe(4);
  });

  test('is not made of an image outside the pool, nor of the only one in it', () => {
    for (const key of HELD_OUT) expect(drawMixture({ with: pool }, key, { seed: 0, number: 0 })).toBeUndefined();
    expect(drawMixture({ with: Float64Array.of(3) }, 3, { seed: 0, number: 0 })).toBeUndefined();
  });

  test('of bytes is share · image + (1 − share) · other, rounded', () => {
    const [image, other] = [picturePixels(1), picturePixels(2)];
    for (const share of [0, 0.25, 0.613, 1]) {
      const result = image.slice();
      blend(result, other, share);
      for (let i = 0; i < IMAGE_BYTES; i += 97)
        expect(Math.abs(result[i]! - (share * image[i]! + (1 - share) * other[i]!))).toBeLessThanOrEqual(0.5);
    }
    const white = new Uint8Array(IMAGE_BYTES).fill(255);
    blend(white, white.slice(), 0.7);
    expect(white.every((byte) => byte === 255)).toBe(true);
  });
});

describe('batches with mixtures', () => {
  const mix = { with: pool, probability: 0.8 };
  const variants = { seed: 6, of: () => 1 };
  async function coloursOf(records: CountingRecords, options: Partial<BatchesOptions>): Promise<Map<number, number[]>> {
    const colours = new Map<number, number[]>();
    for await (const { images, keys } of batches(records, { batchSize: 5, augment: { mix }, variants, ...options }))
      keys.forEach((key, i) => colours.set(key, [...images.subarray(i * IMAGE_BYTES, i * IMAGE_BYTES + 3)]));
    return colours;
  }

  test('show each image blended with the drawn one, whatever the order; nobody outside the pool is in a picture', async () => {
    const colours = await coloursOf(await CountingRecords.create(12), {});
    for (const key of pool) {
      const { key: other, share } = drawMixture(mix, key, { seed: 6, number: 1 }) ?? { key, share: 1 };
      expect(pool).toContain(other);
      const value = share * key + (1 - share) * other;
      expect(colours.get(key)).toEqual([value, 255 - value, 7].map((colour) => Math.floor(colour + 0.5)));
    }
    for (const key of HELD_OUT) expect(colours.get(key)).toEqual([key, 255 - key, 7]);
    const shuffled = await coloursOf(await CountingRecords.create(12), { shuffle: { seed: 1, epoch: 3 }, workers: 3 });
    expect(shuffled.size).toBe(12);
    for (const [key, colour] of shuffled) expect(colour).toEqual(colours.get(key));
  });

  test('where an image has no variant, show it alone', async () => {
    const colours = await coloursOf(await CountingRecords.create(12), { variants: { seed: 6, of: () => undefined } });
    for (const [key, colour] of colours) expect(colour).toEqual([key, 255 - key, 7]);
  });

  test('end at another image that cannot be read, or, where such ones are left out, show what it was for alone', async () => {
    const damaged = [5];
    const partners = [...pool].filter((key) => drawMixture(mix, key, { seed: 6, number: 1 })?.key === 5);
    expect(partners.length).toBeGreaterThan(0);
    const keys = Float64Array.from(partners);
    const failing = coloursOf(await CountingRecords.create(12, { damaged }), { keys, batchSize: 1 });
    await expect(failing).rejects.toThrow(RecordError);
    await expect(failing).rejects.toThrow(/at byte \d+/);
    const skipping = { onCorrupt: 'skip', onSkip: () => expect.fail('none of these is damaged') } as const;
    const colours = await coloursOf(await CountingRecords.create(12, { damaged }), { keys, batchSize: 1, ...skipping });
    for (const key of partners) expect(colours.get(key)).toEqual([key, 255 - key, 7]);
  });

  test.each([
    [{ with: Float64Array.of(3, 2) }, 'augment.mix.with is not ascending'],
    [{ with: pool, probability: 2 }, 'augment.mix.probability is 2'],
    [{ with: pool, share: [0.5, 1.5] }, 'augment.mix.share is [0.5, 1.5]'],
  ] as const)('refuse %j', async (wrong, message) => {
    const records = await CountingRecords.create(12);
    const make = () => batches(records, { batchSize: 5, augment: { mix: wrong } });
    expect(make).toThrow(DataOptionError);
    expect(make).toThrow(message);
  });
});
