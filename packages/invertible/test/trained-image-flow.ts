// A small image flow trained by maximum likelihood on smooth pictures: what the gates of an inverse are held against, since a fresh flow
// passes many a gate that a trained one does not.
import * as tf from '@tensorflow/tfjs-core';
import { ImageFlow, trainableVariables } from '../src/index.js';

export const IMAGE_SHAPE = [16, 16, 1];

/** Bytes as pixels in [−1, 1]. */
export const pixelsOf = (x: tf.Tensor) =>
  tf.tidy(() => tf.sub(tf.div(tf.clipByValue(tf.round(tf.mul(tf.add(x, 1), 127.5)), 0, 255), 127.5), 1) as tf.Tensor4D);

/** Slow waves in both directions with random amplitudes. */
export function smoothImages(batch: number, seed: number): tf.Tensor4D {
  return tf.tidy(() => {
    const waves = (frequency: number) => tf.cos(tf.mul(tf.linspace(0, Math.PI, 16), frequency)) as tf.Tensor1D;
    const basis = [0, 1, 2, 3].flatMap((v) =>
      [0, 1, 2, 3].map((u) => tf.mul(tf.outerProduct(waves(v), waves(u)), 0.5 / (1 + u + v))),
    );
    const amplitudes = tf.randomNormal([batch, basis.length], 0, 1, 'float32', seed);
    return pixelsOf(
      tf.reshape(tf.matMul(amplitudes as tf.Tensor2D, tf.reshape(tf.stack(basis), [basis.length, 256])), [
        batch,
        ...IMAGE_SHAPE,
      ]),
    );
  });
}

export const smallImageFlow = () =>
  new ImageFlow({
    imageShape: IMAGE_SHAPE,
    latentDim: 4,
    numBlocks: [2, 2, 2],
    hiddenDim: [16, 16, 16],
    coreFlow: { numBlocks: 2, hiddenDim: 16 },
    seed: 1,
  });

export interface TrainingOptions {
  steps?: number;
  batch?: number;
  learningRate?: number;
}

/** Initialises and trains `flow`; gives the loss of each step, in nats an image. */
export function trainImageFlow(
  flow: ImageFlow,
  { steps = 40, batch = 32, learningRate = 1e-2 }: TrainingOptions = {},
): number[] {
  tf.tidy(() => flow.initialize(dequantized(smoothImages(64, 1), 1)));
  const variables = [...trainableVariables(flow).values()];
  const optimizer = tf.train.adam(learningRate);
  const losses = Array.from({ length: steps }, (_, step) => {
    const x = tf.tidy(() => dequantized(smoothImages(batch, 100 + step), 10_000 + step));
    const { value, grads } = tf.variableGrads(() => negativeLogLikelihood(flow, x), variables);
    optimizer.applyGradients(variables.map(({ name }) => ({ name, tensor: grads[name]! })));
    const [loss] = value.dataSync();
    tf.dispose([x, value, grads]);
    return loss!;
  });
  optimizer.dispose();
  return losses;
}

/** The residual's length is that of its coordinates in an orthonormal basis of its space, which logDet counts in. */
function negativeLogLikelihood(flow: ImageFlow, x: tf.Tensor4D): tf.Scalar {
  const { core, residual, logDet } = flow.encode(x);
  const squares = tf.add(tf.sum(tf.square(core), 1), tf.sum(tf.square(residual), 1));
  return tf.mean(tf.sub(tf.mul(squares, 0.5), logDet));
}

/** With noise of a byte's width, as densities of bytes need. */
const dequantized = (x: tf.Tensor4D, seed: number) =>
  tf.add(x, tf.randomUniform(x.shape, -1 / 255, 1 / 255, 'float32', seed)) as tf.Tensor4D;
