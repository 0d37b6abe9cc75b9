// Import, verify, batches and decodeImage give one answer about a picture: oddities that harm no pixel are decoded, with the same pixels
// everywhere; a picture that lost a part of its data is refused everywhere.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { batches } from '../src/batches/batches.js';
import { decodeImage } from '../src/images/decode-image.js';
import { IMAGE_BYTES } from '../src/images/image-size.js';
import { importFolder } from '../src/making/import-folder.js';
import { verifyRecords, type DamagedRecord } from '../src/making/verify-records.js';
import { openRecords } from '../src/records/open-records.js';
import { assemble, im2recRecords, temporaryFolder, writeSet } from './hand-made-sets.js';

/** See make_pictures.py there. */
const { pictures } = JSON.parse(await readFile(new URL('../../files/test/pictures.json', import.meta.url), 'utf8')) as {
  pictures: { name: string; width: number; height: number; file: string }[];
};
const files = pictures.map(({ name, width, height, file }) => ({
  name,
  isFinished: name.endsWith('.jpg') && width === 112 && height === 112,
  bytes: Buffer.from(file, 'base64'),
}));

test(`${files.length} pictures with oddities are imported, sound, and the same in batches and by decodeImage`, async () => {
  const folder = await temporaryFolder();
  for (const [i, { name, bytes }] of files.entries()) {
    await mkdir(join(folder, 'faces', `p${i}`), { recursive: true });
    await writeFile(join(folder, 'faces', `p${i}`, name), bytes);
  }
  const output = join(folder, 'set');
  expect(await importFolder({ folder: join(folder, 'faces'), output })).toMatchObject({
    images: files.length,
    corrupt: 0,
  });
  expect(await verifyRecords({ source: output })).toMatchObject({ images: files.length, damaged: 0 });
  const records = await openRecords(output);
  for await (const { images, keys, labels } of batches(records, { batchSize: 8 })) {
    for (const [i, key] of keys.entries()) {
      const { name, isFinished, bytes } = files[labels[i]!]!;
      const { image } = await records.read(key);
      if (isFinished) expect(image.equals(bytes), name).toBe(true);
      const pixels = Buffer.from(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
      expect(pixels.equals(await decodeImage(image, name)), name).toBe(true);
    }
  }
  await records.close();
});

test('pictures with a hole in their data are refused by import, verify and decodeImage, and named', async () => {
  const texture = Uint8Array.from(
    { length: 3 * 600 * 400 },
    (_, i) => (Math.imul(i, 2654435761) >>> 24) / 3 + (i % 90),
  );
  const large = sharp(texture, { raw: { width: 600, height: 400, channels: 3 } });
  const damaged = await Promise.all(
    [large.clone(), large.clone().resize(112, 112), large.clone().resize(300, 700, { fit: 'fill' })].map(
      async (image) => {
        const jpeg = await image.jpeg({ quality: 90 }).toBuffer();
        return jpeg.fill(0, Math.floor(jpeg.length / 2), Math.floor(jpeg.length / 2) + 400);
      },
    ),
  );
  const [folder, set] = [await temporaryFolder(), await temporaryFolder()];
  for (const [i, bytes] of damaged.entries()) {
    await expect(decodeImage(bytes, `image ${i}`)).rejects.toThrow(`image ${i}: the image cannot be decoded`);
    await mkdir(join(folder, 'faces', `p${i}`), { recursive: true });
    await writeFile(join(folder, 'faces', `p${i}`, '1.jpg'), bytes);
  }
  await mkdir(join(folder, 'faces', 'whole'));
  await writeFile(join(folder, 'faces', 'whole', '1.png'), await large.png().toBuffer());
  const left: string[] = [];
  const report = await importFolder({
    folder: join(folder, 'faces'),
    output: join(folder, 'out'),
    onCorrupt: 'skip',
    onLeftOut: ({ file }) => left.push(file),
  });
  expect([report.images, report.corrupt, left]).toEqual([1, 3, ['p0/1.jpg', 'p1/1.jpg', 'p2/1.jpg']]);

  await writeSet(set, assemble(im2recRecords(damaged.map((image, label) => ({ label, image })))));
  const found: DamagedRecord[] = [];
  await verifyRecords({ source: set, onDamaged: (damage) => found.push(damage) });
  expect(found.map(({ key }) => key)).toEqual([0, 1, 2]);
});
