import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeImage, ensureSampleSet, IMAGE_BYTES, joinRecords, openRecords, type RecordSet } from '@lin/data';
import { openEmbeddingCache, type EmbeddingCache } from '@lin/teacher';
import { START, type DistillationBatch } from '@lin/train';
import { joinEmbeddings } from './joined-embeddings.js';
import { inOrder, shuffledEpochs, type DistillationSource } from './distillation-data.js';

let records: RecordSet;
let embeddings: EmbeddingCache;

/** The embedding of the image at `position`: a unit vector that tells which one it is. */
const embeddingOf = (position: number) => Float32Array.of(Math.cos(position), Math.sin(position));

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lin-app-'));
  await ensureSampleSet(join(folder, 'sample'), { identities: 4, imagesPerIdentity: 3 });
  records = await openRecords(join(folder, 'sample'));
  const rows = {
    embeddings: Float32Array.from(Array.from({ length: 12 }, (_, position) => [...embeddingOf(position)]).flat()),
    norms: new Float32Array(12).fill(1),
  };
  embeddings = await openEmbeddingCache({
    folder,
    teacher: { sha256: '0'.repeat(64), embeddingSize: 2, embedWithNorms: () => Promise.resolve(rows) },
    images: {
      fingerprint: '1'.repeat(64),
      count: 12,
      async *imagesFrom() {
        yield new Uint8Array(12 * IMAGE_BYTES);
      },
    },
  });
});

afterAll(async () => {
  await embeddings.close();
  await records.close();
});

async function collect(
  batches: AsyncIterable<DistillationBatch>,
): Promise<{ image: Uint8Array; target: Float32Array }[]> {
  const rows = [];
  for await (const { images, size, targets } of batches) {
    for (let i = 0; i < size; i++)
      rows.push({
        image: images.slice((i * images.length) / size, ((i + 1) * images.length) / size),
        target: targets.slice(2 * i, 2 * i + 2),
      });
  }
  return rows;
}

const source = (batchSize: number): DistillationSource => ({
  records,
  embeddings,
  keys: records.keys.filter((_, i) => i % 2 === 1),
  batchSize,
});
/** Which record a target belongs to. */
const positionOf = ({ target }: { target: Float32Array }) =>
  Array.from({ length: 12 }, (_, i) => i).find((i) =>
    embeddingOf(i).every((value, k) => Math.abs(value - target[k]!) < 1e-6),
  );

describe('distillation data', () => {
  test('pairs every image with its own embedding', async () => {
    const rows = await collect(inOrder(source(4)));
    expect(rows.map(positionOf)).toEqual([1, 3, 5, 7, 9, 11]);
    const { image } = await records.read(records.keys[7]!);
    expect(rows[3]!.image).toEqual(Uint8Array.from(await decodeImage(image, 'record 7')));
  });

  test('is shuffled per epoch, whole batches only, and the same again', async () => {
    const data = shuffledEpochs({ ...source(2), seed: 5 });
    expect(data.stepsPerEpoch).toBe(3);
    const [first, again, second] = [
      (await collect(data.batches(START.data))).map(positionOf),
      (await collect(data.batches(START.data))).map(positionOf),
      (await collect(data.batches({ epoch: 1, batch: 0 }))).map(positionOf),
    ];
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    for (const epoch of [first, second]) expect([...epoch].sort((a, b) => a! - b!)).toEqual([1, 3, 5, 7, 9, 11]);
    expect(shuffledEpochs({ ...source(4), seed: 5 }).stepsPerEpoch).toBe(1);
  });

  test('resumes inside an epoch with the same remaining images', async () => {
    const data = shuffledEpochs({ ...source(2), seed: 5 });
    const whole = (await collect(data.batches({ epoch: 2, batch: 0 }))).map(positionOf);
    expect((await collect(data.batches({ epoch: 2, batch: 1 }))).map(positionOf)).toEqual(whole.slice(2));
  });

  test('resumes behind the records that were left out', async () => {
    // The same set, in which every fourth record is looked for where it is not.
    const damaged = Object.create(records, {
      placeOf: {
        value: (key: number) => {
          const place = records.placeOf(key);
          return records.positionOf(key) % 4 === 1 ? { ...place, offset: place.offset + 4 } : place;
        },
      },
    }) as DistillationSource['records'];
    const skipped: number[] = [];
    const damage = {
      onCorrupt: 'skip',
      onSkip: ({ key }: { key: number }) => skipped.push(records.positionOf(key)),
    } as const;
    const data = shuffledEpochs({ ...source(2), records: damaged, seed: 5, damage });
    const batches: DistillationBatch[] = [];
    for await (const batch of data.batches(START.data)) batches.push(batch);
    expect(batches.length).toBe(data.stepsPerEpoch);
    expect(new Set(skipped)).toEqual(new Set([1, 5, 9]));
    const rest: DistillationBatch[] = [];
    for await (const batch of data.batches(batches[0]!.position!)) rest.push(batch);
    expect(rest.map(({ targets }) => targets)).toEqual(batches.slice(1).map(({ targets }) => targets));
  });

  test('pairs a mirrored image with the embedding of the mirrored image', async () => {
    const rowsOf = (sign: number) => (positions: readonly number[]) =>
      Promise.resolve(Float32Array.from(positions.flatMap((i) => [sign * Math.cos(i), sign * Math.sin(i)])));
    const negated = { embeddingSize: 2, rows: rowsOf(-1) } as unknown as EmbeddingCache;
    const all = { ...source(12), keys: records.keys };
    const rows = await collect(
      shuffledEpochs({ ...all, seed: 5, mirror: { share: 0.5, embeddings: negated } }).batches(START.data),
    );
    const plain = await collect(inOrder(all));
    let mirrored = 0;
    for (const { image, target } of rows) {
      const isMirrored = plain.every(({ image: other }) => !Buffer.from(other).equals(image));
      mirrored += Number(isMirrored);
      expect(positionOf({ target: target.map((value) => (isMirrored ? -value : value)) })).toBeDefined();
    }
    expect(mirrored).toBeGreaterThan(0);
    expect(mirrored).toBeLessThan(12);
  });

  test('pairs every variant with its own embedding, and shows each image in every way over the epochs', async () => {
    const VARIANTS = 2;
    const scaled = (factor: number) => ({
      embeddingSize: 2,
      rows: (positions: readonly number[]) =>
        Promise.resolve(
          Float32Array.from(positions.flatMap((i) => [...embeddingOf(i)].map((value) => factor * value))),
        ),
    });
    const alteration = { colour: { brightness: 0.5 }, rotate: { degrees: 10 } };
    const all = { ...source(12), keys: records.keys };
    const data = shuffledEpochs({
      ...all,
      seed: 5,
      variants: { alteration, embeddings: [2, 3].map(scaled) as unknown as EmbeddingCache[] },
    });
    const hashOf = (image: Uint8Array) => createHash('sha1').update(image).digest('hex');
    const pictures = new Map<string, string>();
    for (let epoch = 0; epoch <= 2 * VARIANTS + 1; epoch++) {
      for (const { image, target } of await collect(data.batches({ epoch, batch: 0 }))) {
        const variant = Math.round(Math.hypot(...target)) - 1; // 0: as it is
        const position = positionOf({ target: target.map((value) => value / (variant + 1)) });
        const name = `${position} ${variant}`;
        expect(pictures.get(name) ?? hashOf(image)).toBe(hashOf(image)); // whenever it is shown
        pictures.set(name, hashOf(image));
      }
    }
    expect(pictures.size).toBe(12 * (VARIANTS + 1));
    expect(new Set(pictures.values()).size).toBe(pictures.size);
    for (const [i, { image }] of (await collect(inOrder(all))).entries())
      expect(pictures.get(`${i} 0`)).toBe(hashOf(image));
  });

  test('of two sets, in mixtures too, goes on inside an epoch with the same pictures and targets', async () => {
    const both = joinRecords(records, records);
    const joined = joinEmbeddings([embeddings, embeddings], 12);
    const variants = { alteration: { flip: 0.5, mix: { with: both.keys } }, embeddings: [joined] };
    const all = { ...source(4), records: both, embeddings: joined, keys: both.keys };
    const data = shuffledEpochs({ ...all, seed: 5, variants });
    expect(data.stepsPerEpoch).toBe(6);
    const whole = await collect(data.batches({ epoch: 1, batch: 0 }));
    expect(new Set(whole.map(({ image }) => createHash('sha1').update(image).digest('hex'))).size).toBeGreaterThan(12);
    expect(whole.map(positionOf).toSorted((a, b) => a! - b!)).toEqual(
      Array.from({ length: 24 }, (_, i) => Math.floor(i / 2)),
    );
    for (const workers of [1, 3]) {
      const again = shuffledEpochs({ ...all, seed: 5, variants, workers });
      expect(await collect(again.batches({ epoch: 1, batch: 2 }))).toEqual(whole.slice(8));
    }
  });

  test('refuses a batch larger than the data', () => {
    expect(() => shuffledEpochs({ ...source(7), seed: 5 })).toThrow(/batch size is 7, but there are 6 images/);
  });
});
