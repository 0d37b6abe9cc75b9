// Bijections that map the channels of every position alike, y = x M + c over the last axis: what several of them do in turn is one such
// map.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from './constant-jacobian.js';

export interface ChannelMap {
  /** M, [channels, channels]: rows are multiplied from the left. */
  matrix: tf.Tensor2D;
  /** c, [channels]; absent where it is zero. */
  offset: tf.Tensor1D | undefined;
}

export abstract class ChannelAffine extends ConstantJacobian {
  /** x M of any x [..., channels]. */
  protected abstract linear(x: tf.Tensor): tf.Tensor;

  /** c; absent unless a block says otherwise. */
  protected offset(): tf.Tensor1D | undefined {
    return undefined;
  }

  protected map(x: tf.Tensor): tf.Tensor {
    const offset = this.offset();
    return offset ? tf.add(this.linear(x), offset) : this.linear(x);
  }

  /** Of blocks one after the other, first to last. */
  static mapOf(blocks: readonly ChannelAffine[], channels: number): ChannelMap {
    return blocks.reduce<ChannelMap>(
      ({ matrix, offset }, block) => ({
        matrix: block.linear(matrix) as tf.Tensor2D,
        offset: (offset ? block.map(offset) : block.offset()) as tf.Tensor1D | undefined,
      }),
      { matrix: tf.eye(channels), offset: undefined },
    );
  }

  /** log|det| of blocks one after the other at each sample of x, [B]: the same at all. */
  static logDetOf(blocks: readonly ChannelAffine[], x: tf.Tensor): tf.Tensor1D {
    return tf.addN(blocks.map((block) => block.logDeterminant(x)));
  }
}
