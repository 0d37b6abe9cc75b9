// One-step generation (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §4.1): flow matching in the space that an invertible g induces. A_t
// predicts the end of a flow from noise to data; since each step is linear there, all N of them are one matrix B, and a sample is
// x₁ = g_x⁻¹(B g_y(x₀)). g_x and g_y are one network at two contexts, 1 for data and 0 for noise, as in the authors' code.
import * as tf from '@tensorflow/tfjs-core';
import { bindContext, type Invertible } from '@lin/invertible';
import { inverseOperator, TimeDependentLowRankOperator } from '@lin/operator';
import { minimise } from '@lin/train';

export interface OneStepGenerationOptions {
  /** From data to [n], at a context of one number. */
  g: Invertible;
  /** Data of the step: [B, …]. */
  data: (count: number, seed: number) => tf.Tensor;
  rank: number;
  hiddenDim: number;
  steps: number;
  batchSize: number;
  learningRate?: number;
  /** Against g mapping all to one point: that latents lead back through noise, as in the authors' code, or that they are normal. */
  keeps?: 'reconstruction' | 'likelihood';
}

/** N, of the flow. */
const STEPS = 100;
/** Of what is added to latents when they are to lead back, as in the authors' code: it keeps the gain of g⁻¹ small. */
const NOISE = 0.3;

export async function oneStepGeneration(options: OneStepGenerationOptions) {
  const { g, data, rank, hiddenDim, steps, batchSize, learningRate = 2e-3, keeps = 'reconstruction' } = options;
  const [dim] = g.outputShape as [number];
  const [gx, gy] = [bindContext(g, [1]), bindContext(g, [0])];
  const A = new TimeDependentLowRankOperator({ dim, rank, hiddenDim });
  const normal = (shape: readonly number[], seed: number) => tf.randomNormal([...shape], 0, 1, 'float32', seed + 1);
  const noise = (count: number, seed: number) => normal([count, ...g.inputShape], seed);
  const error = (x: tf.Tensor, y: tf.Tensor) => tf.mean<tf.Scalar>(tf.squaredDifference(x, y));

  await minimise({
    model: { g, A },
    inputs: (step) => ({
      x0: noise(batchSize, 4 * step),
      x1: data(batchSize, 4 * step + 1),
      t: tf.randomUniform([batchSize], 0, 1, 'float32', 4 * step + 3),
      n: tf.mul(normal([batchSize, dim], 4 * step + 3), NOISE),
    }),
    loss: ({ x0, x1, t, n }) => {
      const [{ y: z0, logDet: volume0 }, { y: z1, logDet: volume1 }] = [gy.applyWithLogDet(x0), gx.applyWithLogDet(x1)];
      const time = tf.expandDims(t, 1);
      const zt = tf.add(tf.mul(z0, tf.sub(1, time)), tf.mul(z1, time));
      const predicted = A.apply(zt as tf.Tensor2D, t as tf.Tensor1D); // A_t g_t: the end, seen from the point at t (Eq. 16)
      const matching = error(predicted, z1);
      if (keeps === 'likelihood') {
        const density = (z: tf.Tensor, volume: tf.Tensor) =>
          tf.mean(tf.sub(tf.mul(tf.sum(tf.square(z), 1), 0.5), volume));
        return tf.addN([matching, density(z0, volume0), density(z1, volume1)]) as tf.Scalar;
      }
      return tf.addN([
        matching,
        error(gx.invert(predicted), x1),
        error(gx.invert(tf.add(z1, n)), x1),
        error(gy.invert(tf.add(z0, n)), x0),
      ]) as tf.Scalar;
    },
    steps,
    learningRate,
  });

  const B = await A.collapse({ steps: STEPS }); // Eq. 17
  const shorter = await A.collapse({ steps: STEPS - 1, until: 1 - 1 / STEPS });
  const back = await inverseOperator(shorter); // the whole flow ends in A_t's low rank, which no image leads back from: one step fewer
  const along = (x: tf.Tensor, from: Invertible, map: (z: tf.Tensor2D) => tf.Tensor, to: Invertible) =>
    tf.tidy(() => to.invert(map(from.apply(x) as tf.Tensor2D)));
  const euler = (z: tf.Tensor2D) => {
    for (let k = 0; k < STEPS; k++) {
      const t = tf.fill([z.shape[0]], k / STEPS) as tf.Tensor1D;
      z = tf.add(z, tf.div(tf.sub(A.apply(z, t), z), STEPS - k));
    }
    return z;
  };
  return {
    noise,
    /** From noise to data, in one application. */
    sample: (x0: tf.Tensor) => along(x0, gy, (z) => B.apply(z), gx),
    /** The same by Euler's method, a step of which asks the networks of A_t. */
    sampleInSteps: (x0: tf.Tensor) => along(x0, gy, euler, gx),
    /** From data to its noise, and from that noise to the data again. */
    invert: (x1: tf.Tensor) => along(x1, gx, (z) => back.apply(z), gy),
    decode: (x0: tf.Tensor) => along(x0, gy, (z) => shorter.apply(z), gx),
    /** Between the noises of two samples of data: (1 − s) ⊙ x₀ ⊕ s ⊙ x₀′. */
    interpolate: (x1: tf.Tensor, y1: tf.Tensor, s: number) =>
      tf.tidy(() => {
        const [u, v] = [x1, y1].map((x) => back.apply(gx.apply(x) as tf.Tensor2D));
        return gx.invert(shorter.apply(tf.add(tf.mul(u!, 1 - s), tf.mul(v!, s)) as tf.Tensor2D));
      }),
  };
}
