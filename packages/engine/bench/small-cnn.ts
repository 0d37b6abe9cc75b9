// A small classifier of 32 × 32 images, one training step of which is the benchmark; peer_torch.py is the same network.
import * as tf from '@tensorflow/tfjs-core';

export const IMAGE_SIZE = 32;
const CLASSES = 10;
const KERNELS: [number, number, number, number][] = [
  [3, 3, 3, 32],
  [3, 3, 32, 64],
  [3, 3, 64, 128],
];
const STRIDES = [1, 2, 2];
const LEARNING_RATE = 1e-3;

export interface SmallCnn {
  /** One step of Adam on a batch; reads the loss back. */
  step(): Promise<number>;
  dispose(): void;
}

export function smallCnn(batch: number): SmallCnn {
  const normal = (shape: number[], deviation: number, seed: number) =>
    tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, deviation, 'float32', seed)));
  const kernels = KERNELS.map(
    (shape, i) => normal(shape, Math.sqrt(2 / (9 * shape[2])), i + 1) as tf.Variable<tf.Rank.R4>,
  );
  const head = normal([128, CLASSES], 0.1, 9) as tf.Variable<tf.Rank.R2>;
  const images = tf.randomNormal<tf.Rank.R4>([batch, IMAGE_SIZE, IMAGE_SIZE, 3], 0, 1, 'float32', 10);
  const labels = tf.tidy(() =>
    tf.oneHot(tf.range(0, batch, 1, 'int32').mod(tf.scalar(CLASSES, 'int32')) as tf.Tensor1D, CLASSES, 1, 0, 'float32'),
  );
  const optimiser = tf.train.adam(LEARNING_RATE);

  const loss = (): tf.Scalar => {
    const features = kernels.reduce<tf.Tensor4D>(
      (x, kernel, i) => tf.relu(tf.conv2d(x, kernel, STRIDES[i]!, 'same')),
      images,
    );
    const logits = tf.matMul(tf.mean(features, [1, 2]) as tf.Tensor2D, head);
    return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
  };
  return {
    step: async () => {
      const value = tf.tidy(() => optimiser.minimize(loss, true)!);
      const [read] = await value.data();
      value.dispose();
      return read!;
    },
    dispose: () => {
      tf.dispose([...kernels, head, images, labels]);
      optimiser.dispose();
    },
  };
}
