// What Lin uses of @cornerstonejs/codec-libjpeg-turbo-8bit, which has no types of its own: an Emscripten module with one class.
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface DecoderModule {
    JPEGDecoder: new () => {
      /** A view of the module's memory to put the JPEG into. */
      getEncodedBuffer(length: number): Uint8Array;
      /** @throws a number where the decoder gives up or warns. */
      decode(): void;
      /** A view of the module's memory, good until the next `getEncodedBuffer`: one byte a sample, samples of a pixel side by side. */
      getDecodedBuffer(): Uint8Array;
    };
  }
  export default function createModule(options: { print(line: string): void; printErr(line: string): void }): Promise<DecoderModule>;
}
