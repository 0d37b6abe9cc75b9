// What a page would do: a flow of the plane learns two moons by maximum likelihood on the graphics card, and is inverted. Bundled for a
// browser.
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
// eslint-disable-next-line no-restricted-imports -- tfjs-core by itself has no gradients registered; this is how its documentation does it
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { fit, Flow, likelihoodStep, negativeLogLikelihood, neuralSplineFlow } from '../../src/index.js';

export interface TwoMoons {
  backend: string;
  /** Whether textures hold 32 bits; tfjs's own `floatPrecision` says 16 exactly where they do. */
  float32: boolean;
  /** Mean negative log-likelihood in nats on points that were not trained on: of the flow as it starts, and trained. */
  before: number;
  after: number;
  /** Largest difference of a coordinate after g⁻¹(g(x)). */
  roundTrip: number;
  tensorsLeft: number;
}

/** Enough for what the test asks; without a graphics card they are most of its time. */
const STEPS = 35;

/** Points on two half circles that reach into one another, with noise: scikit-learn's moons. */
function moons(count: number, seed: number): tf.Tensor2D {
  return tf.tidy(() => {
    const angle = tf.mul(tf.randomUniform([count, 1], 0, 1, 'float32', seed), Math.PI);
    const lower = tf.cast(tf.greater(tf.randomUniform([count, 1], 0, 1, 'float32', seed + 1), 0.5), 'float32');
    const side = tf.sub(1, tf.mul(lower, 2));
    const points = tf.concat(
      [tf.add(tf.mul(tf.cos(angle), side), lower), tf.add(tf.mul(tf.sin(angle), side), tf.mul(lower, 0.5))],
      1,
    );
    return tf.add(points, tf.randomNormal([count, 2], 0, 0.1, 'float32', seed + 2)) as tf.Tensor2D;
  });
}

async function learnTwoMoons(): Promise<TwoMoons> {
  await tf.setBackend('webgl');
  await tf.ready();
  const tensorsBefore = tf.memory().numTensors;
  const flow = new Flow({ transform: neuralSplineFlow({ dim: 2, numBlocks: 2, hiddenDim: 32, bound: 3 }) });
  // With the ε of 1e-4 that tfjs takes by itself on WebGL, Adam hardly moves.
  const optimizer = tf.train.adam(0.06, 0.9, 0.999, 1e-8);
  const [data, test] = [moons(8192, 1), moons(1024, 1001)];
  const measure = async () => {
    const loss = negativeLogLikelihood(flow, { x: test });
    const [value] = await loss.data();
    loss.dispose();
    return value!;
  };
  const before = await measure();
  const losses = fit(flow, { data, steps: STEPS, batchSize: 1024, step: likelihoodStep(flow, { optimizer }) });
  while (!(await losses.next()).done);
  const after = await measure();
  const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(flow.transform.invert(flow.transform.apply(test)), test))));
  const [roundTrip] = await difference.data();
  tf.dispose([difference, data, test]);
  optimizer.dispose();
  flow.dispose();
  const float32 = tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
  return {
    backend: tf.getBackend(),
    float32,
    before,
    after,
    roundTrip: roundTrip!,
    tensorsLeft: tf.memory().numTensors - tensorsBefore,
  };
}

Object.assign(globalThis, { learnTwoMoons });
