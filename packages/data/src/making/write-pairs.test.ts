import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf, picture } from '../../test/pictures.js';
import { RecordError } from '../errors.js';
import { openVerificationPack } from '../packs/verification-pack.js';
import { inspectPack, packSheet } from './inspect-pack.js';
import { writeListedPairs, writePairs } from './write-pairs.js';

let folder: string;
let output: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  output = join(folder, 'pairs.bin');
});

describe('a pack of drawn pairs', () => {
  test('has the images of the pairs, byte for byte, and the flags', async () => {
    const IMAGES = Array.from({ length: 8 }, (_, identity) => Array.from({ length: 4 }, (_, i) => [identity, i]));
    await writeSet(folder, assemble(insightFaceRecords(IMAGES)));
    expect(await writePairs({ source: folder, output, folds: 2, pairsPerFold: 5 })).toEqual({ pairs: 20 });
    const { images, same } = await openVerificationPack(output);
    expect(images.length).toBe(40);
    same.forEach((flag, i) => expect(images[2 * i]![0] === images[2 * i + 1]![0]).toBe(flag));
    expect([...same].map(Number).join('')).toBe('11111000001111100000');
    await expect(writePairs({ source: folder, output, folds: 2, pairsPerFold: 5 })).rejects.toThrow('is there already');
    await expect(writePairs({ source: folder, output: `${output}2`, folds: 2, pairsPerFold: 500 })).rejects.toThrow(
      /at most \d+;/,
    );
  });
});

describe('a pack of listed pairs', () => {
  const LIST = '1\t1\nAnn_Lee\t1\t2\nAnn_Lee\t2\tBob\t1\n';

  beforeEach(async () => {
    for (const name of ['Ann_Lee', 'Bob']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'Ann_Lee', 'Ann_Lee_0001.jpg'), await jpegOf(1));
    await writeFile(join(folder, 'Ann_Lee', 'Ann_Lee_0002.png'), await picture(2, 250, 250).png().toBuffer());
    await writeFile(join(folder, 'Bob', 'Bob_0001.jpg'), await jpegOf(3));
    await writeFile(join(folder, 'pairs.txt'), LIST);
  });
  const write = (options = {}) => writeListedPairs({ folder, list: join(folder, 'pairs.txt'), output, ...options });

  test('has each image as an import makes it', async () => {
    expect(await write()).toEqual({ pairs: 2 });
    const { images, same } = await openVerificationPack(output);
    expect([...same].map(Boolean)).toEqual([true, false]);
    expect(Buffer.from(images[0]!).equals(await jpegOf(1))).toBe(true);
    expect(await sharp(images[1]).metadata()).toMatchObject({ format: 'jpeg', width: 112, height: 112 });
    expect(Buffer.from(images[1]!).equals(images[2]!)).toBe(true);
  });

  test('with an image that is not there, has no face, or is there twice is a RecordError that names it, and no pack', async () => {
    await expect(write({ align: async () => null })).rejects.toThrow(/Ann_Lee_0001.jpg: no face was found/);
    await writeFile(join(folder, 'Bob', 'Bob_0001.png'), await jpegOf(3));
    await expect(write()).rejects.toThrow(/Bob has 2 image Bob_0001, which the list names/);
    await writeFile(join(folder, 'pairs.txt'), LIST.replace('Bob', 'Cy'));
    await expect(write()).rejects.toThrow(RecordError);
    await expect(openVerificationPack(output)).rejects.toThrow(RecordError);
  });

  test('is inspected, and shown on a sheet: pairs of one identity at the left, of two at the right', async () => {
    await write();
    expect(await inspectPack(output)).toMatchObject({
      path: output,
      pairs: 2,
      same: 1,
      sample: { images: 4, kinds: [{ kind: 'jpeg 112×112 4:2:0', images: 4 }] },
    });
    await packSheet({ source: output, output: join(folder, 'sheet.png'), pairs: 3 });
    expect(await sharp(join(folder, 'sheet.png')).metadata()).toMatchObject({ width: 4 + 4 * 116, height: 4 + 116 });
  });
});
