import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountingRecords, labelOf } from '../../test/counting-records.js';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf } from '../../test/pictures.js';
import { DataOptionError, RecordError } from '../errors.js';
import { decodeImage } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { openRecords } from '../records/open-records.js';
import type { SkippedRecord } from '../records/record-set.js';
import { mirror } from './augment.js';
import { batches, type Batch, type BatchesOptions, type BatchPosition } from './batches.js';
import { batchCount } from './epoch-plan.js';
import type { ImageSource } from './image-stream.js';
import { SkippedRecords } from './skipped-records.js';

async function collect(records: CountingRecords, options: BatchesOptions): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches(records, options)) all.push(batch);
  return all;
}

/** For comparing: images as their hash. */
const hashed = (all: readonly Batch[]) =>
  all.map((batch) => ({ ...batch, images: createHash('sha1').update(batch.images).digest('hex') }));
const keysOf = (all: readonly Batch[]) => all.map(({ keys }) => [...keys]);
/** Waits until a record set has seen no new read for a while. */
async function quiet(records: CountingRecords): Promise<void> {
  for (let before = -1; before !== records.begun.length; await sleep(30)) before = records.begun.length;
}

describe('a batch', () => {
  test('holds images, labels and keys that belong together', async () => {
    for (const { images, size, labels, keys } of await collect(await CountingRecords.create(11), {
      batchSize: 4,
      shuffle: { seed: 1, epoch: 0 },
    })) {
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
    const records = await openRecords(
      await writeSet(await temporaryFolder(), assemble(insightFaceRecords([jpegs.slice(0, 2), jpegs.slice(2)]))),
    );
    for await (const { images, labels, keys } of batches(records, { batchSize: 5, shuffle: { seed: 2, epoch: 0 } })) {
      for (const [i, key] of keys.entries()) {
        expect(labels[i]).toBe(key <= 2 ? 0 : 1);
        expect(
          (await decodeImage(jpegs[key - 1]!, 'here')).every((byte, k) => byte === images[i * IMAGE_BYTES + k]),
        ).toBe(true);
      }
    }
    await records.close();
  });

  test('is the consumer’s own: writing into it changes no other', async () => {
    const records = await CountingRecords.create(4);
    for await (const batch of batches(records, { batchSize: 2 })) {
      batch.keys.fill(0);
      batch.images.fill(9);
    }
    expect(keysOf(await collect(records, { batchSize: 2 }))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe('an epoch', () => {
  test('without shuffle is in the order of the keys', async () => {
    expect(keysOf(await collect(await CountingRecords.create(7), { batchSize: 3 }))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7],
    ]);
    expect(
      keysOf(await collect(await CountingRecords.create(7), { batchSize: 2, keys: Float64Array.of(6, 2, 5) })),
    ).toEqual([[6, 2], [5]]);
  });

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [4, [4, 1]],
    [5, [5]],
  ])('in batches of %i of 5 images', async (batchSize, sizes) => {
    expect((await collect(await CountingRecords.create(5), { batchSize })).map(({ size }) => size)).toEqual(sizes);
    expect(batchCount(5, { batchSize })).toBe(sizes.length);
    const whole = sizes.filter((size) => size === batchSize);
    expect(
      (await collect(await CountingRecords.create(5), { batchSize, last: 'drop' })).map(({ size }) => size),
    ).toEqual(whole);
    expect(batchCount(5, { batchSize, last: 'drop' })).toBe(whole.length);
  });

  test('holds every key exactly once, of any set, size and order', async () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      size: fc.integer({ min: 1, max: 12 }),
      seed: fc.nat(),
      epoch: fc.nat({ max: 1000 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, size, seed, epoch }) => {
        const records = await CountingRecords.create(count);
        const all = await collect(records, { batchSize: Math.min(size, count), shuffle: { seed, epoch } });
        expect(
          keysOf(all)
            .flat()
            .sort((a, b) => a - b),
        ).toEqual([...records.keys]);
        expect(records.begun.length).toBe(count);
      }),
      { numRuns: 30 },
    );
  });

  test('has an order that seed and epoch alone determine, not timing', async () => {
    const options = { batchSize: 4, shuffle: { seed: 7, epoch: 3 } };
    const once = keysOf(await collect(await CountingRecords.create(30), { ...options, workers: 1, prefetch: 0 }));
    expect(keysOf(await collect(await CountingRecords.create(30), { ...options, workers: 16, prefetch: 5 }))).toEqual(
      once,
    );
  });

  test('differs from the next, and from another seed’s', async () => {
    const order = async (seed: number, epoch: number) => {
      const [batch] = await collect(await CountingRecords.create(20), { batchSize: 20, shuffle: { seed, epoch } });
      return batch!.keys.join();
    };
    const orders = await Promise.all([order(0, 0), order(0, 1), order(0, 2), order(1, 0), order(1, 1)]);
    expect(new Set(orders).size).toBe(5);
  });

  test('leaves the caller’s keys as they were', async () => {
    const keys = Float64Array.of(3, 1, 2);
    await collect(await CountingRecords.create(3), { batchSize: 3, keys, shuffle: { seed: 1, epoch: 0 } });
    expect([...keys]).toEqual([3, 1, 2]);
  });

  test.each([1, 4, 5])(
    'resumed after batch %i gives the batches that were left, and reads no others',
    async (after) => {
      const options = { batchSize: 3, shuffle: { seed: 5, epoch: 2 } };
      const whole = await collect(await CountingRecords.create(14), options);
      const records = await CountingRecords.create(14);
      const startAt = JSON.parse(JSON.stringify(whole[after - 1]!.position)) as BatchPosition;
      expect(hashed(await collect(records, { ...options, startAt }))).toEqual(hashed(whole.slice(after)));
      expect(records.begun.length).toBe(keysOf(whole.slice(after)).flat().length);
    },
  );
});

describe('the last batch', () => {
  const order = async (last: BatchesOptions['last']) =>
    hashed(
      await collect(await CountingRecords.create(10), { batchSize: 4, last: last!, shuffle: { seed: 3, epoch: 1 } }),
    );

  test('kept is as large as it is', async () => {
    expect((await order('keep')).map(({ size, repeats }) => [size, repeats])).toEqual([
      [4, 0],
      [4, 0],
      [2, 0],
    ]);
  });

  test('left out, the others are the same', async () => {
    expect(await order('drop')).toEqual((await order('keep')).slice(0, 2));
  });

  test('padded begins the epoch anew, and says how many images are repeats', async () => {
    const [kept, padded] = [await order('keep'), await order('pad')];
    expect(padded.slice(0, 2)).toEqual(kept.slice(0, 2));
    expect([...padded[2]!.keys]).toEqual([...kept[2]!.keys, ...kept[0]!.keys.slice(0, 2)]);
    expect([padded[2]!.size, padded[2]!.repeats]).toEqual([4, 2]);
  });
});

describe('shards', () => {
  test.each(['drop', 'pad'] as const)(
    'of an epoch with last: %s are disjoint, of equally many batches, and together all of it',
    async (last) => {
      const shards = await Promise.all(
        [0, 1, 2].map(async (index) =>
          collect(await CountingRecords.create(20), {
            batchSize: 3,
            last,
            shard: { index, count: 3 },
            shuffle: { seed: 1, epoch: 0 },
          }),
        ),
      );
      expect(new Set(shards.map((shard) => shard.length)).size).toBe(1);
      const fresh = shards.flatMap((shard) =>
        shard.flatMap(({ keys, size, repeats }) => [...keys.subarray(0, size - repeats)]),
      );
      expect(new Set(fresh).size).toBe(fresh.length);
      expect(fresh.length).toBe(last === 'pad' ? 20 : 18);
    },
  );
});

describe('augmentation', () => {
  const augment = { crop: {}, flip: 0.5, colour: { brightness: 0.3 } };
  const pictures = async () => {
    const jpegs = await Promise.all(Array.from({ length: 24 }, (_, i) => jpegOf(i)));
    return openRecords(await writeSet(await temporaryFolder(), assemble(insightFaceRecords([jpegs]))));
  };
  const images = async (records: ImageSource, options: BatchesOptions) => {
    const byKey = new Map<number, { bytes: Buffer; flipped: number }>();
    for await (const { images, keys, flipped } of batches(records, options)) {
      keys.forEach((key, i) =>
        byKey.set(key, {
          bytes: Buffer.from(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)),
          flipped: flipped[i]!,
        }),
      );
    }
    return byKey;
  };

  test('depends on seed, epoch and key: not on threads, batches or the way to them', async () => {
    const records = await pictures();
    const shuffle = { seed: 1, epoch: 4 };
    const once = await images(records, { batchSize: 24, shuffle, augment, workers: 1, prefetch: 0 });
    const again = await images(records, { batchSize: 5, shuffle, augment, workers: 3, prefetch: 4 });
    const later = await images(records, { batchSize: 24, shuffle: { seed: 1, epoch: 5 }, augment });
    for (const [key, { bytes, flipped }] of once) {
      expect([again.get(key)!.bytes.equals(bytes), again.get(key)!.flipped]).toEqual([true, flipped]);
      expect(later.get(key)!.bytes.equals(bytes)).toBe(false);
    }
    await records.close();
  });

  test('says which images were mirrored, and mirrors them exactly', async () => {
    const records = await pictures();
    const plain = await images(records, { batchSize: 24 });
    const mirrored = await images(records, { batchSize: 24, augment: { flip: 0.5 } });
    const flips = [...mirrored.values()].reduce((sum, { flipped }) => sum + flipped, 0);
    expect(flips).toBeGreaterThan(4);
    expect(flips).toBeLessThan(20);
    for (const [key, { bytes, flipped }] of mirrored) {
      const expected = plain.get(key)!.bytes;
      if (flipped) mirror(expected);
      expect(bytes.equals(expected)).toBe(true);
    }
    await records.close();
  });
});

describe('variants', () => {
  const augment = { flip: 0.5, colour: { brightness: 0.5 } };
  const imagesOf = async (options: Partial<BatchesOptions>) => {
    const all = await collect(await CountingRecords.create(12), { batchSize: 5, augment, ...options });
    const images = all.flatMap(({ images, keys }) =>
      Array.from(keys, (key, i) => {
        const pixels = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
        return [key, createHash('sha1').update(pixels).digest('hex')] as const;
      }),
    );
    return new Map([...images].sort(([a], [b]) => a - b));
  };

  test('are the same pictures in every epoch, order and shard, and others of another number or seed', async () => {
    const variant = (number: number, seed = 1) => ({ variants: { seed, of: () => number } });
    const first = await imagesOf(variant(1));
    for (const epoch of [0, 3])
      expect(await imagesOf({ ...variant(1), shuffle: { seed: 9, epoch }, workers: 2 })).toEqual(first);
    for (const [key, image] of await imagesOf({ ...variant(1), shard: { index: 1, count: 2 }, last: 'drop' }))
      expect(image).toEqual(first.get(key));
    expect(await imagesOf(variant(2))).not.toEqual(first);
    expect(await imagesOf(variant(1, 2))).not.toEqual(first);
  });

  test('are chosen image by image; without a number an image is as it is', async () => {
    const plain = await imagesOf({ augment: {} });
    const mixed = await imagesOf({ variants: { seed: 1, of: (key) => (key % 3 === 0 ? undefined : key % 3) } });
    const [first, second] = [
      await imagesOf({ variants: { seed: 1, of: () => 1 } }),
      await imagesOf({ variants: { seed: 1, of: () => 2 } }),
    ];
    for (const [key, image] of mixed) expect(image).toEqual([plain, first, second][key % 3]!.get(key));
  });
});

describe('reading ahead', () => {
  test.each([0, 1, 3])('goes %i batches beyond the one the consumer has, and no further', async (prefetch) => {
    const records = await CountingRecords.create(40);
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

  test('begins images in the order they are needed', async () => {
    const records = await CountingRecords.create(20);
    await collect(records, { batchSize: 5, prefetch: 2, workers: 2 });
    expect(records.begun).toEqual([...records.keys]);
  });

  test('does not go beyond the last batch', async () => {
    const records = await CountingRecords.create(20);
    const all = await collect(records, { batchSize: 7, prefetch: 5, last: 'drop' });
    expect([all.length, records.begun.length]).toEqual([2, 14]);
  });
});

describe('a set larger than the shuffle’s window', () => {
  const count = 96 * 5;
  const options = { batchSize: 16, shuffle: { seed: 1, epoch: 0, window: 96 }, prefetch: 1 };

  test('is read in runs of neighbours, a window ahead, each once', async () => {
    const records = await CountingRecords.create(count);
    let batch = 0;
    for await (const { keys } of batches(records, options)) {
      await quiet(records);
      const read = new Set(
        records.runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
      );
      for (const key of keys) expect(read.has(key)).toBe(true);
      expect(records.runs.length).toBe(Math.min(count / 48, Math.ceil((16 * batch++ + 96) / 48)));
    }
    expect(
      records.runs
        .map(([first, last]) => [first % 48, last - first])
        .every(([phase, length]) => phase === 1 && length === 47),
    ).toBe(true);
    expect(new Set(records.runs.map(([first]) => first)).size).toBe(count / 48);
  });

  test('is not read on when the consumer leaves, and begins where a resumed epoch does', async () => {
    const records = await CountingRecords.create(count);
    const startAt = { epoch: 0, batch: 18, image: 288, skipped: 0 };
    for await (const { size } of batches(records, { ...options, startAt })) if (size > 0) break;
    const { length } = records.runs;
    expect(length).toBeLessThanOrEqual(2);
    await sleep(30);
    expect(records.runs.length).toBe(length);
  });
});

describe('a consumer that leaves', () => {
  test.each(['break', 'throw'])('early by %s leaves no read under way, and none begins later', async (how) => {
    const records = await CountingRecords.create(100);
    const loop = async () => {
      for await (const batch of batches(records, { batchSize: 10, workers: 4, prefetch: 3 })) {
        expect(batch.size).toBe(10);
        if (how === 'break') break;
        throw new Error('the consumer’s own');
      }
    };
    if (how === 'break') await loop();
    else await expect(loop()).rejects.toThrow('the consumer’s own');
    const begun = records.begun.length;
    expect(begun).toBeLessThanOrEqual(40); // prefetch 3
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
  test('is an error after the batches before it, once, and then all is over', async () => {
    const records = await CountingRecords.create(40, { damaged: [13] });
    const iterator = batches(records, { batchSize: 5, prefetch: 4 });
    expect([...(await iterator.next()).value!.keys]).toEqual([1, 2, 3, 4, 5]);
    await quiet(records); // the batch with key 13 has failed by now, with nobody waiting for it
    expect([...(await iterator.next()).value!.keys]).toEqual([6, 7, 8, 9, 10]);
    await expect(iterator.next()).rejects.toThrow(
      `${records.path} at byte ${records.offsetOf(13)}: found 0x00000000 instead of the record magic`,
    );
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
    await expect(loop()).rejects.toThrow(
      `${records.path} at byte ${records.offsetOf(2)} (key 2): the image cannot be decoded`,
    );
    await records.close();
  });
});

describe('records that cannot be read, with onCorrupt: skip', () => {
  const bad = [3, 4, 11, 29];
  const skipping = async (options: Partial<BatchesOptions>) => {
    const records = await CountingRecords.create(30, { damaged: bad });
    const skipped: SkippedRecord[] = [];
    const all = await collect(records, {
      batchSize: 5,
      onCorrupt: 'skip',
      onSkip: (record) => skipped.push(record),
      ...options,
    });
    return { all, skipped, records };
  };

  test('are left out, named with key, offset and error, and the next images take their places', async () => {
    const { all, skipped, records } = await skipping({});
    expect(keysOf(all)).toEqual([
      [1, 2, 5, 6, 7],
      [8, 9, 10, 12, 13],
      [14, 15, 16, 17, 18],
      [19, 20, 21, 22, 23],
      [24, 25, 26, 27, 28],
      [30],
    ]);
    expect(skipped.map(({ key, offset }) => [key, offset])).toEqual(bad.map((key) => [key, records.offsetOf(key)]));
    for (const { error, offset } of skipped) {
      expect(error).toBeInstanceOf(RecordError);
      expect([error.file, error.offset]).toEqual([records.path, offset]);
    }
    expect(all.map(({ position }) => position.skipped)).toEqual([2, 3, 3, 3, 3, 4]);
  });

  test('leave an epoch of whole batches its number of batches: the first images come again', async () => {
    const { all } = await skipping({ last: 'drop' });
    expect(all.length).toBe(batchCount(30, { batchSize: 5, last: 'drop' }));
    expect([...all.at(-1)!.keys]).toEqual([30, 1, 2, 5, 6]);
    expect(all.map(({ repeats }) => repeats)).toEqual([0, 0, 0, 0, 0, 4]);
  });

  test.each([1, 2, 5])(
    'do not change what an epoch resumed after batch %i gives, whatever prefetch and workers are',
    async (after) => {
      const options = { last: 'drop', shuffle: { seed: 4, epoch: 0 }, augment: { flip: 0.5 } } as const;
      const { all: whole } = await skipping({ ...options, workers: 1, prefetch: 0 });
      const { all: rest } = await skipping({
        ...options,
        startAt: whole[after - 1]!.position,
        workers: 3,
        prefetch: 4,
      });
      expect(hashed(rest)).toEqual(hashed(whole.slice(after)));
    },
  );

  test('stop the epoch once they are more than maxCorrupt', async () => {
    await expect(skipping({ maxCorrupt: 3 })).rejects.toThrow(
      /train\.rec: more than 3 images of this epoch cannot be read \(maxCorrupt\); the last one: .*found 0x00000000/,
    );
    await expect(skipping({ maxCorrupt: 3 })).rejects.toThrow(RecordError);
    expect((await skipping({ maxCorrupt: 4 })).all.length).toBe(6);
  });

  test('stop it even where nothing at all can be read', async () => {
    const records = await CountingRecords.create(6, { damaged: [1, 2, 3, 4, 5, 6] });
    await expect(collect(records, { batchSize: 2, last: 'pad', onCorrupt: 'skip' })).rejects.toThrow(
      'more than 100 images',
    );
    expect(await collect(records, { batchSize: 2, onCorrupt: 'skip' })).toEqual([]);
  });

  test('are counted on by a resumed epoch', async () => {
    const { all } = await skipping({});
    await expect(skipping({ startAt: all[3]!.position, maxCorrupt: 3 })).rejects.toThrow('more than 3');
  });

  test('in a real set are cut JPEGs, damaged records and HTML; what is left is decoded as it is, nothing is black', async () => {
    const jpegs: Buffer[] = await Promise.all(Array.from({ length: 12 }, (_, i) => jpegOf(i)));
    const whole = [...jpegs];
    jpegs[2] = jpegs[2]!.subarray(0, 900);
    jpegs[7] = Buffer.from('<html>');
    const set = assemble(insightFaceRecords([jpegs]));
    set.rec.fill(0, set.rows[4]!.offset, set.rows[4]!.offset + 4); // the magic
    const records = await openRecords(await writeSet(await temporaryFolder(), set));
    const skipped = new SkippedRecords();
    const seen: number[] = [];
    for await (const { images, keys } of batches(records, {
      batchSize: 4,
      shuffle: { seed: 1, epoch: 0 },
      onCorrupt: 'skip',
      onSkip: skipped.add,
    })) {
      for (const [i, key] of keys.entries()) {
        seen.push(key);
        expect(
          (await decodeImage(whole[key - 1]!, 'here')).every((byte, k) => byte === images[i * IMAGE_BYTES + k]),
        ).toBe(true);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual([1, 2, 4, 6, 7, 9, 10, 11, 12]);
    const { count, records: listed } = skipped.summary();
    expect(count).toBe(3);
    expect(listed.sort((a, b) => a.key - b.key).map(({ key, offset }) => [key, offset])).toEqual(
      [3, 5, 8].map((key) => [key, set.rows[key - 1]!.offset]),
    );
    expect(listed[0]!.reason).toContain('the image cannot be decoded (its data end before its last pixel)');
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
    ['startAt.image is -1', { startAt: { epoch: 0, batch: 0, image: -1, skipped: 0 } }],
    ['startAt.batch is 0.5', { startAt: { epoch: 0, batch: 0.5, image: 0, skipped: 0 } }],
    [
      'startAt is a place in epoch 3, but the epoch is 2',
      { shuffle: { seed: 0, epoch: 2 }, startAt: { epoch: 3, batch: 0, image: 0, skipped: 0 } },
    ],
    ['shuffle.seed is 0.5', { shuffle: { seed: 0.5, epoch: 2 } }],
    ['shuffle.epoch is -1', { shuffle: { seed: 0, epoch: -1 } }],
    ['shuffle.window is 10; expected an integer of at least 48', { shuffle: { seed: 0, epoch: 0, window: 10 } }],
    ['maxCorrupt is -1', { maxCorrupt: -1 }],
    ['onCorrupt is ignore; expected error or skip', { onCorrupt: 'ignore' as never }],
    ['augment.flip is 3', { augment: { flip: 3 } }],
  ])('%s', async (message, options) => {
    const records = await CountingRecords.create(5);
    const make = () => batches(records, { batchSize: 2, ...options });
    expect(make).toThrow(DataOptionError);
    expect(make).toThrow(message);
  });
});
