// The mean of tensors over all workers as TensorFlow's own collective op in a recorded step (Patarasuk & Yuan 2009, ring all-reduce).
import * as tf from '@tensorflow/tfjs-core';
import { ClusterError } from '../errors.js';
import { activeTensorFlow, floatOp, op, tensorIds } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';

export const COLLECTIVE_OP = 'CollectiveReduceV2';
/** The group that all collectives of a cluster are of. */
export const GROUP_KEY = 1;

/**
 * Bytes that are reduced together. One tensor for all is slower, since a large message is copied several times, and so is one op for each
 * small one: 109 MB took 1,210 ms as one, 567 ms as 111 and 513 ms as 16 on two processes of one machine.
 */
const BUCKET_BYTES = 4e6;
const FLOAT_BYTES = 4;

/** The mean of each tensor over the workers, in the order given. `nextKey` numbers the op: in every worker alike. */
export function meanOverWorkers(tensors: readonly tf.Tensor[], nextKey: () => number): tf.Tensor[] {
  return inBuckets(tensors).flatMap((bucket) => meanOfBucket(bucket, nextKey()));
}

/** Neighbours together, in buckets of about the same size: a small rest is no bucket of its own. */
function inBuckets(tensors: readonly tf.Tensor[]): tf.Tensor[][] {
  const total = tensors.reduce((sum, { size }) => sum + size * FLOAT_BYTES, 0);
  const count = Math.max(1, Math.round(total / BUCKET_BYTES));
  const buckets: tf.Tensor[][] = [];
  let done = 0;
  for (const tensor of tensors) {
    const bucket = Math.min(count - 1, Math.floor((done / total) * count));
    (buckets[bucket] ??= []).push(tensor);
    done += tensor.size * FLOAT_BYTES;
  }
  return buckets.filter((bucket) => bucket !== undefined);
}

function meanOfBucket(tensors: readonly tf.Tensor[], key: number): tf.Tensor[] {
  return tf.tidy(() => {
    const flat = tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
    const sizes = tensors.map(({ size }) => size);
    const means = tf.split(recordMean(flat, key), sizes);
    return means.map((mean, i) => tf.reshape(mean, tensors[i]!.shape));
  });
}

/** The op is recorded; the eager step, which is one worker's, goes on with what it has: the mean of equals. */
function recordMean(flat: tf.Tensor, key: number): tf.Tensor {
  const binding = activeTensorFlow()?.binding;
  const listener = binding?.listener;
  if (!binding || !listener) throw new ClusterError('mean: workers are averaged over in a recorded step only.');
  const [groupSize, groupKey, instanceKey] = [1, GROUP_KEY, key].map((value) => tf.scalar(value, 'int32'));
  const inputs = tensorIds([flat, groupSize!, groupKey!, instanceKey!]);
  listener.admit(COLLECTIVE_OP, inputs);
  const result = binding.withListener(undefined, () => floatOp('Identity', flat));
  const id = tensorIds([result])[0]!;
  listener.op({
    name: COLLECTIVE_OP,
    attributes: [
      op.type('T', dtypes.TF_FLOAT),
      op.string('merge_op', 'Add'),
      op.string('final_op', 'Div'),
      op.string('communication_hint', 'auto'),
    ],
    inputs,
    outputs: [{ id, ...binding.describe(id) }],
  });
  return result;
}
