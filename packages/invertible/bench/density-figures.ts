// The figures of docs/densities.md: points that a neural spline flow was trained on, and points that it draws.
//   node --conditions=@lin/source --import tsx bench/density-figures.ts
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '@lin/engine';
import { fit, Flow, negativeLogLikelihood, neuralSplineFlow } from '../src/index.js';
import { eightGaussians, LIN, pictureDensity, twoMoons } from '../test/toy-densities.js';
import { recordedLikelihoodStep } from './recorded-likelihood-step.js';

const SIDE = 300; // pixels of a panel
const HALF = 3; // it shows [−3, 3]²
const SHOWN = 1500;
const STEPS = 4000;
const BATCH = 256;

const densities: Record<string, (count: number, seed: number) => tf.Tensor> = {
  'two-moons': twoMoons,
  'eight-gaussians': (count, seed) => eightGaussians().sample({ count, seed }),
  picture: (count, seed) => pictureDensity(LIN, count, seed),
};

await initEngine({ backend: 'tensorflow' });
for (const [name, draw] of Object.entries(densities)) {
  const [train, test] = [draw(20_000, 1), draw(20_000, 2)];
  const flow = new Flow({ transform: neuralSplineFlow({ dim: 2, numBlocks: 8 }) });
  const { step, finish } = await recordedLikelihoodStep(flow, tf.slice(train, 0, BATCH));
  const losses = fit(flow, { data: train, steps: STEPS, batchSize: BATCH, step });
  while (!(await losses.next()).done);
  await finish();
  console.log(name, 'test negative log-likelihood', negativeLogLikelihood(flow, { x: test }).dataSync()[0]);
  const panels = [
    panel('data', draw(SHOWN, 3), 0),
    panel('drawn by the flow', flow.sample({ count: SHOWN, seed: 1 }), SIDE),
  ];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * SIDE} ${SIDE}" width="${2 * SIDE}" ` +
    `height="${SIDE}">${panels.join('')}</svg>\n`;
  writeFileSync(new URL(`../../../docs/figures/${name}.svg`, import.meta.url), svg);
}

/** A point is a line of length 0 with round ends. */
function panel(title: string, points: tf.Tensor, left: number): string {
  const pixels = (points.arraySync() as number[][]).map(([x, y]) => [
    left + ((x! + HALF) / (2 * HALF)) * SIDE,
    ((HALF - y!) / (2 * HALF)) * SIDE,
  ]);
  const inside = pixels.filter(([x, y]) => x! > left && x! < left + SIDE && y! > 0 && y! < SIDE);
  const path = inside.map(([x, y]) => `M${x!.toFixed(0)},${y!.toFixed(0)}h0`).join('');
  return (
    `<rect x="${left + 2}" y="2" width="${SIDE - 4}" height="${SIDE - 4}" fill="#fff" stroke="#ccc"/>` +
    `<text x="${left + 10}" y="20" font-family="sans-serif" font-size="13" fill="#555">${title}</text>` +
    `<path d="${path}" stroke="#2563eb" stroke-opacity="0.5" stroke-width="3" stroke-linecap="round"/>`
  );
}
