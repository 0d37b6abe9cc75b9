// PGM and PPM (netpbm.sourceforge.net/doc/pgm.html, ppm.html), as ORL, Yale and FERET come: the first picture of a file, plain or raw.

export interface NetpbmPicture {
  /** 8 bits a sample, rows from the top: 16 bits and other maxima scaled to 255. */
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** Of P2, P3, P5 and P6 alone: P1 and P4 are of one bit. */
const isPlain = { P2: true, P3: true, P5: false, P6: false } as const;
/** Of a header: comments are longer than this in no picture. */
const MAX_HEADER_BYTES = 2 ** 16;
const MAX_VALUE = 65_535;

/**
 * undefined where the bytes do not begin as one does.
 * @throws Error for a header that is not netpbm's, more than `maxPixels`, and a picture that is cut short.
 */
export function readNetpbm(bytes: Uint8Array, maxPixels: number): NetpbmPicture | undefined {
  const format = String.fromCharCode(...bytes.subarray(0, 2));
  if (!Object.hasOwn(isPlain, format) || !/[\s#]/.test(String.fromCharCode(bytes[2] ?? 0))) return undefined;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_HEADER_BYTES)).toString(
    'latin1',
  );
  const number = String.raw`(?:\s|#[^\n\r]*[\n\r])+(\d{1,9})`;
  const found = new RegExp(`^P[2356]${number}${number}${number}(?:#[^\\n\\r]*[\\n\\r]|\\s)`).exec(header);
  if (!found) throw new Error(`netpbm: ${format} is not followed by width, height and maximum`);
  const [width, height, maximum] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (width === 0 || height === 0) throw new Error(`netpbm: ${width}×${height} pixels`);
  if (maximum === 0 || maximum > MAX_VALUE)
    throw new Error(`netpbm: a maximum of ${maximum}; expected 1 to ${MAX_VALUE}`);
  if (width * height > maxPixels) throw new Error(`netpbm: ${width}×${height} pixels exceed the pixel limit`);
  const channels = format === 'P3' || format === 'P6' ? 3 : 1;
  const rest = bytes.subarray(found[0].length);
  const count = width * height * channels;
  const values = isPlain[format as keyof typeof isPlain] ? plainValues(rest, count) : rawValues(rest, count, maximum);
  return { data: scaled(values, maximum), width, height, channels };
}

function rawValues(bytes: Uint8Array, count: number, maximum: number): Uint8Array | Uint16Array {
  const size = maximum > 255 ? 2 : 1;
  if (bytes.length < count * size)
    throw new Error(`netpbm: ${bytes.length} bytes of picture, ${count * size} announced`);
  if (size === 1) return bytes.subarray(0, count);
  return Uint16Array.from({ length: count }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
}

function plainValues(bytes: Uint8Array, count: number): Uint16Array {
  if (bytes.length < 2 * count - 1) throw new Error(`netpbm: ${bytes.length} bytes of picture for ${count} numbers`);
  const values = new Uint16Array(count);
  let [found, at] = [0, 0];
  while (found < count) {
    while (at < bytes.length && isSpace(bytes[at]!)) at++;
    if (bytes[at] === HASH) while (at < bytes.length && bytes[at] !== NEWLINE) at++;
    else {
      const start = at;
      let value = 0;
      for (; at < bytes.length && isDigit(bytes[at]!); at++)
        value = Math.min(MAX_VALUE, value * 10 + bytes[at]! - ZERO);
      if (at === start) throw new Error(`netpbm: ${found} numbers of picture, ${count} announced`);
      values[found++] = value;
    }
  }
  return values;
}

const HASH = 35;
const NEWLINE = 10;
const ZERO = 48;
const isSpace = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13);
const isDigit = (byte: number) => byte >= ZERO && byte <= ZERO + 9;

/** value / maximum · 255, halves to the even number, as Pillow rounds. */
function scaled(values: Uint8Array | Uint16Array, maximum: number): Uint8Array {
  if (values.some((value) => value > maximum)) throw new Error(`netpbm: a value above the maximum of ${maximum}`);
  if (maximum === 255 && values instanceof Uint8Array) return values;
  const table = Uint8Array.from({ length: maximum + 1 }, (_, value) => roundHalfToEven((value / maximum) * 255));
  return Uint8Array.from(values, (value) => table[value]!);
}

function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
