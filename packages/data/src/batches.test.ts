import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountingRecords, labelOf } from '../test/counting-records.js';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../test/hand-made-sets.js';
import { jpegOf } from '../test/pictures.js';
import { batchCount, batches, type Batch, type BatchesOptions } from './batches.js';
import { decodeImage } from './images/decode-image.js';
import { IMAGE_BYTES } from './images/image-size.js';
import { DataOptionError, RecordError } from './errors.js';
import { openRecords } from './record-set.js';

async function collect(records: CountingRecords, options: BatchesOptions): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches(records, options)) all.push(batch);
  return all;
}

const keysOf = (all: readonly Batch[]) => all.map(({ keys }) => [...keys]);
/** Waits until a record set has seen no new read for a while. */
async function quiet(records: CountingRecords): Promise<void> {
  for (let before = -1; before !== records.begun.length || records.inFlight > 0; await sleep(30)) before = records.begun.length;
}

describe('a batch', () => {
  test('holds images, labels and keys that belong together', async () => {
    for (const { images, size, labels, keys } of await collect(new CountingRecords(11), { batchSize: 4, shuffle: { seed: 1, epoch: 0 } })) {
      expect([images.length, labels.length, keys.length]).toEqual([size * IMAGE_BYTES, size, size]);
      keys.forEach((key, i) => {
        expect(labels[i]).toBe(labelOf(key));
        const image = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
        expect([...image.subarray(0, 3), ...image.subarray(-3)]).toEqual([key, 255 - key, 7, key, 255 - key, 7]);
      });
    }
  });

  test('holds decoded bytes of a real set', async () => {
    const jpegs = await Promise.all([0, 1, 2, 3, 4].map(jpegOf));
    const records = await openRecords(await writeSet(await temporaryFolder(), assemble(insightFaceRecords([jpegs.slice(0, 2), jpegs.slice(2)]))));
    for await (const { images, labels, keys } of batches(records, { batchSize: 5, shuffle: { seed: 2, epoch: 0 } })) {
      for (const [i, key] of keys.entries()) {
        expect(labels[i]).toBe(key <= 2 ? 0 : 1);
        expect((await decodeImage(jpegs[key - 1]!, 'here')).every((byte, k) => byte === images[i * IMAGE_BYTES + k])).toBe(true);
      }
    }
    await records.close();
  });

  test('is the consumer’s own: writing into it changes no other', async () => {
    const records = new CountingRecords(4);
    for await (const batch of batches(records, { batchSize: 2 })) {
      batch.keys.fill(0);
      batch.images.fill(9);
    }
    expect(keysOf(await collect(records, { batchSize: 2 }))).toEqual([[1, 2], [3, 4]]);
  });
});

describe('an epoch', () => {
  test('without shuffle is in the order of the keys', async () => {
    expect(keysOf(await collect(new CountingRecords(7), { batchSize: 3 }))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(keysOf(await collect(new CountingRecords(7), { batchSize: 2, keys: Float64Array.of(6, 2, 5) }))).toEqual([[6, 2], [5]]);
  });

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [4, [4, 1]],
    [5, [5]],
  ])('in batches of %i of 5 images', async (batchSize, sizes) => {
    expect((await collect(new CountingRecords(5), { batchSize })).map(({ size }) => size)).toEqual(sizes);
    expect(batchCount(5, { batchSize })).toBe(sizes.length);
    const whole = sizes.filter((size) => size === batchSize);
    expect((await collect(new CountingRecords(5), { batchSize, dropLast: true })).map(({ size }) => size)).toEqual(whole);
    expect(batchCount(5, { batchSize, dropLast: true })).toBe(whole.length);
  });

  test('holds every key exactly once, of any set, size and order', async () => {
    const cases = fc.record({ count: fc.integer({ min: 1, max: 12 }), size: fc.integer({ min: 1, max: 12 }), seed: fc.nat(), epoch: fc.nat({ max: 1000 }) });
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, size, seed, epoch }) => {
        const records = new CountingRecords(count, () => Promise.resolve());
        const all = await collect(records, { batchSize: Math.min(size, count), shuffle: { seed, epoch } });
        expect(keysOf(all).flat().sort((a, b) => a - b)).toEqual([...records.keys]);
        expect(records.begun.length).toBe(count);
      }),
      { numRuns: 30 },
    );
  });

  test('has an order that seed and epoch alone determine, not timing', async () => {
    const options = { batchSize: 4, shuffle: { seed: 7, epoch: 3 } };
    const slowAndFast = (key: number) => sleep((key * 7) % 20);
    const once = keysOf(await collect(new CountingRecords(30), { ...options, workers: 1, prefetch: 0 }));
    expect(keysOf(await collect(new CountingRecords(30, slowAndFast), { ...options, workers: 16, prefetch: 5 }))).toEqual(once);
  });

  test('differs from the next, and from another seed’s', async () => {
    const order = async (seed: number, epoch: number) => {
      const [batch] = await collect(new CountingRecords(20, () => Promise.resolve()), { batchSize: 20, shuffle: { seed, epoch } });
      return batch!.keys.join();
    };
    const orders = await Promise.all([order(0, 0), order(0, 1), order(0, 2), order(1, 0), order(1, 1)]);
    expect(new Set(orders).size).toBe(5);
  });

  test('leaves the caller’s keys as they were', async () => {
    const keys = Float64Array.of(3, 1, 2);
    await collect(new CountingRecords(3), { batchSize: 3, keys, shuffle: { seed: 1, epoch: 0 } });
    expect([...keys]).toEqual([3, 1, 2]);
  });

  test.each([0, 1, 4, 5, 6])('resumed at batch %i gives the batches that were left', async (startAt) => {
    const options = { batchSize: 3, shuffle: { seed: 5, epoch: 2 } };
    const whole = keysOf(await collect(new CountingRecords(14), options));
    const records = new CountingRecords(14);
    expect(keysOf(await collect(records, { ...options, startAt }))).toEqual(whole.slice(startAt));
    expect(records.begun.length).toBe(whole.slice(startAt).flat().length); // what is left out is not read
  });
});

describe('reading ahead', () => {
  test.each([0, 1, 3])('goes %i batches beyond the one the consumer has, and no further', async (prefetch) => {
    const records = new CountingRecords(40);
    const iterator = batches(records, { batchSize: 4, prefetch });
    await quiet(records);
    expect(records.begun).toEqual([]); // nothing before the first is asked for
    for (let taken = 1; taken <= 3; taken++) {
      await iterator.next();
      await quiet(records);
      expect(records.begun.length).toBe(4 * (taken + prefetch));
    }
    await iterator.return();
  });

  test.each([1, 3])('reads %i images at once over all batches', async (workers) => {
    const records = new CountingRecords(30);
    await collect(records, { batchSize: 4, prefetch: 4, workers });
    expect(records.mostInFlight).toBe(workers);
  });

  test('begins images in the order they are needed', async () => {
    const records = new CountingRecords(20);
    await collect(records, { batchSize: 5, prefetch: 2, workers: 2 });
    expect(records.begun).toEqual([...records.keys]);
  });
});

describe('a consumer that leaves', () => {
  test.each(['break', 'throw'])('early by %s leaves no read under way, and none begins later', async (how) => {
    const records = new CountingRecords(100);
    const loop = async () => {
      for await (const batch of batches(records, { batchSize: 10, workers: 4, prefetch: 3 })) {
        expect(batch.size).toBe(10);
        if (how === 'break') break;
        throw new Error('the consumer’s own');
      }
    };
    if (how === 'break') await loop();
    else await expect(loop()).rejects.toThrow('the consumer’s own');
    expect(records.inFlight).toBe(0);
    const begun = records.begun.length;
    expect(begun).toBeLessThanOrEqual(10 + 4 + 4);
    await sleep(50);
    expect(records.begun.length).toBe(begun);
  });

  test('can close the file at once', async () => {
    const jpegs = await Promise.all(Array.from({ length: 30 }, (_, i) => jpegOf(i)));
    const records = await openRecords(await writeSet(await temporaryFolder(), assemble(insightFaceRecords([jpegs]))));
    for await (const batch of batches(records, { batchSize: 5 })) if (batch.size > 0) break;
    await records.close();
  });
});

describe('an image that cannot be read', () => {
  const failing = (bad: number) => (key: number) => (key === bad ? Promise.reject(new RecordError(`key ${key} is gone`)) : sleep(1));

  test('is an error after the batches before it, once, and then all is over', async () => {
    const records = new CountingRecords(40, failing(13));
    const iterator = batches(records, { batchSize: 5, prefetch: 4 });
    expect([...(await iterator.next()).value!.keys]).toEqual([1, 2, 3, 4, 5]);
    await quiet(records); // the batch with key 13 has failed by now, with nobody waiting for it
    expect([...(await iterator.next()).value!.keys]).toEqual([6, 7, 8, 9, 10]);
    await expect(iterator.next()).rejects.toThrow('key 13 is gone');
    expect(records.inFlight).toBe(0);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    const begun = records.begun.length;
    await sleep(50);
    expect(records.begun.length).toBe(begun);
  });

  test('because it is no image is named by file and key', async () => {
    const set = assemble(insightFaceRecords([[await jpegOf(0), Buffer.from('<html>'), await jpegOf(1)]]));
    const records = await openRecords(await writeSet(await temporaryFolder(), set));
    const loop = async () => {
      for await (const batch of batches(records, { batchSize: 3 })) expect(batch).toBeUndefined();
    };
    await expect(loop()).rejects.toThrow(RecordError);
    await expect(loop()).rejects.toThrow(`${records.path} key 2: the image cannot be decoded`);
    await records.close();
  });
});

describe('options that do not fit are a DataOptionError, at once', () => {
  test.each<[string, Partial<BatchesOptions>]>([
    ['The batch size is 0, but there are 5 images; choose one from 1 to 5.', { batchSize: 0 }],
    ['The batch size is 6', { batchSize: 6 }],
    ['The batch size is -1', { batchSize: -1 }],
    ['The batch size is 2.5', { batchSize: 2.5 }],
    ['The batch size is NaN', { batchSize: NaN }],
    ['There are no images', { batchSize: 1, keys: new Float64Array(0) }],
    ['workers is 0; expected an integer of at least 1', { workers: 0 }],
    ['workers is NaN', { workers: NaN }],
    ['prefetch is -1', { prefetch: -1 }],
    ['prefetch is Infinity', { prefetch: Infinity }],
    ['startAt is -1', { startAt: -1 }],
    ['startAt is 0.5', { startAt: 0.5 }],
  ])('%s', (message, options) => {
    const make = () => batches(new CountingRecords(5), { batchSize: 2, ...options });
    expect(make).toThrow(DataOptionError);
    expect(make).toThrow(message);
  });
});
