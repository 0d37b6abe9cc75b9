import { mkdir } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../src/run/summary.js';
import { AppFolder } from './run-app.js';

const IDENTITIES = 5;
const IMAGES_EACH = 4;

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.create();
});

/** A picture of some identity: a blurred pattern of its own, and noise. */
function picture(identity: number, image: number, channels: 1 | 3): Promise<Buffer> {
  const data = Buffer.from(
    Array.from(
      { length: 112 * 112 * channels },
      (_, i) => 128 + 90 * Math.sin((i / channels / (3 + identity)) | 0) + ((i * (image + 7)) % 17),
    ),
  );
  return sharp(data, { raw: { width: 112, height: 112, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg()
    .toBuffer();
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

/** Writes a set, of which the JPEGs at `cut` are cut short. */
async function writeRecords(folder: string, channels: 1 | 3, cut: readonly number[] = []): Promise<void> {
  const images = await Promise.all(
    Array.from({ length: IDENTITIES * IMAGES_EACH }, async (_, i) => {
      const label = Math.floor(i / IMAGES_EACH);
      const jpeg = await picture(label, i % IMAGES_EACH, channels);
      return { label, jpeg: cut.includes(i) ? jpeg.subarray(0, jpeg.length / 2) : jpeg };
    }),
  );
  const { rec, idx } = im2rec(images);
  await mkdir(app.file(folder));
  await app.write(`${folder}/faces.rec`, rec);
  await app.write(`${folder}/faces.idx`, idx);
}

const trainOn = (folder: string, ...set: string[]) =>
  app.call([
    'train',
    '--config',
    'tiny.yaml',
    '--name',
    folder,
    ...[`data.ms1mv2.path=${folder}`, 'linearizer.num_epochs=1', ...set].flatMap((pair) => ['--set', pair]),
  ]);

describe("a user's own records in im2rec's layout", () => {
  test.each([
    ['grey', 1],
    ['RGB', 3],
  ] as const)('of %s JPEGs are trained on', async (name, channels) => {
    expect((await sharp(await picture(0, 0, channels)).metadata()).channels).toBe(channels);
    await writeRecords(name, channels);
    const { code, stderr, stdout } = await trainOn(name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('im2rec records, 20 images of 5 identities; 16 train, 4 test');
    const { data, inverse, dataWaitShare } = await app.json<RunSummary>('runs', name, 'summary.json');
    expect(data).toMatchObject({
      path: app.file(name, 'faces.rec'),
      images: 20,
      identities: 5,
      trainImages: 16,
      testImages: 4,
    });
    expect(data.skipped).toEqual({ count: 0, records: [] });
    expect(inverse!.exactBytes).toBe(1);
    expect(dataWaitShare).toBeGreaterThan(0);
    expect(dataWaitShare).toBeLessThan(1);
  });
});

test('a part of the training images is trained on, and the same people are held out', async () => {
  await writeRecords('part', 3);
  const args = ['--config', 'tiny.yaml', '--set', 'data.ms1mv2.path=part', '--fast-dev-run'];
  const { code, stdout } = await app.call(['train', ...args, '--limit-train-images', '9']);
  expect(code).toBe(0);
  expect(stdout).toContain('20 images of 5 identities; 9 train, 4 test; 7 are left out (data.limit_train_images)');
  expect(stdout).not.toContain('embedding the'); // but those of its one batch, when it comes to it
  const refused = await app.call(['train', ...args, '--limit-train-images', '7']);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    `linearizer.batch_size is 8, but ${app.file('part', 'faces.rec')} has 7 training images ` +
      '(4 more are held out, and data.limit_train_images leaves the rest out); choose a smaller one.\n',
  ]);
});

test('drawn faces are trained on beside the records, and mixtures of both, and the run goes on as it was', async () => {
  await writeRecords('beside', 3);
  const sample = '{ beside: true, identities: 4, images_per_identity: 3 }';
  const set = [`data.sample=${sample}`, 'data.augment={ variants: 1, mix: {} }'];
  const { code, stderr, stdout } = await trainOn('beside', ...set);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('20 images of 5 identities; 16 train, 4 test\n');
  expect(stdout).toContain('12 drawn faces of 4 identities are trained on beside them');
  const { data, steps } = await app.json<RunSummary>('runs', 'beside', 'summary.json');
  expect(data).toMatchObject({ images: 20, identities: 5, trainImages: 16, drawnImages: 12, testImages: 4 });
  expect(steps).toBe(3); // of 8 images, of 28
  const resumed = (more: string) =>
    app.call(['train', '--resume', '--name', 'beside', '--set', 'linearizer.num_epochs=2', '--set', more]);
  const other = await resumed('data.sample.identities=5');
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/drawn faces [0-9a-f]{12} beside them, and is/),
  ]);
  expect((await resumed('training.num_workers=2')).code).toBe(0);
  expect((await app.json<RunSummary>('runs', 'beside', 'summary.json')).steps).toBe(6);
});

describe('damaged records', () => {
  beforeAll(() => writeRecords('damaged', 3, [1, 6, 7]));

  test('end a run that does not allow them, with file, byte and key', async () => {
    const { code, stderr } = await trainOn('damaged');
    expect(code).toBe(2);
    expect(stderr).toMatch(/faces\.rec at byte \d+ \(key 1\): the image cannot be decoded/);
  });

  test('are left out of one that does, mirrored images beside them, and its summary lists them', async () => {
    await writeRecords('skipping', 3, [1, 6, 7]);
    const { code, stderr } = await trainOn('skipping', 'data.on_corrupt=skip', 'data.augment.flip=0.5');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { data, steps } = await app.json<RunSummary>('runs', 'skipping', 'summary.json');
    expect(data.skipped.count).toBe(3);
    expect(data.skipped.records.map(({ key }) => key).sort()).toEqual([1, 6, 7]);
    expect(data.skipped.records[0]!.reason).toContain('the image cannot be decoded');
    expect(steps).toBe(2);
  });

  test('end it where they are more than it allows', async () => {
    await writeRecords('too-many', 3, [1, 6, 7]);
    const { code, stderr } = await trainOn('too-many', 'data.on_corrupt=skip', 'data.max_corrupt=2');
    expect(code).toBe(2);
    expect(stderr).toContain('more than 2 images of this epoch cannot be read');
  });
});
