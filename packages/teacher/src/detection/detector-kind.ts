// What differs between the networks that find faces: how pixels enter, and what the outputs mean.
import type { PixelScaling } from '../session/planes.js';
import type { Detection } from './decode-scrfd.js';

export interface DetectorKind {
  scaling: PixelScaling;
  /** By the names of the outputs, in the file's order. */
  isOf(outputs: readonly string[]): boolean;
  /** All candidates, in the network's order. `path` is for messages. @throws TeacherError where the outputs are not the network's. */
  decode(outputs: NetworkOutputs, options: DecodeOptions): Detection[];
}

export interface NetworkOutputs {
  names: readonly string[];
  values: readonly Float32Array[];
}

export interface DecodeOptions {
  path: string;
  /** Side of the square that the network saw. */
  size: number;
  /** Of the letterbox: positions are divided by it. */
  scale: number;
  minScore: number;
}

export const STRIDES = [8, 16, 32] as const;
