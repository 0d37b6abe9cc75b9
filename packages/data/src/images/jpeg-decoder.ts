// JPEGs of faces decoded by libjpeg-turbo in WebAssembly, in the caller's thread: sharp's pixels to the bit, in a quarter of its time.
// @ts-expect-error: the package has no types; `DecoderModule` is what Lin uses of it.
import emscriptenModule from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import { IMAGE_BYTES, IMAGE_SIZE } from './image-size.js';
import { readJpegHeader } from './jpeg-header.js';

interface DecoderModule {
  JPEGDecoder: new () => {
    /** A view of the module's memory to put the JPEG into. */
    getEncodedBuffer(length: number): Uint8Array;
    /** @throws a number, the address of a C++ exception, where the decoder gives up or warns. */
    decode(): void;
    /** A view of the module's memory, good until the next `getEncodedBuffer`: one byte a sample, samples of a pixel side by side. */
    getDecodedBuffer(): Uint8Array;
  };
}

const createModule = emscriptenModule as (options: {
  print(line: string): void;
  printErr(line: string): void;
}) => Promise<DecoderModule>;

/** A refused JPEG leaves about 3.5 KB behind in the module's 50 MB: after so many it is replaced by a fresh one, which takes 5 ms. */
const MOST_REFUSALS = 1000;
/** Noise of the best quality takes 40 KB. More would have to grow the module's memory for good. */
const MAX_PLAIN_BYTES = 2 ** 20;

export class JpegDecoder {
  private refusals = 0;
  private readonly decoder: InstanceType<DecoderModule['JPEGDecoder']>;

  private constructor(module: DecoderModule) {
    this.decoder = new module.JPEGDecoder();
  }

  static async create(): Promise<JpegDecoder> {
    const silent = () => {};
    return new JpegDecoder(await createModule({ print: silent, printErr: silent }));
  }

  /** Whether it has refused so many that a fresh one should take its place. */
  get isWorn(): boolean {
    return this.refusals >= MOST_REFUSALS;
  }

  /**
   * Writes RGB bytes [112, 112, 3] of a JPEG for which `isPlainJpeg` holds.
   * @throws Error where libjpeg-turbo gives up or so much as warns: a JPEG that is cut short is grey from there on, with a warning.
   */
  decode(jpeg: Uint8Array, into: Uint8Array): void {
    try {
      this.decoder.getEncodedBuffer(jpeg.length).set(jpeg);
      this.decoder.decode();
    } catch {
      this.refusals++;
      throw new Error('libjpeg-turbo: the JPEG is cut short or damaged');
    }
    const pixels = this.decoder.getDecodedBuffer();
    if (pixels.length === IMAGE_BYTES) into.set(pixels);
    else spreadGrey(pixels, into);
  }
}

/** A JPEG of 112×112, 8 bits, grey or three colours, without a profile: its pixels are its own, nothing is to be converted. */
export function isPlainJpeg(image: Uint8Array): boolean {
  const header = image.length <= MAX_PLAIN_BYTES ? readJpegHeader(image) : undefined;
  return (
    header !== undefined &&
    header.huffman &&
    header.precision === 8 &&
    header.width === IMAGE_SIZE &&
    header.height === IMAGE_SIZE &&
    (header.components === 1 || header.components === 3) &&
    !header.hasColourProfile
  );
}

function spreadGrey(grey: Uint8Array, into: Uint8Array): void {
  for (let i = 0; i < grey.length; i++) into.fill(grey[i]!, 3 * i, 3 * i + 3);
}
