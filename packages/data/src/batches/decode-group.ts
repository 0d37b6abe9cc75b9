// What a decoding thread does with a group of records: reads them, decodes each image into its place as it comes in, then augments it.
import { withoutOddities } from '@lin/files/pictures';
import { RecordError } from '../errors.js';
import { decodeBySharp, reasonOf, undecodable } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { isPlainJpeg, JpegDecoder } from '../images/jpeg-decoder.js';
import { Random } from '../order/random.js';
import { readImage, type RecordPlace } from '../recordio/read-image.js';
import type { RecordFile } from '../recordio/record-file.js';
import { augmentImage, type Augmentation } from './augment.js';
import { blend } from './blend.js';

export interface RecordGroup {
  places: readonly RecordPlace[];
  /**
   * For RGB bytes [places, 112, 112, 3], shared with the thread: what is passed back and forth instead costs the garbage collector as much
   * again.
   */
  pixels: Uint8Array<SharedArrayBuffer>;
  /** Images whose data have a hole that decoders pass over are refused too. */
  whole?: boolean;
  /** The image's key, the seed and the number at its place, of an epoch or a variant, make its randomness; undefined: as it is. */
  augment?: { options: Omit<Augmentation, 'mix'>; seed: number; numbers: readonly (number | undefined)[] };
  /** What is blended into the image at each place, before it is altered otherwise. */
  mixtures?: readonly (Mixture | undefined)[];
}

export interface Mixture {
  place: RecordPlace;
  /** Of the image itself, in [0, 1]. */
  share: number;
  /** Where the other image cannot be read, this one is as it is; else it counts as one that cannot be read either. */
  isOptional: boolean;
}

/** The .rec at a path, opened already. */
export type OpenFile = (path: string) => RecordFile;

export interface DecodedGroup {
  /** 1 where an image was mirrored, [places]. */
  flipped: Uint8Array;
  /**
   * What is wrong with the images that cannot be read or decoded, by their place, and whose pixels mean nothing; as plain fields, since
   * classes do not pass between threads.
   */
  failed: Map<number, Pick<RecordError, 'message' | 'file' | 'offset' | 'end'>>;
}

let decoder: JpegDecoder | undefined;

/** Fills `pixels`. */
export async function decodeGroup(
  { places, pixels, whole = false, augment, mixtures }: RecordGroup,
  fileAt: OpenFile,
): Promise<DecodedGroup> {
  const decoded: DecodedGroup = { flipped: new Uint8Array(places.length), failed: new Map() };
  if (!decoder || decoder.isWorn) decoder = await JpegDecoder.create();
  const readInto = async (target: Uint8Array, place: RecordPlace) =>
    decodeInto(target, await readImage(fileAt(place.path), place), place, whole);
  const mixInto = async (target: Uint8Array, { place, share, isOptional }: Mixture) => {
    const other = new Uint8Array(IMAGE_BYTES);
    try {
      await readInto(other, place);
    } catch (error) {
      if (isOptional && error instanceof RecordError) return;
      throw error;
    }
    blend(target, other, share);
  };
  const fill = async (place: RecordPlace, i: number) => {
    const target = pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    const mixture = mixtures?.[i];
    try {
      await readInto(target, place);
      if (mixture) await mixInto(target, mixture);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      const { message, file = place.path, offset, end } = error;
      decoded.failed.set(i, { message, file, offset, end });
      return;
    }
    const number = augment?.numbers[i];
    if (augment && number !== undefined) {
      const { flipped } = augmentImage(target, augment.options, new Random(augment.seed, number, place.key));
      decoded.flipped[i] = Number(flipped);
    }
  };
  await Promise.all(places.map(fill));
  return decoded;
}

/** A plain JPEG here and now; anything else, and what is refused here, on sharp's threads, where harmless oddities are known. */
async function decodeInto(
  target: Uint8Array,
  image: Buffer,
  { path, key, offset }: RecordPlace,
  whole: boolean,
): Promise<void> {
  try {
    if (whole) withoutOddities(image);
    if (!decodedHere(image, target)) target.set(await decodeBySharp(image));
  } catch (error) {
    throw undecodable(`${path} at byte ${offset} (key ${key})`, reasonOf(error), { file: path, offset });
  }
}

function decodedHere(image: Buffer, target: Uint8Array): boolean {
  if (!isPlainJpeg(image)) return false;
  try {
    decoder!.decode(image, target);
    return true;
  } catch {
    return false;
  }
}
