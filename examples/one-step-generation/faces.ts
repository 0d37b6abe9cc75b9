// One-step generation of images: the sample faces at 32 × 32.
import * as tf from '@tensorflow/tfjs-core';
import { pictureGrid } from '@lin/figures';
import {
  AffineCoupling,
  chain,
  Convolutional,
  Flatten,
  OrthogonalMixing,
  slicedWasserstein,
  Squeeze,
} from '@lin/invertible';
import { faceImages, pictureOf, SIDE } from '../sample-images.js';
import { oneStepGeneration } from './one-step-generation.js';
import { seconds } from './seconds.js';

const LATENT = [SIDE / 4, SIDE / 4, 48]; // after two squeezes

export async function faces({
  steps = 600,
  batchSize = 16,
  numBlocks = 4,
  hiddenDim = 48,
  rank = 8,
  people = 512,
  count = 128,
} = {}) {
  const images = faceImages(people, 0);
  const data = (size: number, seed: number) =>
    tf.gather(images, tf.cast(tf.randomUniform([size], 0, people, 'float32', seed + 1), 'int32'));
  const blocks = Array.from({ length: numBlocks }, (_, k) => [
    new OrthogonalMixing({ shape: LATENT, seed: 2 * k }),
    new AffineCoupling({
      shape: LATENT,
      contextShape: [1],
      transforms: k % 2 === 0 ? 'second' : 'first',
      maxLogScale: 0.5,
      conditioner: (inputChannels, outputChannels) =>
        new Convolutional({ inputChannels, outputChannels, hiddenDim, seed: 2 * k + 1 }),
    }),
  ]);
  const g = chain(
    new Squeeze({ shape: [SIDE, SIDE, 3] }),
    new Squeeze({ shape: [SIDE / 2, SIDE / 2, 12] }),
    ...blocks.flat(),
    new Flatten({ shape: LATENT }),
  );
  const flow = await oneStepGeneration({ g, data, rank, hiddenDim: 64, steps, batchSize });

  const [x, y] = [faceImages(count, 100_000), faceImages(count, 200_000)]; // people that it was not trained on
  const x0 = flow.noise(count, 100_003);
  const samples = flow.sample(x0);
  const [one, hundred] = [await seconds(() => flow.sample(x0)), await seconds(() => flow.sampleInSteps(x0))];
  const largest = (values: tf.Tensor) => tf.max(tf.abs(values)).dataSync()[0]!;
  const numbers = {
    oneStepFromHundred: largest(tf.sub(samples, flow.sampleInSteps(x0))) / largest(samples), // relative
    slicedWasserstein: await slicedWasserstein(samples, x),
    ofOtherData: await slicedWasserstein(y, x), // what two sets of faces are apart
    ofNoise: await slicedWasserstein(x0, x),
    inversion: largest(tf.sub(flow.decode(flow.invert(x)), x)), // image → noise → image
    millisecondsPerSample: { oneStep: (one / count) * 1e3, hundredSteps: (hundred / count) * 1e3 },
    timesFaster: hundred / one,
  };
  const row = (of: tf.Tensor) => tf.split(tf.slice(of, 0, 8), 8);
  const [from, to] = row(x);
  const figure = pictureGrid(
    [
      ...row(x),
      ...row(samples),
      ...row(flow.sampleInSteps(x0)),
      ...row(flow.decode(flow.invert(x))),
      ...Array.from({ length: 8 }, (_, i) => flow.interpolate(from!, to!, i / 7)),
    ].map(pictureOf),
    {
      title: 'faces in one step',
      rowNames: ['faces', 'one step', '100 steps', 'there and back', 'between two'],
      columnNames: Array.from({ length: 8 }, (_, i) => String(i + 1)),
    },
  );
  return { numbers, figures: { faces: figure } };
}
