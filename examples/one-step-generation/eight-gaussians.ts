// One-step generation of points of the plane: eight groups on a circle.
import * as tf from '@tensorflow/tfjs-core';
import { gridLines, planePanels, type PlanePoint } from '@lin/figures';
import { NormalMixture, realNVP, slicedWasserstein } from '@lin/invertible';
import { oneStepGeneration } from './one-step-generation.js';
import { seconds } from './seconds.js';

const RADIUS = 2;
const GROUPS = Array.from({ length: 8 }, (_, k) =>
  [0, 1].map((i) => RADIUS * Math.cos((k * Math.PI) / 4 - (i * Math.PI) / 2)),
);

export async function eightGaussians({ steps = 1200, batchSize = 128, numBlocks = 8, hiddenDim = 48 } = {}) {
  const mixture = new NormalMixture({ means: GROUPS, deviations: 0.2 });
  const data = (count: number, seed: number) => mixture.sample({ count, seed });
  const g = realNVP({ dim: 2, numBlocks, hiddenDim, contextDim: 1, maxLogScale: 1, seed: 1 });
  const flow = await oneStepGeneration({
    g,
    data,
    rank: 2,
    hiddenDim,
    steps,
    batchSize,
    learningRate: 5e-3,
    keeps: 'likelihood',
  });

  const [x, y, x0] = [data(2000, 100_001), data(2000, 100_002), flow.noise(2000, 100_003)];
  const samples = flow.sample(x0);
  const [one, hundred] = [await seconds(() => flow.sample(x0)), await seconds(() => flow.sampleInSteps(x0))];
  const numbers = {
    oneStepFromHundred: largest(tf.sub(samples, flow.sampleInSteps(x0))) / largest(samples), // relative
    slicedWasserstein: await slicedWasserstein(samples, x),
    ofOtherData: await slicedWasserstein(y, x), // what two draws of the data are apart
    ofNoise: await slicedWasserstein(x0, x),
    inversion: largest(tf.sub(flow.decode(flow.invert(x)), x)), // data → noise → data
    microsecondsPerSample: { oneStep: (one / 2000) * 1e6, hundredSteps: (hundred / 2000) * 1e6 },
    timesFaster: hundred / one,
  };
  const range = [-3, 3] as const;
  const bent = gridLines({ range: [-2.5, 2.5], count: 26 }).map((line) => points(flow.sample(tf.tensor2d(line))));
  const figure = planePanels([
    { title: 'data', range, points: [{ points: points(x) }] },
    { title: 'noise', range, points: [{ points: points(x0) }] },
    { title: 'one step from the noise', range, points: [{ points: points(samples) }] },
    { title: 'where it takes a grid of noise', range, lines: [{ lines: bent }] },
  ]);
  return { numbers, figures: { 'eight-gaussians': figure } };
}

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;
const points = (x: tf.Tensor) => x.arraySync() as unknown as PlanePoint[];
