// Slices of batches: several processes together have the batches that one would have.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountingRecords } from '../../test/counting-records.js';
import { DataOptionError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { batches, type Batch, type BatchesOptions } from './batches.js';

const BATCH = 12;
const records = await CountingRecords.create(40);
const damaged = await CountingRecords.create(40, { damaged: [3, 4, 17, 39] });

async function collect(source: CountingRecords, options: Partial<BatchesOptions>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches(source, { batchSize: BATCH, last: 'drop', ...options })) all.push(batch);
  return all;
}

/** The batches of all slices, put together. */
async function together(source: CountingRecords, options: Partial<BatchesOptions>, count: number) {
  const indices = Array.from({ length: count }, (_, index) => index);
  const parts = await Promise.all(indices.map((index) => collect(source, { ...options, slice: { index, count } })));
  return parts[0]!.map((_, at) => {
    const slices = parts.map((part) => part[at]!);
    for (const { size, images, position } of slices) {
      expect([size, images.length]).toEqual([BATCH / count, (BATCH / count) * IMAGE_BYTES]);
      expect(position).toEqual(slices[0]!.position);
    }
    return {
      images: Buffer.concat(slices.map(({ images }) => images)).toString('base64'),
      keys: slices.flatMap(({ keys }) => [...keys]),
      labels: slices.flatMap(({ labels }) => [...labels]),
      flipped: slices.flatMap(({ flipped }) => [...flipped]),
      repeats: slices.reduce((sum, { repeats }) => sum + repeats, 0),
      position: slices[0]!.position,
    };
  });
}

describe('the slices of a batch', () => {
  const augment = { flip: 0.5, crop: {} };
  test.each<[string, CountingRecords, Partial<BatchesOptions>]>([
    ['in order', records, {}],
    ['shuffled and altered', records, { shuffle: { seed: 3, epoch: 2 }, augment }],
    ['filled up by the first images', records, { shuffle: { seed: 1, epoch: 0 }, last: 'pad' }],
    ['around damaged records', damaged, { shuffle: { seed: 5, epoch: 1 }, onCorrupt: 'skip' }],
    ['around damaged records, filled up', damaged, { onCorrupt: 'skip', last: 'pad' }],
  ])('are the batch that one process has: %s', async (_, source, options) => {
    const whole = await together(source, options, 1);
    for (const count of [2, 3]) expect(await together(source, options, count)).toEqual(whole);
  });

  test('go on at a position of any number of processes', async () => {
    for (const [source, options] of [
      [records, { shuffle: { seed: 2, epoch: 0 } }],
      [damaged, { onCorrupt: 'skip' }],
    ] as const) {
      const [first, ...rest] = await together(source, options, 3);
      expect(await together(source, { ...options, startAt: first!.position }, 2)).toEqual(rest);
      const shifted = { ...first!.position, image: first!.position.image + 1, skipped: 0 }; // a run that had skipped one before
      const startAt = { startAt: shifted };
      expect(await together(records, { ...options, ...startAt }, 4)).toEqual(
        await together(records, { ...options, ...startAt }, 1),
      );
    }
  });

  test('of any number, prefetch and threads', async () => {
    const cases = fc.record({
      count: fc.constantFrom(2, 3, 4, 6, 12),
      prefetch: fc.nat({ max: 3 }),
      workers: fc.integer({ min: 1, max: 3 }),
      skip: fc.boolean(),
    });
    const whole = { skip: await together(damaged, { onCorrupt: 'skip' }, 1), error: await together(records, {}, 1) };
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, prefetch, workers, skip }) => {
        const onCorrupt = skip ? 'skip' : 'error';
        const got = await together(skip ? damaged : records, { onCorrupt, prefetch, workers }, count);
        expect(got).toEqual(whole[onCorrupt]);
      }),
      { numRuns: 6 },
    );
  });

  test('are all that is read, where damage is an error', async () => {
    const counting = await CountingRecords.create(24);
    await collect(counting, { slice: { index: 1, count: 3 } });
    expect(counting.begun).toEqual([5, 6, 7, 8, 17, 18, 19, 20]);
    expect(() => batches(damaged, { batchSize: 12, last: 'drop', slice: { index: 0, count: 3 } })).not.toThrow();
    await expect(collect(damaged, { slice: { index: 0, count: 3 } })).rejects.toThrow(/3|damaged|magic/);
  });

  test.each<[string, Partial<BatchesOptions>]>([
    ['a batch of 12 cannot be cut into 5 equal slices', { slice: { index: 0, count: 5 } }],
    ['slice.index is 2; expected 0 to 1', { slice: { index: 2, count: 2 } }],
    ['slice.count is 0', { slice: { index: 0, count: 0 } }],
    ["choose 'drop' or 'pad', and no shard", { slice: { index: 0, count: 2 }, last: 'keep' }],
    ["choose 'drop' or 'pad', and no shard", { slice: { index: 0, count: 2 }, shard: { index: 0, count: 2 } }],
  ])('that do not fit are a DataOptionError: %s', (message, options) => {
    const call = () => batches(records, { batchSize: BATCH, last: 'drop', ...options });
    expect(call).toThrow(DataOptionError);
    expect(call).toThrow(message);
  });
});
