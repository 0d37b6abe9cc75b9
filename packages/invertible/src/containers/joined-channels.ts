// Neighbours that map channels alike at every position, an actnorm and a mixing, as one product: each would read and write the whole batch.
import * as tf from '@tensorflow/tfjs-core';
import { ChannelAffine } from '../bijection/channel-affine.js';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import type { Invertible } from '../bijection/invertible.js';
import { channelsOf, sizeOf } from '../bijection/shapes.js';
import { oneAfterTheOther } from './one-after-the-other.js';

/** Forwards one product; backwards the blocks one after the other, which are exact inverses of themselves. */
class JoinedChannels extends CheckedBijection {
  constructor(private readonly blocks: readonly ChannelAffine[]) {
    super(blocks.map(({ name }) => name).join(' and '), { inputShape: blocks[0]!.inputShape });
  }

  protected forwards(x: tf.Tensor): Passage {
    const channels = channelsOf(this.name, this.inputShape);
    const { matrix, offset } = ChannelAffine.mapOf(this.blocks, channels);
    const product = tf.matMul(tf.reshape(x, [-1, channels]) as tf.Tensor2D, matrix);
    return {
      value: tf.reshape(offset ? tf.add(product, offset) : product, x.shape),
      logDet: () => ChannelAffine.logDetOf(this.blocks, x),
    };
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return oneAfterTheOther(this.blocks.toReversed(), y, through);
  }
}

/** The same blocks in the same order, with neighbours joined where one product of matrices costs less than what it saves. */
export function joinChannels(layers: readonly Invertible[]): readonly Invertible[] {
  const runs: Invertible[][] = [];
  for (const layer of layers) {
    const run = runs.at(-1);
    if (run && isJoined(layer) && isJoined(run[0]!)) run.push(layer);
    else runs.push([layer]);
  }
  return runs.map((run) => (run.length > 1 ? new JoinedChannels(run as ChannelAffine[]) : run[0]!));
}

/** A product of all channels at every position, where there are at least as many positions as channels. */
function isJoined(layer: Invertible): boolean {
  if (!(layer instanceof ChannelAffine)) return false;
  const channels = channelsOf(layer.name, layer.inputShape);
  const positions = sizeOf(layer.inputShape) / channels;
  return positions > 1 && positions >= channels;
}
