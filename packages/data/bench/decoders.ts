// Decoders of one JPEG against each other, without reading: images a second in one thread, and how far their pixels are from sharp's.
import sharp from 'sharp';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError, initEngine } from '@lin/engine';
import { IMAGE_BYTES } from '../src/images/image-size.js';
import { JpegDecoder } from '../src/images/jpeg-decoder.js';
import { forEach, perSecond } from './measure.js';

export interface DecoderRate {
  imgPerS: number;
  /** Largest difference of a byte from sharp's. */
  largestDifference: number;
}

const COMPARED = 100;

export async function measureDecoders(images: readonly Buffer[]): Promise<Record<string, DecoderRate>> {
  const bySharp = (image: Buffer) => sharp(image, { sequentialRead: true }).raw().toBuffer();
  const decoder = await JpegDecoder.create();
  const target = new Uint8Array(IMAGE_BYTES);
  const byLibjpeg = (image: Buffer) => {
    decoder.decode(image, target);
    return target;
  };
  const difference = async (decode: (image: Buffer) => Uint8Array | Promise<Uint8Array>) => {
    let largest = 0;
    for (const image of images.slice(0, COMPARED)) {
      const [ours, sharps] = [await decode(image), await bySharp(image)];
      sharps.forEach((byte, i) => (largest = Math.max(largest, Math.abs(byte - ours[i]!))));
    }
    return largest;
  };
  const rates: Record<string, DecoderRate> = {
    'libjpeg-turbo in WebAssembly': {
      imgPerS: await perSecond(images.length, () => images.forEach(byLibjpeg)),
      largestDifference: await difference(byLibjpeg),
    },
    'sharp, one at once': {
      imgPerS: await perSecond(images.length, () => forEach(images, 1, bySharp)),
      largestDifference: 0,
    },
    'sharp, 8 at once': {
      imgPerS: await perSecond(images.length, () => forEach(images, 8, bySharp)),
      largestDifference: 0,
    },
  };
  const byTensorFlow = await tensorFlowDecoder();
  if (byTensorFlow) {
    const imgPerS = await perSecond(images.length, () => images.forEach((image) => byTensorFlow(image)));
    rates['TensorFlow’s DecodeJpeg'] = { imgPerS, largestDifference: await difference(byTensorFlow) };
  }
  return rates;
}

/** tfjs-node's kernel, which @lin/engine runs on the TensorFlow it finds. */
interface DecodesJpeg {
  decodeJpeg(
    contents: Uint8Array,
    channels: number,
    ratio: number,
    fancyUpscaling: boolean,
    tryRecoverTruncated: boolean,
    acceptableFraction: number,
    dctMethod: string,
  ): tf.Tensor;
}

async function tensorFlowDecoder(): Promise<((image: Buffer) => Uint8Array) | undefined> {
  const engine = await initEngine({ backend: 'tensorflow' }).catch((error: unknown) => {
    if (error instanceof EngineError) return undefined;
    throw error;
  });
  if (!engine) return undefined;
  const backend = tf.backend() as unknown as DecodesJpeg;
  return (image) => {
    const pixels = backend.decodeJpeg(image, 3, 1, true, false, 1, 'INTEGER_ACCURATE');
    const bytes = Uint8Array.from(pixels.dataSync());
    pixels.dispose();
    return bytes;
  };
}
