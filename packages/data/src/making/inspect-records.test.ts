import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { assemble, im2recRecords, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf, picture, plain } from '../../test/pictures.js';
import { DataOptionError, RecordError } from '../errors.js';
import { contactSheet } from './contact-sheet.js';
import { inspectRecords } from './inspect-records.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe('a set that is inspected', () => {
  test('says how many images of how many identities it has, of what kinds, and how they are spread', async () => {
    const counts = [1, 1, 2, 3, 4, 9];
    const images = await Promise.all(
      counts.map((count, i) => Promise.all(Array.from({ length: count }, (_, k) => jpegOf(10 * i + k)))),
    );
    images[0]![0] = await picture(1, 96, 112).toColourspace('b-w').png().toBuffer();
    const path = await writeSet(folder, assemble(insightFaceRecords(images)));
    const report = await inspectRecords(folder);
    expect(report).toMatchObject({
      path,
      layout: 'insightface',
      images: 20,
      identities: 6,
      labels: { from: 0, to: 5, missing: 0 },
      scattered: 0,
      propertyMismatches: [],
      damaged: [],
    });
    expect(report.imagesPerIdentity).toEqual({
      ...{ min: 1, median: 2.5, mean: 20 / 6, max: 9 },
      histogram: [
        { from: 1, to: 1, identities: 2 },
        { from: 2, to: 2, identities: 1 },
        { from: 3, to: 4, identities: 2 },
        { from: 5, to: 8, identities: 0 },
        { from: 9, to: 16, identities: 1 },
      ],
    });
    expect(report.sample).toMatchObject({ images: 20, unreadable: 0 });
    expect(report.sample.kinds).toEqual([
      { kind: 'jpeg 112×112 4:2:0', images: 19 },
      { kind: 'png 96×112 grey', images: 1 },
    ]);
  });

  test('says where labels are missing, identities scattered, images no images, and property wrong', async () => {
    const jpeg = await jpegOf(1);
    const images = [2, 7, 2, 2, 4].map((label, i) => ({ label, image: i === 3 ? [1, 2, 3] : jpeg }));
    await writeSet(folder, assemble(im2recRecords(images)));
    await writeFile(join(folder, 'property'), '5,96,96\n7\n');
    expect(await inspectRecords(folder)).toMatchObject({
      layout: 'im2rec',
      labels: { from: 2, to: 7, missing: 3 },
      scattered: 1,
      sample: { images: 5, unreadable: 1 },
      propertyMismatches: [
        'property says 5 identities, the records have 3',
        'property says 7 images, the records have 5',
        'property says 96×96, 4 of 5 sampled images are of another size',
      ],
    });
  });

  test('is opened past damage, which is named', async () => {
    const set = assemble(insightFaceRecords([[[1], [2]], [[3]]]));
    set.rec.fill(0, set.rows[1]!.offset, set.rows[1]!.offset + 4);
    await writeSet(folder, set);
    const { damaged } = await inspectRecords(folder);
    expect(damaged.length).toBe(1);
    expect(damaged[0]).toContain(`at byte ${set.rows[1]!.offset}`);
  });
});

describe('a contact sheet', () => {
  test('has an identity in each row, its images side by side, and magenta for what cannot be read', async () => {
    const [red, green] = [await plain(255, 0, 0).png().toBuffer(), await plain(0, 255, 0).png().toBuffer()];
    await writeSet(
      folder,
      assemble(
        insightFaceRecords([
          [red, green, red],
          [green, [1, 2, 3]],
        ]),
      ),
    );
    await contactSheet({ source: folder, output: join(folder, 'sheet.png'), imagesPerIdentity: 2 });
    const { data, info } = await sharp(join(folder, 'sheet.png')).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 4 + 2 * 116, height: 4 + 2 * 116, channels: 3 });
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
    expect([at(60, 60), at(176, 60), at(60, 176), at(176, 176)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 255, 0],
      [200, 0, 120],
    ]);
    expect(at(1, 1)).toEqual([32, 32, 32]);
    expect((await readdir(folder)).sort()).toEqual(['sheet.png', 'train.idx', 'train.rec']);
  });

  test('overwrites nothing, and refuses invalid counts', async () => {
    await writeSet(folder, assemble(insightFaceRecords([[[1]]])));
    await writeFile(join(folder, 'mine.png'), 'mine');
    await expect(contactSheet({ source: folder, output: join(folder, 'mine.png') })).rejects.toThrow(RecordError);
    for (const options of [
      { identities: 0 },
      { imagesPerIdentity: 1.5 },
      { identities: 1000, imagesPerIdentity: 1000 },
    ]) {
      await expect(contactSheet({ source: folder, output: join(folder, 'new.png'), ...options })).rejects.toThrow(
        DataOptionError,
      );
    }
  });
});
