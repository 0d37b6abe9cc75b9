// A damaged picture: refused with an error that names it, or decoded to 112×112 pixels; by decodeImage and import alike.
import sharp from 'sharp';
import { RecordError } from '../../src/errors.js';
import { decodeImage } from '../../src/images/decode-image.js';
import { IMAGE_BYTES } from '../../src/images/image-size.js';
import { prepareImage } from '../../src/making/prepare-image.js';
import { mutate } from '../../../../tools/fuzz/mutate.js';
import { FuzzFailure, type FuzzTarget } from '../../../../tools/fuzz/target.js';

const SIDE = 112;
const pixels = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => 128 + 90 * Math.sin(i / 50) + (i % 7) * 5);
const drawn = (side = SIDE) => sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } }).resize(side, side);
const netpbm = (head: string, bytes: Uint8Array | string) => Buffer.concat([Buffer.from(head), Buffer.from(bytes)]);

const GOOD: readonly Buffer[] = [
  ...(await Promise.all([
    drawn().jpeg({ quality: 60 }).toBuffer(),
    drawn().jpeg({ quality: 60, progressive: true }).toBuffer(),
    drawn().jpeg({ quality: 60, chromaSubsampling: '4:4:4' }).toBuffer(),
    drawn().toColourspace('b-w').jpeg({ quality: 60 }).toBuffer(),
    drawn(40).jpeg({ quality: 60 }).toBuffer(),
    drawn(24).png().toBuffer(),
  ])),
  netpbm('P5 12 9 255\n', pixels.subarray(0, 108)),
  netpbm('P6\n# six\n6 6\n1000\n', pixels.subarray(0, 216)),
  netpbm('P2\n4 3\n15\n', '0 1 2 3 4 5 6 7 8 9 10 11\n'),
];

export const imageTarget: FuzzTarget = {
  name: 'image',
  async run(random) {
    const bytes = mutate(GOOD[random.integer(GOOD.length)]!, random);
    const [decoded, imported] = [
      await refusedOr(decodeImage(bytes, 'picture')),
      await refusedOr(prepareImage(bytes, 'picture')),
    ];
    if (!decoded !== !imported) throw new FuzzFailure(`only ${decoded ? 'decodeImage' : 'import'} takes it`);
    if (!decoded) return 'refused';
    if (decoded.length !== IMAGE_BYTES) throw new FuzzFailure(`${decoded.length} bytes of pixels`);
    return 'read';
  },
};

/** undefined where it is refused as it should be. */
const refusedOr = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((error: unknown) => {
    if (error instanceof RecordError && error.message.startsWith('picture: ')) return undefined;
    throw error;
  });
