// Many small images on one sheet, to look at.
import sharp, { type OverlayOptions } from 'sharp';
import { replaceFile } from '@lin/files';
import { decodePicture } from '@lin/files/pictures';
import { DataOptionError } from '../errors.js';
import { MAX_PIXELS } from '../images/decode-image.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { Random } from '../order/random.js';
import { openRecords } from '../records/open-records.js';
import type { RecordSet } from '../records/record-set.js';
import { requireInteger } from '../require-integer.js';
import { refuseExisting } from './build-beside.js';

export interface ContactSheetOptions {
  /** A .rec, or a folder with one. */
  source: string;
  /** A .png that is not there yet. */
  output: string;
  /** Rows, drawn by the seed; fewer where there are fewer. */
  identities?: number;
  /** Images in a row, from the identity's first on. */
  imagesPerIdentity?: number;
  seed?: number;
}

const GAP = 4;
const BACKGROUND = { r: 32, g: 32, b: 32 };
const MISSING = { r: 200, g: 0, b: 120 }; // no colour of a face
/** A sheet of more is no longer looked at, and takes more than 600 MB to draw. */
const MAX_TILES = 10_000;

/**
 * One identity in a row. An image that is damaged is a magenta square. @throws DataOptionError for counts that do not fit, RecordError for
 * an output that is there.
 */
export async function contactSheet({
  source,
  output,
  identities = 10,
  imagesPerIdentity = 10,
  seed = 0,
}: ContactSheetOptions): Promise<void> {
  requireInteger('contactSheet', 'identities', identities, 1);
  requireInteger('contactSheet', 'imagesPerIdentity', imagesPerIdentity, 1);
  if (identities * imagesPerIdentity > MAX_TILES) {
    throw new DataOptionError(
      `contactSheet: ${identities} × ${imagesPerIdentity} images; a sheet holds at most ${MAX_TILES}.`,
    );
  }
  await refuseExisting(output);
  const records = await openRecords(source, { onCorrupt: 'skip' });
  try {
    const labels = new Random(seed)
      .shuffle([...new Set(records.labels)].sort((a, b) => a - b))
      .slice(0, identities)
      .sort((a, b) => a - b);
    const rows = labels.map((label) =>
      Array.from(records.identity(label).subarray(0, imagesPerIdentity), (key) => imageOf(records, key)),
    );
    await writeSheet(await Promise.all(rows.map((row) => Promise.all(row))), output);
  } finally {
    await records.close();
  }
}

/** `rows` of encoded images, each scaled to cover a square; undefined for one that cannot be read. PNG, written beside and renamed. */
export async function writeSheet(
  rows: readonly (readonly (Uint8Array | undefined)[])[],
  output: string,
): Promise<void> {
  const step = IMAGE_SIZE + GAP;
  const tiles: OverlayOptions[] = [];
  for (const [y, row] of rows.entries()) {
    for (const [x, image] of row.entries())
      tiles.push({ input: await tile(image), left: GAP + x * step, top: GAP + y * step });
  }
  const [width, height] = [GAP + Math.max(...rows.map(({ length }) => length)) * step, GAP + rows.length * step];
  const sheet = sharp({ create: { width, height, channels: 3, background: BACKGROUND } })
    .composite(tiles)
    .removeAlpha()
    .png();
  await replaceFile(output, (_, beside) => sheet.toFile(beside));
}

async function imageOf(records: RecordSet, key: number): Promise<Uint8Array | undefined> {
  return records.read(key).then(
    ({ image }) => image,
    () => undefined,
  );
}

function tile(image: Uint8Array | undefined): Promise<Buffer> {
  const missing = () =>
    sharp({ create: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3, background: MISSING } })
      .png()
      .toBuffer();
  if (!image) return missing();
  return decodePicture(image, { limitInputPixels: MAX_PIXELS }, (picture) =>
    picture
      .resize(IMAGE_SIZE, IMAGE_SIZE, { fit: 'cover' })
      .flatten()
      .toColourspace('srgb')
      .png({ compressionLevel: 1 })
      .toBuffer(),
  ).catch(missing);
}
