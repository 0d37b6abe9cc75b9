// A neural spline flow on two moons, beside nflows and zuko on the same points: test negative log-likelihood after the same
// number of steps.
//   node --conditions=@lin/source --import tsx bench/two-moons.ts       (LIN_TEST_PYTHON=… names a Python with torch, nflows and zuko)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '@lin/engine';
import { fit, Flow, negativeLogLikelihood, neuralSplineFlow } from '../src/index.js';
import { twoMoons } from '../test/toy-densities.js';
import { recordedLikelihoodStep } from './recorded-likelihood-step.js';

const task = { couplings: 6, hidden: 64, bins: 8, bound: 5, steps: 2000, batch: 256, seeds: 3 };

const engine = await initEngine({ backend: 'tensorflow' });
console.log(engine.reason);
const [train, test] = [twoMoons(20_000, 1), twoMoons(20_000, 2)];

for (let seed = 0; seed < task.seeds; seed++) {
  const flow = new Flow({
    transform: neuralSplineFlow({
      dim: 2,
      numBlocks: task.couplings,
      hiddenDim: task.hidden,
      bins: task.bins,
      bound: task.bound,
      seed,
    }),
  });
  const started = Date.now();
  const { step, finish } = await recordedLikelihoodStep(flow, tf.slice(train, 0, task.batch));
  const losses = fit(flow, { data: train, steps: task.steps, batchSize: task.batch, seed, step });
  while (!(await losses.next()).done);
  await finish();
  const nll = negativeLogLikelihood(flow, { x: test });
  const seconds = (Date.now() - started) / 1000;
  console.log(JSON.stringify({ peer: '@lin/invertible', seed, nll: (await nll.data())[0], seconds }));
  nll.dispose();
  flow.dispose();
}

const folder = mkdtempSync(join(tmpdir(), 'two-moons-'));
writeFileSync(
  join(folder, 'points.json'),
  JSON.stringify({ ...task, train: Array.from(train.dataSync()), test: Array.from(test.dataSync()) }),
);
const script = fileURLToPath(new URL('./two-moons-peers.py', import.meta.url));
spawnSync(process.env['LIN_TEST_PYTHON'] ?? 'python3', [script, join(folder, 'points.json')], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
