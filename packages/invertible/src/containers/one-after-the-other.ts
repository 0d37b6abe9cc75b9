// A batch passed through blocks in turn, in one direction, with the log-determinants added up.
import * as tf from '@tensorflow/tfjs-core';
import type { Passage, Through } from '../bijection/checked-bijection.js';
import type { Invertible } from '../bijection/invertible.js';

export function oneAfterTheOther(layers: readonly Invertible[], x: tf.Tensor, through: Through): Passage {
  let value = x;
  const logDets = layers.map((layer) => {
    const passage = through(layer, value);
    value = passage.value;
    return passage.logDet;
  });
  return { value, logDet: () => tf.addN(logDets.map((logDet) => logDet())) };
}
