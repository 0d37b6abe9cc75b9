import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assemble, im2recRecords, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { referenceRead, referenceUnpack } from '../../test/reference-recordio.js';
import { RecordError } from '../errors.js';
import { openRecords } from '../records/open-records.js';
import { splitByIdentity } from '../records/split.js';
import { splitRecords } from './split-records.js';
import { subsetRecords } from './subset-records.js';

/** Images are copied as they are, so any bytes will do: [identity, number]. */
const IMAGES = [4, 1, 3, 2].map((count, identity) => Array.from({ length: count }, (_, i) => [identity, i, 7, 7]));

let source: string;
let folder: string;
beforeAll(async () => {
  source = await temporaryFolder();
  await writeSet(source, assemble(insightFaceRecords(IMAGES)));
  await writeFile(join(source, 'property'), '4,96,80\n');
});
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** [label, image bytes] of each image of a set, as the reference reader has them. */
async function imagesOf(path: string) {
  const records = referenceRead(await readFile(join(path, 'train.rec'))).map(({ payload }) => referenceUnpack(payload));
  return records.filter(({ image }) => image.length > 0).map(({ labels, image }) => [labels[0], image]);
}

describe('a subset', () => {
  test('is a genuine set of the chosen images, byte for byte, with identities from 0', async () => {
    const output = join(folder, 'out');
    const progress: number[] = [];
    const written = await subsetRecords({
      source,
      output,
      identities: [3, 0],
      maxImages: 3,
      onProgress: ({ done, total }) => progress.push(done, total),
    });
    expect(written).toEqual({ images: 5, identities: 2 });
    const images = await imagesOf(output);
    expect(images.map(([label]) => label)).toEqual([0, 0, 0, 1, 1]);
    expect(images.slice(3)).toEqual(IMAGES[3]!.map((image) => [1, image]));
    expect(await readFile(join(output, 'property'), 'utf8')).toBe('2,96,80\n');
    expect(await readFile(join(output, 'identities.tsv'), 'utf8')).toBe(
      'label\tsource_label\timages\n0\t0\t3\n1\t3\t2\n',
    );
    expect(progress).toEqual([5, 5]);
    expect(await readdir(folder)).toEqual(['out']);
    const records = await openRecords(output);
    expect(records).toMatchObject({ layout: 'insightface', imageCount: 5, identityCount: 2 });
    await records.close();
  });

  test('of a set in im2rec’s layout, whose identities are scattered, has them together', async () => {
    const scattered = await temporaryFolder();
    await writeSet(
      scattered,
      assemble(im2recRecords([7, 3, 7, 3, 3].map((label, i) => ({ label, image: [label, i, 1] })))),
    );
    await subsetRecords({ source: scattered, output: join(folder, 'out') });
    expect(await imagesOf(join(folder, 'out'))).toEqual([
      [0, [3, 1, 1]],
      [0, [3, 3, 1]],
      [0, [3, 4, 1]],
      [1, [7, 0, 1]],
      [1, [7, 2, 1]],
    ]);
  });

  test('of a damaged set is an error and leaves nothing, or leaves the damaged records out and names them', async () => {
    const damaged = await temporaryFolder();
    const set = assemble(insightFaceRecords(IMAGES));
    const { offset } = set.rows.find(({ key }) => key === 5)!; // the only image of identity 1
    set.rec.fill(0, offset, offset + 4);
    await writeSet(damaged, set);
    const output = join(folder, 'out');
    await expect(subsetRecords({ source: damaged, output })).rejects.toThrow(RecordError);
    expect(await readdir(folder)).toEqual([]);
    const skipped: number[] = [];
    const written = await subsetRecords({ source: damaged, output, onSkip: ({ key }) => skipped.push(key) });
    expect(written).toEqual({ images: 9, identities: 3 });
    expect(skipped).toEqual([5]);
    expect(await readFile(join(output, 'identities.tsv'), 'utf8')).toContain('1\t2\t3\n');
  });

  test('overwrites nothing, and stops when told to without a trace', async () => {
    await mkdir(join(folder, 'out'));
    await expect(subsetRecords({ source, output: join(folder, 'out') })).rejects.toThrow(RecordError);
    await expect(subsetRecords({ source, output: join(folder, 'new'), signal: AbortSignal.abort() })).rejects.toThrow(
      'abort',
    );
    expect(await readdir(folder)).toEqual(['out']);
  });
});

describe('a split', () => {
  test('is the one that splitByIdentity makes, on disk', async () => {
    const output = join(folder, 'out');
    const written = await splitRecords({ source, output, testFraction: 0.5, seed: 3 });
    const records = await openRecords(source);
    const { train, test } = splitByIdentity(records, { testFraction: 0.5, seed: 3 });
    for (const [side, keys] of [
      ['train', train],
      ['test', test],
    ] as const) {
      const images = (await imagesOf(join(output, side))).map(([, image]) => image);
      expect(images).toEqual(await Promise.all(Array.from(keys, async (key) => [...(await records.read(key)).image])));
      expect(written[side]).toEqual({ images: keys.length, identities: 2 });
    }
    await records.close();
  });
});
