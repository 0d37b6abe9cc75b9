// A recogniser on a verification pack, as InsightFace's verification.py tests it.
import { describePicture } from '@lin/files/pictures';
import { VerificationError, verifyPairs, type VerificationReport } from '@lin/verification';
import { RecordError } from '../errors.js';
import { decodeImage, reasonOf, undecodable } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { orderedMap } from '../order/ordered-map.js';
import { requireInteger } from '../require-integer.js';
import { embedWithFlip, type EmbedFunction } from './embed-with-flip.js';
import type { VerificationPack } from './verification-pack.js';

export interface EvaluatePackOptions {
  /** Images that `embed` is given at once; a last batch has fewer. */
  batchSize?: number;
  onProgress?: (progress: { images: number; total: number }) => void;
}

export interface PackEvaluation extends VerificationReport {
  /** Of the pack. */
  name: string;
  /** Mean length of the embeddings before anything is done to them: it shows a network that collapses, or grows. */
  xnorm: number;
}

/** A pair for each. */
const FOLDS = 10;
/** Images decoded before they are wanted: a batch or so. */
const AHEAD = 64;

/**
 * Every image is embedded as it is and mirrored; the two are added, and the sum is scaled to unit length.
 * @throws RecordError, with the pack and the image's number, for an image that cannot be decoded or is not square; DataOptionError for a
 * batch size below 1, or embeddings that are not finite or not of one size; VerificationError, before anything is embedded, for a pack of
 * fewer than ten pairs or of one kind.
 */
export async function evaluatePack(
  pack: VerificationPack,
  embed: EmbedFunction,
  { batchSize = 64, onProgress }: EvaluatePackOptions = {},
): Promise<PackEvaluation> {
  requireInteger('evaluatePack', 'batchSize', batchSize, 1);
  requirePairs(pack);
  const total = pack.images.length;
  let embeddings = new Float64Array(0);
  let norms = 0;
  let done = 0;
  for await (const images of decodedBatches(pack, batchSize)) {
    const count = images.length / IMAGE_BYTES;
    const rows = await embedWithFlip(images, embed, done === 0 ? undefined : embeddings.length / total);
    if (done === 0) embeddings = new Float64Array((rows.embeddings.length / count) * total);
    embeddings.set(rows.embeddings, (embeddings.length / total) * done);
    norms += rows.norms;
    done += count;
    onProgress?.({ images: done, total });
  }
  return { name: pack.name, xnorm: norms / (2 * total), ...verifyPairs({ embeddings, same: pack.same }) };
}

function requirePairs({ path, same }: VerificationPack): void {
  const genuine = same.filter(Boolean).length;
  if (same.length >= FOLDS && genuine > 0 && genuine < same.length) return;
  const found = same.length < FOLDS ? '' : genuine > 0 ? ', all of one person' : ', all of two people';
  throw new VerificationError(
    `${path} has ${same.length} pairs${found}; nothing can be measured without pairs of both kinds, at least ${FOLDS} in all.`,
  );
}

async function* decodedBatches(
  { path, images }: VerificationPack,
  batchSize: number,
): AsyncGenerator<Uint8Array, void, void> {
  let batch = new Uint8Array(Math.min(batchSize, images.length) * IMAGE_BYTES);
  let filled = 0;
  let left = images.length;
  for await (const pixels of orderedMap(images.entries(), AHEAD, ([i, image]) =>
    decodePackImage(image, `${path} image ${i}`, path),
  )) {
    batch.set(pixels, filled++ * IMAGE_BYTES);
    left--;
    if (filled * IMAGE_BYTES < batch.length) continue;
    yield batch;
    batch = new Uint8Array(Math.min(batchSize, left) * IMAGE_BYTES); // the last one may be kept by whoever embeds it
    filled = 0;
  }
}

/** The protocol scales an image that is not 112 wide by its short side, and has no rule for what is then no square. */
async function decodePackImage(image: Uint8Array, where: string, file: string): Promise<Uint8Array> {
  const { width, height } = await describePicture(image).catch((error: unknown) => {
    throw undecodable(where, reasonOf(error), { file });
  });
  if (width !== height)
    throw new RecordError(`${where}: it is ${width}×${height}; expected a square face, as verification packs have.`, {
      file,
    });
  return decodeImage(image, where);
}
