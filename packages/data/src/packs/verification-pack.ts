// A verification pack (lfw.bin, cfp_fp.bin, agedb_30.bin, …): pairs of face images and whether each pair is one person (InsightFace's
// lfw2pack.py).
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RecordError } from '../errors.js';
import { unpickle } from './pickle/unpickle.js';
import { kindOf, NumpyArray, Tuple, type PickleValue } from './pickle/values.js';

export interface VerificationPack {
  path: string;
  /** The file's name without .bin, such as lfw. */
  name: string;
  /** Encoded, usually JPEG: pair i is images[2i] and images[2i + 1]. Views of one buffer as large as the file. */
  images: readonly Uint8Array[];
  /** Whether pair i shows one person. */
  same: readonly boolean[];
}

/**
 * Reads a pack of any Python: 2 or 3, pickle protocol 0 to 5, images as str, bytes or numpy's uint8 arrays. Nothing in it is executed.
 * @throws RecordError, with the byte where there is one, for a file that is missing, cut short, damaged or something else.
 */
export async function openVerificationPack(path: string): Promise<VerificationPack> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(`${path} cannot be read (${error.code}); expected a verification pack such as lfw.bin.`, {
      file: path,
    });
  });
  return { path, name: basename(path, '.bin'), ...parsePack(bytes, path) };
}

/** @throws RecordError. */
export function parsePack(bytes: Buffer, path: string): Pick<VerificationPack, 'images' | 'same'> {
  const fault = (what: string) =>
    new RecordError(`${path}: ${what}; it is no verification pack, or damaged.`, { file: path });
  if (bytes.length === 0) throw fault('the file is empty');
  const [bins, flags, ...rest] = listOf(unpickle(bytes, path)) ?? [];
  if (bins === undefined || flags === undefined || rest.length > 0)
    throw fault('the pickle is not a pair of images and flags');

  const images = listOf(bins)?.map((image, i) => {
    const encoded = image instanceof NumpyArray && isVector(image) ? image.bytes : image;
    if (encoded instanceof Uint8Array) return encoded;
    throw fault(`image ${i} is ${kindOf(image)}, not the bytes of an encoded image`);
  });
  if (!images) throw fault(`the images are ${kindOf(bins)}, not a list`);

  const same = (flags instanceof NumpyArray ? flagsOf(flags) : listOf(flags))?.map((flag, i) => {
    const [value] = flag instanceof NumpyArray ? flagsOf(flag) : [flag];
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    throw fault(
      `the flag of pair ${i} is ${typeof value === 'number' ? value : kindOf(value)}; expected True, False, 1 or 0`,
    );
  });
  if (!same) throw fault(`the flags are ${kindOf(flags)}, not a list`);
  if (images.length !== 2 * same.length)
    throw fault(`there are ${images.length} images and ${same.length} flags; expected 2 images for each flag`);
  return { images, same };
}

function listOf(value: PickleValue): readonly PickleValue[] | undefined {
  if (value instanceof Tuple) return value.items;
  return Array.isArray(value) ? value : undefined;
}

/** As cv2.imencode gives an encoded image: [n] or [n, 1]. */
const isVector = ({ type, shape }: NumpyArray) => type.code === 'u1' && shape.filter((side) => side !== 1).length <= 1;

/** A little-endian integer above 255 is no flag, whatever it is. */
function flagsOf({ type, bytes }: NumpyArray): number[] {
  const width = Number(type.code.slice(1));
  return Array.from({ length: bytes.length / width }, (_, i) =>
    bytes.subarray(i * width + 1, (i + 1) * width).some((byte) => byte !== 0) ? NaN : bytes[i * width]!,
  );
}
