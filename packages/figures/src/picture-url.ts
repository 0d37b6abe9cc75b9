// Pixels as a PNG in a `data:` URL, which figures of pictures take. PNG specification (https://www.w3.org/TR/png-3/), §5 and §7 to 10: colour
// type 0 or 2, eight bits, no filter, one IDAT.
import { crc32, deflateSync } from 'node:zlib';
import { FigureError } from './errors.js';

export interface PictureSize {
  width: number;
  height: number;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const BIT_DEPTH = 8;
const GREY = 0; // colour types
const RGB = 2;

/**
 * A picture as a `data:` URL, as `pictureGrid` takes it.
 * @param pixels From 0 to 255, rows from the top, grey or RGB: height · width numbers, or three times
 * that. Rounded; what lies outside is cut.
 * @throws FigureError for another number of pixels.
 * @example
 * ```ts
 * import { pictureUrl } from '@lin/figures';
 * const url = pictureUrl([255, 0, 0, 0, 0, 255], { width: 2, height: 1 }); // red, blue
 * console.log(url.slice(0, 22));
 * ```
 * ```text
 * data:image/png;base64,
 * ```
 */
export function pictureUrl(pixels: ArrayLike<number>, { width, height }: PictureSize): string {
  const channels = pixels.length / (width * height);
  if (channels !== 1 && channels !== 3) {
    throw new FigureError(
      `pictureUrl: ${pixels.length} numbers for ${width} × ${height}; ` +
        `expected ${width * height} for grey or ${3 * width * height} for RGB.`,
    );
  }
  const line = width * channels;
  const bytes = Uint8ClampedArray.from(pixels); // rounds, too
  const filtered = new Uint8Array(height * (1 + line)); // each row begins with its filter: 0, none
  for (let y = 0; y < height; y++) filtered.set(bytes.subarray(y * line, (y + 1) * line), y * (1 + line) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BIT_DEPTH, channels === 1 ? GREY : RGB], 8);
  const png = [
    Buffer.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(filtered)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return `data:image/png;base64,${Buffer.concat(png).toString('base64')}`;
}

/** Length, type, content, and the CRC of the latter two. */
function chunk(type: string, content: Buffer): Buffer {
  const checked = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(checked));
  return Buffer.concat([length, checked, check]);
}
