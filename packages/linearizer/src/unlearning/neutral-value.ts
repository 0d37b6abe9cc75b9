// Where a forgotten person should go: the value of A about which the spread of a person's own images gives embeddings without a common
// direction.
import * as tf from '@tensorflow/tfjs-core';
import { multiply, pickRows, toTensor, transpose, type Matrix } from '@lin/operator/linear-algebra';
import { LinearizerError } from '../errors.js';
import { deviationsWithin } from './latent-population.js';

export interface NeutralValueOptions {
  /** A, m × n. */
  A: Matrix;
  /** Of people who stay, as rows of n. */
  latents: Matrix;
  /** Whose each row is. */
  labels: ArrayLike<number>;
  /** g_y⁻¹, of a batch of values of A, [count, m], as embeddings, [count, size]; `(values) => model.decode(values)`. */
  decode: (values: tf.Tensor2D) => tf.Tensor2D;
}

/** Deviations looked at, at most. */
const MOST = 2000;
/** Steps of Adam and their rates, over the root mean square of a deviation's numbers. */
const STAGES = [0.2, 0.05, 0.01];
const STEPS = 60;
/** No embedding is divided by less. */
const SMALLEST = 1e-12;

/**
 * The value v of A for which embeddings g_y⁻¹(v + ε) have no direction in common, ε = A (z − z̄) the deviations of a person's images from
 * the person's mean: it minimises ‖E u‖, u = g_y⁻¹(v + ε) / ‖g_y⁻¹(v + ε)‖, by gradient descent (Adam) from zero.
 *
 * An edit that takes a person to zero leaves each image its own ε. g_y⁻¹ bends, so embeddings about g_y⁻¹(0) may still have a part in
 * common, and the person's images match each other by that; about this value they do not. It is of the model, not of the person.
 * @returns m numbers, for `unlearn`'s `destination`.
 * @throws LinearizerError where labels and rows differ in number, no identity has two latents, or a deviation is zero or not finite.
 * @example
 * ```ts
 * import '@tensorflow/tfjs'; // a backend, and the gradients that tfjs-core alone does not have
 * import * as tf from '@tensorflow/tfjs-core';
 * import { neutralValue } from '@lin/linearizer';
 * import { fromRows, identity } from '@lin/operator';
 *
 * const latents = fromRows([[1, 0], [-1, 0], [0, 1], [0, -1]]); // two people, whose images lie about their means
 * const decode = (values: tf.Tensor2D) => tf.add(values, [0.25, -0.5]) as tf.Tensor2D; // every embedding is moved
 * const value = await neutralValue({ A: identity(2), latents, labels: [7, 7, 8, 8], decode });
 * console.log(value[0]! < -0.2, value[1]! > 0.4); // moves it back, as near as four images tell
 * ```
 * ```text
 * true true
 * ```
 */
export async function neutralValue({ A, latents, labels, decode }: NeutralValueOptions): Promise<Float64Array> {
  if (labels.length !== latents.rows || latents.cols !== A.cols)
    throw new LinearizerError(
      `neutralValue: ${latents.rows} latents of ${latents.cols} numbers with ${labels.length} labels; ` +
        `expected a label for each, and ${A.cols} numbers, as A takes.`,
    );
  const deviations = deviationsOf(A, latents, labels);
  const scale = Math.sqrt(deviations.data.reduce((sum, value) => sum + value * value, 0) / deviations.data.length);
  if (!(scale > 0 && Number.isFinite(scale)))
    throw new LinearizerError(
      'neutralValue: images of one person do not differ in A, or are not finite; expected two different images of someone.',
    );
  const epsilon = toTensor(deviations);
  const value = tf.tidy(() => tf.variable(tf.zeros([A.rows])));
  const squaredMeanUnit = () => {
    const embeddings = decode(tf.add(epsilon, value));
    const units = tf.div(embeddings, tf.maximum(tf.norm(embeddings, 2, 1, true), SMALLEST));
    return tf.sum(tf.square(tf.mean(units, 0))) as tf.Scalar;
  };
  const enough = 0.1 / deviations.rows; // a tenth of what chance leaves of the mean of so many unit vectors, squared
  try {
    for (const rate of STAGES) await descend(squaredMeanUnit, value, { rate: rate * scale, enough });
    return Float64Array.from(await value.data());
  } finally {
    tf.dispose([epsilon, value]);
  }
}

async function descend(
  loss: () => tf.Scalar,
  value: tf.Variable,
  { rate, enough }: { rate: number; enough: number },
): Promise<void> {
  const optimiser = tf.train.adam(rate);
  try {
    for (let step = 0; step < STEPS; step++) {
      const before = optimiser.minimize(loss, true, [value])!;
      const [length] = await before.data();
      before.dispose();
      if (length! < enough) return;
    }
  } finally {
    optimiser.dispose();
  }
}

/** A (z − z̄), as rows; at most MOST of them, evenly spaced. */
function deviationsOf(A: Matrix, latents: Matrix, labels: ArrayLike<number>): Matrix {
  const deviations = deviationsWithin(latents, labels);
  if (deviations.rows === 0)
    throw new LinearizerError('neutralValue: no identity has two latents; expected two different images of someone.');
  const every = Math.max(1, deviations.rows / MOST);
  const rows = Array.from({ length: Math.min(MOST, deviations.rows) }, (_, i) => Math.floor(i * every));
  return multiply(pickRows(deviations, rows), transpose(A));
}
