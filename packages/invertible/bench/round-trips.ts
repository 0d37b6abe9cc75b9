// How exactly a flow comes back, beside the gain of its inverse: the law of the docs, error ≈ 5e-6 × gain.
import * as tf from '@tensorflow/tfjs-core';
import { VectorFlow } from '../src/index.js';
import { heat, normal } from '../test/hot.js';

export interface RoundTrip {
  blocks: number;
  maxLogScale: number;
  /** How far conditioners are from zero: the deviation of biases, and about that of a conditioner's outputs for inputs of deviation 1. */
  spread: number;
  error: number;
  gain: number;
}

const DIM = 64;
const ROWS = 512;

export function roundTrips(): RoundTrip[] {
  const cases = [2, 4, 8, 12].flatMap((blocks) => [
    { blocks, maxLogScale: Math.min(1, 4 / blocks), spread: 0.3 },
    { blocks, maxLogScale: Math.min(1, 4 / blocks), spread: 1 },
    { blocks, maxLogScale: 2, spread: 1 },
  ]);
  return cases.map((options) => ({ ...options, ...measure(options) }));
}

function measure({ blocks, maxLogScale, spread }: Pick<RoundTrip, 'blocks' | 'maxLogScale' | 'spread'>): {
  error: number;
  gain: number;
} {
  const flow = heat(new VectorFlow({ dim: DIM, numBlocks: blocks, hiddenDim: 128, maxLogScale }), 1, spread);
  scaleOutputs(flow, spread);
  const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;
  const norms = (x: tf.Tensor) => tf.norm(x, 'euclidean', 1);
  const [error, gain] = tf.tidy(() => {
    const x = normal([ROWS, DIM], 1);
    const y = flow.apply(x);
    const back = flow.invert(y);
    const step = normal(y.shape, 2, 1e-3);
    return [largest(tf.sub(back, x)), largest(tf.div(norms(tf.sub(flow.invert(tf.add(y, step)), back)), norms(step)))];
  });
  flow.dispose();
  return { error, gain };
}

/** `heat` gives kernels that keep deviations; the last of each conditioner is to scale by `spread`. */
function scaleOutputs(flow: VectorFlow, spread: number): void {
  for (const layer of flow.blocks.layers) {
    if (!('conditioner' in layer)) continue;
    const { kernels } = layer.conditioner as { kernels: tf.Variable[] };
    const last = kernels.at(-1)!;
    tf.tidy(() => last.assign(tf.mul(last, spread)));
  }
}
