import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { assemble, im2recRecords, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { referenceRead, referenceUnpack } from '../../test/reference-recordio.js';
import { DataOptionError, RecordError } from '../errors.js';
import { Random } from '../order/random.js';
import { shuffleRecords } from './shuffle-records.js';

/** Images are copied as they are, so any bytes will do: [identity, number, and some more]. */
const IMAGES = [40, 1, 25, 34].map((count, identity) =>
  Array.from({ length: count }, (_, i) => [identity, i, ...Array<number>(i).fill(9)]),
);
const ALL = IMAGES.flatMap((images, label) => images.map((image) => ({ label, image })));

let source: string;
let folder: string;
let output: string;
beforeEach(async () => {
  source = await temporaryFolder();
  folder = await temporaryFolder();
  output = join(folder, 'out');
  await writeSet(source, assemble(insightFaceRecords(IMAGES)));
});

const written = async () =>
  referenceRead(await readFile(join(output, 'train.rec'))).map(({ payload }) => referenceUnpack(payload));

describe('a shuffled set', () => {
  test('is the same images with their labels in the order of the seed’s shuffle, in im2rec’s layout', async () => {
    expect(await shuffleRecords({ source, output, seed: 5 })).toEqual({ images: 100 });
    const records = await written();
    const places = new Random(5).shuffle(Uint32Array.from({ length: 100 }, (_, i) => i));
    const expected: typeof ALL = [];
    ALL.forEach((image, i) => (expected[places[i]!] = image));
    records.forEach(({ flag, labels, id, image }, key) =>
      expect({ flag, labels, id, image }).toEqual({
        flag: 0,
        labels: [expected[key]!.label],
        id: key,
        image: expected[key]!.image,
      }),
    );
    expect((await readFile(join(output, 'train.idx'), 'utf8')).startsWith('0\t0\n1\t')).toBe(true);
    expect((await readdir(output)).sort()).toEqual(['train.idx', 'train.rec']);
    expect(await readdir(folder)).toEqual(['out']);
  });

  test('is the same whatever the memory is, and another for another seed', async () => {
    const recs = [];
    for (const [i, options] of [{ memory: 1e9 }, { memory: 1000 }, { memory: 1 }, { memory: 1e9, seed: 1 }].entries()) {
      await shuffleRecords({ source, output: `${output}-${i}`, ...options });
      recs.push((await readFile(join(`${output}-${i}`, 'train.rec'))).toString('base64'));
    }
    expect(new Set(recs.slice(0, 3)).size).toBe(1);
    expect(recs[3]).not.toBe(recs[0]);
  });

  test('of a shuffled set has other keys, and all its images', async () => {
    await writeSet(source, assemble(im2recRecords(ALL)));
    await shuffleRecords({ source, output, memory: 2000 });
    const images = (await written()).map(({ image }) => image.join());
    expect([...images].sort()).toEqual(ALL.map(({ image }) => image.join()).sort());
  });

  test('reports every image twice: read, and written', async () => {
    const seen: number[] = [];
    await shuffleRecords({ source, output, onProgress: ({ done, total }) => seen.push(done, total) });
    expect(seen).toEqual([200, 200]);
  });

  test('of a damaged set is an error and leaves nothing, or leaves the damaged records out', async () => {
    const set = assemble(insightFaceRecords(IMAGES));
    const { offset } = set.rows.find(({ key }) => key === 41)!;
    set.rec.fill(0, offset, offset + 4);
    await writeSet(source, set);
    await expect(shuffleRecords({ source, output })).rejects.toThrow(RecordError);
    expect(await readdir(folder)).toEqual([]);
    const skipped: number[] = [];
    expect(await shuffleRecords({ source, output, onSkip: ({ key }) => skipped.push(key) })).toEqual({ images: 99 });
    expect(skipped).toEqual([41]);
    expect((await written()).some(({ labels }) => labels[0] === 1)).toBe(false);
  });

  test('stops when told to without a trace, overwrites nothing, and refuses what is no option', async () => {
    await expect(shuffleRecords({ source, output, signal: AbortSignal.abort() })).rejects.toThrow('abort');
    await expect(shuffleRecords({ source, output: source })).rejects.toThrow('is there already');
    for (const options of [{ seed: 0.5 }, { memory: 0 }, { memory: NaN }])
      await expect(shuffleRecords({ source, output, ...options })).rejects.toThrow(DataOptionError);
    expect(await readdir(folder)).toEqual([]);
  });
});
