// A run without files: its images are as many bytes as the core has numbers, and its core is those bytes as pixels, so that what linear
// algebra says of it can be computed by hand.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';
import { Linearizer, type Encoder } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import type { Run } from '../src/run/run.js';

export interface ToyImage {
  /** Bytes that are the core, (byte − 127.5) / 127.5 each. */
  bytes: readonly number[];
  label: number;
  /** The teacher's embedding, made a unit vector. */
  target: readonly number[];
  /** It cannot be decoded: batches leave it out. */
  damaged?: boolean;
}

export interface ToyRunOptions {
  /** In the order of their keys, 1, 2, 3, … */
  images: readonly ToyImage[];
  /** Labels of the identities that training leaves out. */
  heldOut: readonly number[];
  /** Labels of the validation identities; default: none. */
  validation?: readonly number[];
  /** A, row by row. */
  A: readonly (readonly number[])[];
  /** Default: the identity. */
  gy?: Invertible;
}

const BATCH = 3;

export const coreOf = ({ bytes }: Pick<ToyImage, 'bytes'>) => bytes.map((byte) => (byte - 127.5) / 127.5);
export const unit = (values: readonly number[]) => values.map((value) => value / Math.hypot(...values));
export const product = (matrix: readonly (readonly number[])[], vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, value, j) => sum + value * vector[j]!, 0));

export function toyRun({ images, heldOut, validation = [], A, gy = new Identity(A.length) }: ToyRunOptions): Run {
  const [m, n] = [A.length, A[0]!.length];
  const operator = new DenseOperator({ inputDim: n, outputDim: m });
  for (const variable of [operator.matrix]) tf.tidy(() => variable.assign(tf.tensor2d(A as number[][])));
  const keys = Float64Array.from(images, (_, i) => i + 1);
  const labels = Int32Array.from(images, ({ label }) => label);
  const keysOf = (isWanted: (label: number) => boolean) => keys.filter((key) => isWanted(labels[key - 1]!));
  return {
    config: { data: { seed: 0 } },
    model: new Linearizer({ gx: new BytesEncoder(n), A: operator, gy }),
    dataset: {
      records: {
        path: 'toy.rec',
        keys,
        labels,
        imageCount: images.length,
        identityCount: new Set(labels).size,
        positionsOf: (of: ArrayLike<number>) => Uint32Array.from(of, (key) => key - 1),
        labelsOf: (of: ArrayLike<number>) => Int32Array.from(of, (key) => labels[key - 1]!),
        identity: (label: number) => keys.filter((key) => labels[key - 1] === label),
      },
      split: {
        train: keysOf((label) => !heldOut.includes(label) && !validation.includes(label)),
        validation: keysOf((label) => validation.includes(label)),
        test: keysOf((label) => heldOut.includes(label)),
      },
    },
    embeddings: {
      embeddingSize: m,
      rows: async (positions: ArrayLike<number>) =>
        Float32Array.from(Array.from(positions, (position) => unit(images[position]!.target)).flat()),
    },
    async *imagesOf(of: Float64Array) {
      for (let start = 0; start < of.length; start += BATCH) {
        const there = of.subarray(start, start + BATCH).filter((key) => !images[key - 1]!.damaged);
        const bytes = Array.from(there, (key) => images[key - 1]!.bytes).flat();
        yield { keys: there, size: there.length, images: Uint8Array.from(bytes) };
      }
    },
  } as unknown as Run;
}

class BytesEncoder implements Encoder {
  readonly imageShape: readonly number[];
  readonly numBlocks = 0;

  constructor(readonly latentDim: number) {
    this.imageShape = [1, 1, latentDim];
  }

  core(x: tf.Tensor): tf.Tensor2D {
    return tf.reshape(x, [-1, this.latentDim]);
  }

  /** It has nothing to take from data. */
  initialize(): void {}

  dispose(): void {}
}

class Identity implements Invertible {
  readonly name = 'Identity';
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];

  constructor(dim: number) {
    this.inputShape = this.outputShape = [dim];
  }

  apply = (x: tf.Tensor) => tf.clone(x);
  invert = (y: tf.Tensor) => tf.clone(y);
  applyWithLogDet = (x: tf.Tensor) => ({ y: tf.clone(x), logDet: tf.zeros([x.shape[0]!]) as tf.Tensor1D });
  invertWithLogDet = (y: tf.Tensor) => ({ x: tf.clone(y), logDet: tf.zeros([y.shape[0]!]) as tf.Tensor1D });

  dispose(): void {}
}
