// The default model, the image-flow sandwich f(x) = g_y⁻¹(A g_x(x)), in its two sizes; peer_image_flow.py is the same network.
import * as tf from '@tensorflow/tfjs-core';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { adamTraining, type Inputs } from '../test/adam-training.js';

const EMBEDDING = 512;

const SIZES = {
  /** The defaults of the packages: 38.7 M parameters. */
  full: { latentDim: 512, numBlocks: [3, 4, 4], hiddenDim: [64, 128, 256], coreFlow: {} },
  /** Those of the application's sample: 6.1 M. */
  sample: {
    latentDim: 128,
    numBlocks: [2, 2, 2],
    hiddenDim: [32, 64, 128],
    coreFlow: { numBlocks: 2, hiddenDim: 256, numLayers: 2 },
  },
};

export type FlowSize = keyof typeof SIZES;
export const FLOW_SIZES = Object.keys(SIZES) as FlowSize[];

export function imageFlowSandwich(size: FlowSize) {
  const { latentDim, coreFlow } = SIZES[size];
  const sandwich = new Linearizer({
    gx: new ImageFlow({ imageShape: [112, 112, 3], ...SIZES[size] }),
    A: new DenseOperator({ inputDim: latentDim, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, seed: 1, ...coreFlow }),
  });
  const parameters = Object.fromEntries([...sandwich.namedVariables()].filter(([, { trainable }]) => trainable));
  const training = adamTraining(parameters, ({ images, targets }: Inputs) =>
    tf.mean<tf.Scalar>(tf.squaredDifference(sandwich.apply(images!), targets!)),
  );
  return { ...training, parameters: Object.values(parameters).reduce((sum, { size }) => sum + size, 0) };
}

export function flowInputs(batch: number): Inputs {
  return {
    images: tf.randomNormal([batch, 112, 112, 3], 0, 0.5, 'float32', 1),
    targets: tf.tidy(() => tf.mul(tf.randomNormal([batch, EMBEDDING], 0, 1, 'float32', 2), 1 / Math.sqrt(EMBEDDING))),
    rate: tf.scalar(1e-4),
  };
}
