// Idempotent by construction (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §4): f(x) = g⁻¹(P g(x)) with P² = P, so f(f(x)) = f(x)
// whatever the weights are, and without a term of the loss for it. Trained to give back what lies on two arcs, and to take noise away, f
// becomes a projector of the plane onto one curve through both.
import * as tf from '@tensorflow/tfjs-core';
import { COLOURS, gridLines, planePanels, type PlanePoint } from '@lin/figures';
import { VectorFlow } from '@lin/invertible';
import { ProjectorOperator } from '@lin/operator';
import { minimise } from '@lin/train';

const NOISE = 0.3;

export async function projector({ steps = 2000, batchSize = 128, numBlocks = 6, hiddenDim = 32 } = {}) {
  const g = new VectorFlow({ dim: 2, numBlocks, hiddenDim, maxLogScale: 1, seed: 1 });
  const P = new ProjectorOperator({ dim: 2, rank: 1, trainable: false });
  const f = (x: tf.Tensor) => g.invert(P.apply(g.apply(x) as tf.Tensor2D));

  await minimise({
    model: g,
    inputs: (step) => {
      const x = arcs(batchSize, 2 * step);
      return { x, noisy: tf.add(x, normal(batchSize, 2 * step + 1)) };
    },
    loss: ({ x, noisy }) => tf.mean(tf.squaredDifference(f(noisy), x)), // on an arc, f(x) = x; beside it, back onto it
    steps,
    learningRate: 3e-3,
  });

  const onArcs = arcs(500, 10_001);
  const beside = tf.add(onArcs, normal(500, 10_002));
  const anywhere = tf.randomUniform([500, 2], -2.5, 2.5, 'float32', 10_003);
  const all = tf.concat([onArcs, beside, anywhere]);
  const numbers = {
    idempotency: largest(tf.sub(f(f(all)), f(all))), // max |f(f(x)) − f(x)|
    arcsMoved: await toArcs(f(onArcs)), // mean distance of f(x) to the arcs, of x on them,
    besideBefore: await toArcs(beside), // of noisy points before
    besideAfter: await toArcs(f(beside)), // and after f
  };

  const range = [-2.5, 2.5] as const;
  const grid = gridLines({ range, count: 21 });
  const curve = points(f(tf.tensor2d(grid.flat()))); // f of the whole plane: the curve onto which it projects
  const movements = points(anywhere).map((from, i) => [from, points(f(anywhere))[i]!]).slice(0, 150); // prettier-ignore
  const given = [{ points: points(beside), colour: COLOURS.target }, { points: points(onArcs) }];
  const figure = planePanels([
    { title: 'two arcs, and points beside them', range, points: given },
    { title: 'f of the points beside them', range, points: [{ points: points(f(beside)) }] },
    {
      title: 'where f moves points of the plane',
      range,
      lines: [{ lines: movements }],
      points: [{ points: curve, colour: COLOURS.difference }],
    },
  ]);
  return { numbers, figures: { projector: figure } };
}

/** Points of two half circles that reach into each other, of radius 1. */
function arcs(count: number, seed: number): tf.Tensor2D {
  return tf.tidy(() => {
    const angle = tf.randomUniform([count], 0, Math.PI, 'float32', seed + 1);
    const side = tf.sub(tf.mul(tf.mod(tf.range(0, count), 2), 2), 1); // −1 or 1
    return tf.stack(
      [tf.add(tf.cos(angle), tf.mul(side, 0.5)), tf.mul(side, tf.sub(0.25, tf.sin(angle)))],
      1,
    ) as tf.Tensor2D;
  });
}

const normal = (count: number, seed: number) => tf.randomNormal([count, 2], 0, NOISE, 'float32', seed + 1);
const points = (x: tf.Tensor) => x.arraySync() as unknown as PlanePoint[];
const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

/** Mean distance to the nearest of 2,000 points of the arcs. */
async function toArcs(x: tf.Tensor): Promise<number> {
  const nearest = tf.min(tf.norm(tf.sub(tf.expandDims(x, 1), tf.expandDims(arcs(2000, 7), 0)), 'euclidean', 2), 1);
  return (await tf.mean(nearest).data())[0]!;
}
