// The gradients of the default kind of model, an image-flow sandwich, in a recorded step beside those of plain JavaScript, op by op.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine, record } from '@lin/engine';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';

const missing = await tensorFlowMissing();
const BATCH = 12; // more than are verified, so that the whole batch's graph is made of shapes alone

function sandwich() {
  const small = { numBlocks: 2, hiddenDim: 8, numLayers: 2 };
  return new Linearizer({
    gx: new ImageFlow({
      imageShape: [16, 16, 3],
      latentDim: 6,
      numBlocks: [2, 1, 1],
      hiddenDim: [8, 8, 8],
      coreFlow: small,
    }),
    A: new DenseOperator({ inputDim: 6, outputDim: 8 }),
    gy: new VectorFlow({ dim: 8, seed: 1, ...small }),
  });
}

/** Fresh couplings are identities, whose conditioners have hardly a gradient: each parameter is moved. */
function move(parameters: ReadonlyMap<string, tf.Variable>): void {
  let seed = 1;
  for (const variable of parameters.values()) {
    tf.tidy(() => variable.assign(tf.add(variable, tf.randomNormal(variable.shape, 0, 0.1, 'float32', seed++))));
  }
}

describe.skipIf(missing)(`a recorded step of an image flow${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'cpu' });
    await initEngine({ backend: 'tensorflow' });
  });

  test('has the gradient of every parameter that plain JavaScript has', async () => {
    const model = sandwich();
    const parameters = new Map([...model.namedVariables()].filter(([, { trainable }]) => trainable));
    move(parameters);
    const inputs = {
      images: tf.randomNormal([BATCH, 16, 16, 3], 0, 0.5, 'float32', 1),
      targets: tf.randomNormal([BATCH, 8], 0, 1, 'float32', 2),
    };
    const gradients = ({ images, targets }: Record<string, tf.Tensor>) => {
      const loss = () => tf.mean<tf.Scalar>(tf.squaredDifference(model.apply(images!), targets!));
      const { grads } = tf.variableGrads(loss, [...parameters.values()]);
      return Object.fromEntries([...parameters].map(([name, { name: id }]) => [name, grads[id]!]));
    };
    const recorded = await record(gradients, { inputs, variables: parameters });
    const actual = await recorded.run(inputs);
    await recorded.dispose();
    await tf.setBackend('cpu');
    const expected = tf.tidy(() =>
      Object.entries(gradients(inputs)).map(([name, gradient]) => [name, gradient.dataSync()] as const),
    );
    for (const [name, values] of expected) {
      const difference = Math.hypot(...values.map((value, i) => value - actual[name]![i]!));
      expect(difference / Math.hypot(...values), name).toBeLessThan(1e-5);
    }
    expect(expected.length).toBeGreaterThan(40);
    await tf.setBackend('tensorflow');
    tf.dispose(inputs);
    model.dispose();
  });
});
