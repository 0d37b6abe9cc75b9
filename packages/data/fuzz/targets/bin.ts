// A damaged verification pack: what is read has two images for each flag, and bytes that are in the file.
import { readdirSync, readFileSync } from 'node:fs';
import { RecordError } from '../../src/errors.js';
import { parsePack } from '../../src/packs/verification-pack.js';
import { mutate } from '../../../../tools/fuzz/mutate.js';
import { FuzzFailure, type FuzzTarget } from '../../../../tools/fuzz/target.js';

const FOLDER = new URL('../../test/packs/written-by-python/', import.meta.url);
const GOOD_PACKS = readdirSync(FOLDER).map((name) => ({ name, bytes: readFileSync(new URL(name, FOLDER)) }));

export const binTarget: FuzzTarget = {
  name: 'bin',
  run(random) {
    const { name, bytes } = GOOD_PACKS[random.integer(GOOD_PACKS.length)]!;
    return Promise.resolve(checkPack(mutate(bytes, random), name));
  },
};

function checkPack(bytes: Buffer, name: string): 'read' | 'refused' {
  try {
    const { images, same } = parsePack(bytes, name);
    if (images.length !== 2 * same.length) throw new FuzzFailure(`${images.length} images and ${same.length} flags`);
    // In protocols 0 and 1 bytes may be escaped text; above, they are there as they are, or in protocol 2 as UTF-8.
    const isPlain = !/-[01]\.bin$/.test(name);
    images.forEach((image, i) => {
      const asText = Buffer.from(Buffer.from(image).toString('latin1'), 'utf8');
      if (isPlain && !isView(image, bytes) && !bytes.includes(asText))
        throw new FuzzFailure(`image ${i} is not in the file`);
    });
    return 'read';
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    if (error.file !== name) throw new FuzzFailure(`an error that does not name the file: ${error.message}`);
    if (/at byte \d+/.test(error.message) && !(error.offset! >= 0 && error.offset! <= bytes.length))
      throw new FuzzFailure(`an offset that is not in the file: ${error.message}`);
    return 'refused';
  }
}

const isView = (image: Uint8Array, file: Buffer) =>
  image.buffer === file.buffer &&
  image.byteOffset >= file.byteOffset &&
  image.byteOffset + image.length <= file.byteOffset + file.length;
