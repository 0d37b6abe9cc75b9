// One configuration of the notebook's sandwich in a process of its own, so that its peak memory is its own: prints one line of JSON.
import * as tf from '@tensorflow/tfjs-core';
import { initEngine, record } from '../src/index.js';
import type { Inputs } from '../test/adam-training.js';
import { rememberGradients } from './plain-tfjs.js';
import { notebookSandwich } from './notebook-sandwich.js';

const [mode, batch, steps] = [
  process.argv[2] as 'plain' | 'eager' | 'float32' | 'bfloat16',
  Number(process.argv[3]),
  Number(process.argv[4]),
];

const putBackGradients = rememberGradients();
await initEngine({ backend: 'tensorflow' });
const { step, variables } = notebookSandwich({ plain: mode === 'plain' });
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
    mode,
    imagesPerSecond,
    recordSeconds: recorded ? recordSeconds : null,
    peakRssMB: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0); // without taking the graph apart first
