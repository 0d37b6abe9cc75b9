// One configuration of one model in a process of its own, so that its peak memory is its own: prints one line of JSON.
import * as tf from '@tensorflow/tfjs-core';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { initEngine, record } from '../src/index.js';
import { adamTraining, type Inputs } from '../test/adam-training.js';
import { rememberGradients } from './plain-tfjs.js';
import { notebookSandwich } from './notebook-sandwich.js';

const [model, mode, batch, steps] = [
  process.argv[2]!,
  process.argv[3] as 'plain' | 'eager' | 'float32' | 'bfloat16',
  Number(process.argv[4]),
  Number(process.argv[5]),
];

/** The default image-flow sandwich, as the application builds it. */
function flowSandwich() {
  const sandwich = new Linearizer({
    gx: new ImageFlow({ imageShape: [112, 112, 3] }),
    A: new DenseOperator({ inputDim: 512 }),
    gy: new VectorFlow({ dim: 512, seed: 1 }),
  });
  const parameters = Object.fromEntries([...sandwich.namedVariables()].filter(([, { trainable }]) => trainable));
  return adamTraining(parameters, ({ images, targets }: Inputs) =>
    tf.mean<tf.Scalar>(tf.squaredDifference(sandwich.apply(images!), targets!)),
  );
}

const putBackGradients = rememberGradients();
await initEngine({ backend: 'tensorflow' });
const { step, variables } = model === 'seed' ? notebookSandwich({ plain: mode === 'plain' }) : flowSandwich();
if (mode === 'plain') putBackGradients();
const inputs: Inputs = {
  images: tf.randomNormal([batch, 112, 112, 3], 0, 0.5, 'float32', 1),
  targets: tf.tidy(() => tf.mul(tf.randomNormal([batch, 512], 0, 1, 'float32', 2), 1 / Math.sqrt(512))),
  rate: tf.scalar(1e-4),
};
const recordingStarted = performance.now();
const recorded =
  mode === 'eager' || mode === 'plain'
    ? undefined
    : await record(step, { inputs, variables, release: true, precision: mode });
const recordSeconds = (performance.now() - recordingStarted) / 1000;
const run = async () =>
  recorded ? (await recorded.run(inputs)).loss[0] : tf.tidy(() => step(inputs).loss.dataSync()[0]);

for (let i = 0; i < 3; i++) await run();
const seconds: number[] = [];
for (let i = 0; i < steps; i++) {
  const start = performance.now();
  await run();
  seconds.push((performance.now() - start) / 1000);
}
seconds.sort((a, b) => a - b);
const imagesPerSecond = batch / seconds[Math.floor(steps / 2)]!;
console.log(
  JSON.stringify({
    model,
    mode,
    imagesPerSecond,
    recordSeconds: recorded ? recordSeconds : null,
    peakRssMB: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0); // without taking the graph apart first
