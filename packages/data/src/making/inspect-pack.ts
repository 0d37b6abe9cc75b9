// What is in a verification pack.
import { stat } from 'node:fs/promises';
import { Random } from '../order/random.js';
import { requireInteger } from '../require-integer.js';
import { openVerificationPack } from '../packs/verification-pack.js';
import { refuseExisting } from './build-beside.js';
import { writeSheet } from './contact-sheet.js';
import { evenly, SAMPLE_SIZE, sampleKinds, type ImageSample } from './image-sample.js';

export interface PackReport {
  path: string;
  bytes: number;
  pairs: number;
  /** Pairs of one identity. */
  same: number;
  sample: ImageSample;
}

/** @throws RecordError for what is no pack. */
export async function inspectPack(source: string): Promise<PackReport> {
  const { images, same } = await openVerificationPack(source);
  return {
    path: source,
    bytes: (await stat(source)).size,
    pairs: same.length,
    same: same.filter(Boolean).length,
    sample: await sampleKinds(evenly(images.length, SAMPLE_SIZE).map((i) => images[i]!)),
  };
}

export interface PackSheetOptions {
  source: string;
  /** A .png that is not there yet. */
  output: string;
  /** So many of one identity in the two columns at the left, the same number of two at the right; drawn by the seed. */
  pairs?: number;
  seed?: number;
}

export async function packSheet({ source, output, pairs = 10, seed = 0 }: PackSheetOptions): Promise<void> {
  requireInteger('packSheet', 'pairs', pairs, 1);
  await refuseExisting(output);
  const { images, same } = await openVerificationPack(source);
  const drawn = (kind: boolean) =>
    new Random(seed, Number(kind)).shuffle([...same.keys()].filter((i) => same[i] === kind)).slice(0, pairs);
  const [ones, twos] = [drawn(true), drawn(false)];
  const rows = Array.from({ length: Math.max(ones.length, twos.length) }, (_, row) =>
    [ones[row], twos[row]].flatMap((pair) =>
      pair === undefined ? [undefined, undefined] : [images[2 * pair], images[2 * pair + 1]],
    ),
  );
  await writeSheet(rows, output);
}
