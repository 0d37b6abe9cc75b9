// What a JPEG says of itself before its picture data begins: the markers of ITU-T T.81, annex B.

export interface JpegHeader {
  width: number;
  height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  components: number;
  /** Bits a sample. */
  precision: number;
  /** Its Huffman-coded frame is one that every decoder knows: baseline, extended sequential or progressive. */
  huffman: boolean;
  hasColourProfile: boolean;
}

const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP2 = 0xe2;
const ICC_PROFILE = Buffer.from('ICC_PROFILE\0', 'latin1');
/** SOF0 baseline, SOF1 extended sequential, SOF2 progressive. The others are lossless, hierarchical or arithmetic-coded. */
const HUFFMAN_FRAMES = [0xc0, 0xc1, 0xc2];
/** SOF0 … SOF15 less DHT, JPG and DAC, which lie between them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** undefined where the bytes are no JPEG, or end before the picture data. */
export function readJpegHeader(jpeg: Uint8Array): JpegHeader | undefined {
  if (jpeg[0] !== MARKER || jpeg[1] !== START_OF_IMAGE) return undefined;
  let frame: Omit<JpegHeader, 'hasColourProfile'> | undefined;
  let hasColourProfile = false;
  for (let at = 2; at + 4 <= jpeg.length;) {
    if (jpeg[at] !== MARKER) return undefined;
    const marker = jpeg[at + 1]!;
    if (marker === MARKER) {
      at += 1; // a fill byte
      continue;
    }
    if (marker === START_OF_SCAN) return frame && { ...frame, hasColourProfile };
    if (marker === END_OF_IMAGE) return undefined;
    const length = u16(jpeg, at + 2);
    const segment = jpeg.subarray(at + 4, at + 2 + length);
    if (length < 2 || segment.length < length - 2) return undefined;
    if (isFrame(marker) && segment.length >= 6) {
      frame = {
        precision: segment[0]!,
        height: u16(segment, 1),
        width: u16(segment, 3),
        components: segment[5]!,
        huffman: HUFFMAN_FRAMES.includes(marker),
      };
    }
    if (marker === APP2 && ICC_PROFILE.equals(segment.subarray(0, ICC_PROFILE.length))) hasColourProfile = true;
    at += 2 + length;
  }
  return undefined;
}

const u16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
