// What a decoding thread does with a group of encoded images: decodes each into its place, then augments it.
import { decodeBySharp, reasonOf } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { isPlainJpeg, JpegDecoder } from '../images/jpeg-decoder.js';
import { Random } from '../random.js';
import { augmentImage, type Augmentation } from './augment.js';

export interface ImageGroup {
  /** The encoded images, one behind the other. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Of each, [count]. */
  lengths: Uint32Array;
  /** Of each, [count]: the key, the seed and the epoch make its randomness. */
  keys: Float64Array;
  /** At least count images long, whatever is in it. */
  pixels: Uint8Array<ArrayBuffer>;
  augment?: { options: Augmentation; seed: number; epoch: number };
}

export interface DecodedGroup {
  /** RGB bytes [count, 112, 112, 3]; those of a failed image mean nothing. */
  pixels: Uint8Array<ArrayBuffer>;
  /** 1 where an image was mirrored, [count]. */
  flipped: Uint8Array;
  /** Images that could not be decoded, and why. */
  failed: Map<number, string>;
}

let decoder: JpegDecoder | undefined;

export async function decodeGroup({ bytes, lengths, keys, pixels, augment }: ImageGroup): Promise<DecodedGroup> {
  const flipped = new Uint8Array(lengths.length);
  const failed = new Map<number, string>();
  const decodeOne = async (i: number, image: Uint8Array) => {
    const target = pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    try {
      await decodeInto(target, image);
    } catch (error) {
      failed.set(i, reasonOf(error));
      return;
    }
    if (augment) flipped[i] = Number(augmentImage(target, augment.options, new Random(augment.seed, augment.epoch, keys[i]!)).flipped);
  };
  if (!decoder || decoder.isWorn) decoder = await JpegDecoder.create();
  let end = 0;
  await Promise.all(Array.from(lengths, (length, i) => decodeOne(i, bytes.subarray(end, (end += length)))));
  return { pixels, flipped, failed };
}

/** A plain JPEG here and now; anything else on sharp's threads. */
async function decodeInto(target: Uint8Array, image: Uint8Array): Promise<void> {
  if (isPlainJpeg(image)) decoder!.decode(image, target);
  else target.set(await decodeBySharp(image));
}
