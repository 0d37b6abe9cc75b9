import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf } from '../../test/pictures.js';
import { batches, type BatchesOptions, type BatchPosition } from '../batches/batches.js';
import { DataOptionError, RecordError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { joinRecords, type JoinedRecords } from './join-records.js';
import { openRecords } from './open-records.js';
import type { RecordSet } from './record-set.js';

let [first, second]: RecordSet[] = [];
let joined: JoinedRecords;

/** `images[identity]` pictures of each identity, from number `from` on. */
async function setOf(images: readonly number[], from: number): Promise<RecordSet> {
  let next = from;
  const jpegs = await Promise.all(
    images.map((count) => Promise.all(Array.from({ length: count }, () => jpegOf(next++)))),
  );
  return openRecords(await writeSet(await temporaryFolder(), assemble(insightFaceRecords(jpegs))));
}

beforeAll(async () => {
  [first, second] = [await setOf([2, 3], 0), await setOf([1, 1, 4], 50)];
  joined = joinRecords(first, second);
});
afterAll(() => Promise.all([first!.close(), second!.close()]));

async function collect(source: RecordSet | JoinedRecords, options: Partial<BatchesOptions> = {}) {
  const rows: { key: number; label: number; image: string; position: BatchPosition }[] = [];
  for await (const { images, keys, labels, position } of batches(source, { batchSize: 2, ...options }))
    for (const [i, key] of keys.entries()) {
      const bytes = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
      rows.push({ key, label: labels[i]!, image: createHash('sha1').update(bytes).digest('hex'), position });
    }
  return rows;
}

describe('joined records', () => {
  test('are the images of both, keys ascending, and no person of one is one of the other', () => {
    expect([...joined.keys]).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]);
    expect([...joined.labels]).toEqual([0, 0, 1, 1, 1, 2, 3, 4, 4, 4, 4]);
    expect([...joined.positionsOf([12, 1, 7])]).toEqual([10, 0, 5]);
    expect([joined.offsetOf(2), joined.offsetOf(8)]).toEqual([first!.offsetOf(2), second!.offsetOf(2)]);
  });

  test('give the pictures that each set gives, with and without alterations', async () => {
    const augment = { flip: 0.5, rotate: { degrees: 10 } };
    for (const options of [{}, { augment, variants: { seed: 3, of: () => 1 } }]) {
      const rows = await collect(joined, options);
      const apart = [...(await collect(first!, options)), ...(await collect(second!, options))];
      expect(rows.map(({ image }) => image)).toEqual(apart.map(({ image }) => image));
      expect(new Set(rows.map(({ image }) => image)).size).toBe(11);
    }
  });

  test('are shuffled as one, and go on inside an epoch with the same pictures, mixtures of both sets among them', async () => {
    const options = {
      shuffle: { seed: 4, epoch: 1 },
      augment: { mix: { with: joined.keys } },
      last: 'drop',
    } as const;
    const whole = await collect(joined, options);
    expect(whole.map(({ key }) => key)).not.toEqual(whole.map(({ key }) => key).sort((a, b) => a - b));
    expect(new Set(whole.map(({ image }) => image)).size).toBe(10);
    const { position: startAt } = whole[3]!;
    expect(await collect(joined, { ...options, startAt, workers: 1, prefetch: 0 })).toEqual(whole.slice(4));
  });

  test('are read in the order of each file, and through each by itself', async () => {
    expect([...joined.inFileOrder([12, 3, 7, 1])]).toEqual([1, 3, 7, 12]);
    expect([...joined.inFileOrder()]).toEqual([...joined.keys]);
    for (const [from, to] of [
      [1, 5],
      [7, 12],
      [5, 7],
    ] as const)
      await joined.readThrough(from, to);
  });

  test('refuse a key of neither, and labels beyond 31 bits', () => {
    for (const key of [0, 6, 13]) expect(() => joined.positionOf(key)).toThrow(RecordError);
    const far = Object.create(second!, { labels: { value: Int32Array.of(2 ** 31 - 1) } }) as RecordSet;
    expect(() => joinRecords(first!, far)).toThrow(DataOptionError);
    expect(() => joinRecords(first!, far)).toThrow('rise to 2147483649; the largest is 2147483647.');
  });
});
