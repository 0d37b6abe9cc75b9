import { mkdir } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '@lin/train';
import { AppFolder } from './run-app.js';

const IDENTITIES = 5;
const IMAGES_EACH = 4;

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.create();
});

/** A picture of some identity: a blurred pattern of its own, and noise. */
function picture(identity: number, image: number, channels: 1 | 3): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: 112 * 112 * channels }, (_, i) => 128 + 90 * Math.sin((i / channels / (3 + identity)) | 0) + ((i * (image + 7)) % 17)));
  return sharp(data, { raw: { width: 112, height: 112, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb').jpeg().toBuffer();
}

/** im2rec's layout, packed here byte by byte: 'IfQQ' header with flag 0, keys from 0. */
function im2rec(images: readonly { label: number; jpeg: Buffer }[]): { rec: Buffer; idx: string } {
  let offset = 0;
  const idx: string[] = [];
  const parts = images.map(({ label, jpeg }, key) => {
    const length = 24 + jpeg.length;
    const part = Buffer.alloc(8 + Math.ceil(length / 4) * 4);
    part.writeUInt32LE(0xced7230a, 0);
    part.writeUInt32LE(length, 4);
    part.writeFloatLE(label, 12);
    part.writeBigUInt64LE(BigInt(key), 16);
    jpeg.copy(part, 32);
    idx.push(`${key}\t${offset}\n`);
    offset += part.length;
    return part;
  });
  return { rec: Buffer.concat(parts), idx: idx.join('') };
}

describe("a user's own records in im2rec's layout", () => {
  test.each([
    ['grey', 1],
    ['RGB', 3],
  ] as const)('of %s JPEGs are trained on', async (name, channels) => {
    const images = await Promise.all(
      Array.from({ length: IDENTITIES * IMAGES_EACH }, async (_, i) => {
        const label = Math.floor(i / IMAGES_EACH);
        return { label, jpeg: await picture(label, i % IMAGES_EACH, channels) };
      }),
    );
    expect((await sharp(images[0]!.jpeg).metadata()).channels).toBe(channels);
    const { rec, idx } = im2rec(images);
    await mkdir(app.file(name));
    await app.write(`${name}/faces.rec`, rec);
    await app.write(`${name}/faces.idx`, idx);

    const { code, stderr, stdout } = await app.run([
      'train', '--config', 'tiny.yaml', '--name', name, '--set', `data.ms1mv2.path=${name}`, '--set', 'linearizer.num_epochs=1',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('im2rec records, 20 images of 5 identities; 16 train, 4 test');
    const { data, inverse } = await app.json<RunSummary>('runs', name, 'summary.json');
    expect(data).toMatchObject({ path: app.file(name, 'faces.rec'), images: 20, identities: 5, trainImages: 16, testImages: 4 });
    expect(inverse!.exactBytes).toBe(1);
  });
});
