// Modular style transfer (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §4.2): one g_x and one g_y for all styles, and for each style an
// operator between them, f_s(x) = g_y⁻¹(A_s g_x(x)). Styles are mixed by mixing matrices, A = Σ wₛ Aₛ, which no training has seen.
import * as tf from '@tensorflow/tfjs-core';
import { pictureGrid } from '@lin/figures';
import {
  AffineCoupling,
  chain,
  Convolutional,
  Flatten,
  OrthogonalMixing,
  Squeeze,
  type Invertible,
} from '@lin/invertible';
import { ConvolutionOperator, ScaledOperator, SumOperator, type LinearOperator } from '@lin/operator';
import { minimise } from '@lin/train';
import { faceImages, pictureOf, SIDE } from '../sample-images.js';
import { STYLES } from './styles.js';

const LATENT = [SIDE / 2, SIDE / 2, 12]; // after a squeeze

export async function style({ steps = 250, batchSize = 16, numBlocks = 4, hiddenDim = 24, faces = 128 } = {}) {
  const [gx, gy] = [imageFlow(numBlocks, hiddenDim, 1), imageFlow(numBlocks, hiddenDim, 2)];
  const names = Object.keys(STYLES);
  const A = names.map(() => new ConvolutionOperator({ imageShape: LATENT, kernelSize: 3 }));
  const apply = (operator: LinearOperator, x: tf.Tensor) => gy.invert(operator.apply(gx.apply(x) as tf.Tensor2D));
  const error = (x: tf.Tensor, y: tf.Tensor) => tf.mean<tf.Scalar>(tf.squaredDifference(x, y));

  const train = faceImages(faces, 0);
  await minimise({
    model: { gx, gy, A },
    inputs: (step) => {
      const rows = Array.from({ length: batchSize }, (_, i) => (step * batchSize + i) % faces);
      const x = tf.gather(train, rows);
      return { x, y: tf.stack(names.map((name) => STYLES[name]!(x))) };
    },
    loss: ({ x, y }) => tf.addN(tf.unstack(y).map((truth, s) => error(apply(A[s]!, x), truth))) as tf.Scalar,
    steps,
    learningRate: 2e-3,
  });

  const x = faceImages(24, 100_000); // people that it was not trained on
  const truths = names.map((name) => STYLES[name]!(x));
  const mixed = (weights: readonly number[]) =>
    // A = Σ wₛ Aₛ
    new SumOperator(A.map((operator, s) => new ScaledOperator({ operator, factor: weights[s]! })));
  const mixedTruth = (weights: readonly number[]) => tf.addN(truths.map((truth, s) => tf.mul(truth, weights[s]!)));
  const mixtures = [[0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]; // prettier-ignore
  const rms = (a: tf.Tensor, b: tf.Tensor) => Math.sqrt(error(a, b).dataSync()[0]!);
  const half = mixtures[0]!;
  const sum = tf.add(tf.mul(gy.apply(apply(A[0]!, x)), 0.5), tf.mul(gy.apply(apply(A[1]!, x)), 0.5)); // ½ ⊙ f₁(x) ⊕ ½ ⊙ f₂(x)
  const numbers = {
    errors: Object.fromEntries(names.map((name, s) => [name, rms(apply(A[s]!, x), truths[s]!)])), // pixels are in [−1, 1]
    fromInput: Object.fromEntries(names.map((name, s) => [name, rms(x, truths[s]!)])), // how far a style is from doing nothing
    mixtureErrors: mixtures.map((weights) => rms(apply(mixed(weights), x), mixedTruth(weights))),
    mixtureFromStyles: mixtures.map((weights) => Math.min(...truths.map((truth) => rms(truth, mixedTruth(weights))))),
    linearity: rms(apply(mixed(half), x), gy.invert(sum)), // f of the mixture is the mixture of fs, in the induced space
    inverse: rms(gx.invert(gx.apply(x)), x),
  };

  const columns: [string, (x: tf.Tensor) => tf.Tensor][] = [
    ['input', (x) => x],
    ...names.map((name, s): [string, (x: tf.Tensor) => tf.Tensor] => [name, (x) => apply(A[s]!, x)]),
    [`${names[0]} + ${names[1]}`, (x) => apply(mixed(half), x)],
    [`${names[1]} + ${names[2]}`, (x) => apply(mixed(mixtures[2]!), x)],
    ['all three', (x) => apply(mixed(mixtures[3]!), x)],
  ];
  const shown = Array.from({ length: 4 }, (_, i) => tf.slice(x, [i, 0, 0, 0], [1, SIDE, SIDE, 3]));
  const pictures = shown.flatMap((face) => columns.map(([, of]) => pictureOf(of(face))));
  const figure = pictureGrid(pictures, {
    title: 'one network, three operators, and their mixtures',
    rowNames: shown.map((_, i) => `face ${i + 1}`),
    columnNames: columns.map(([name]) => name),
  });
  return { numbers, figures: { style: figure } };
}

/** Images [32, 32, 3] to vectors that keep their places: [mixing → coupling] × K after a squeeze. */
function imageFlow(numBlocks: number, hiddenDim: number, seed: number): Invertible {
  const blocks = Array.from({ length: numBlocks }, (_, k) => [
    new OrthogonalMixing({ shape: LATENT, seed: 100 * seed + 2 * k }),
    new AffineCoupling({
      shape: LATENT,
      transforms: k % 2 === 0 ? 'second' : 'first',
      maxLogScale: 0.5,
      conditioner: (inputChannels, outputChannels) =>
        new Convolutional({ inputChannels, outputChannels, hiddenDim, seed: 100 * seed + 2 * k + 1 }),
    }),
  ]);
  return chain(new Squeeze({ shape: [SIDE, SIDE, 3] }), ...blocks.flat(), new Flatten({ shape: LATENT }));
}
