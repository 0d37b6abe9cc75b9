// The `property` file beside a .rec: "identities,height,width" (face2rec2), and in InsightFace's newer RecBuilder a second line with the
// images.
import { RecordError } from '../errors.js';

export interface Property {
  identities: number;
  height: number;
  width: number;
  /** Where a second line says it. */
  images?: number;
}

/** What is beyond the second line means nothing to anybody. */
const MAX_PROPERTY_BYTES = 4096;

/** @throws RecordError where the first line is not three counts, or a second one not one. */
export function parseProperty(bytes: Uint8Array, path: string): Property {
  const text = Buffer.from(bytes.subarray(0, MAX_PROPERTY_BYTES)).toString('latin1');
  const [first = '', second = ''] = text.split('\n').map((line) => line.trim());
  if (!/^\d+(,\d+){2}$/.test(first)) throw unreadable(path, 1, '"identities,height,width", such as 85742,112,112');
  if (second !== '' && !/^\d+$/.test(second)) throw unreadable(path, 2, 'the number of images, or nothing');
  const [identities, height, width] = first.split(',').map(Number) as [number, number, number];
  return { identities, height, width, ...(second !== '' && { images: Number(second) }) };
}

function unreadable(path: string, line: number, expected: string): RecordError {
  return new RecordError(
    `${path} line ${line}: expected ${expected}; correct or delete the file, it is not needed to read.`,
    { file: path },
  );
}
