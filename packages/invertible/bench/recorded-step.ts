// Forward and backward passes of the 4-block vector flow of 512, batch 64, recorded by @lin/engine, and PyTorch's beside them: rounds in
// turn on the same threads, and the fastest step of each, which other work on the machine disturbs least. Prints one line of JSON. An
// argument sets the number of threads.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { initEngine, record } from '@lin/engine';
import { trainableVariables, VectorFlow } from '../src/index.js';
import { heat } from '../test/hot.js';

const BATCH = 64;
const ROUNDS = 9;
const SECONDS = 1; // of each round

type Round = () => Promise<number>;

/** Milliseconds of a round's fastest step. The gradients of all variables stay on the device, as PyTorch's do in `.grad`. */
async function recordedRounds(): Promise<Round> {
  const flow = heat(new VectorFlow({ dim: 512 }), 1, 0.1);
  const variables = [...trainableVariables(flow).values()];
  const gradients = variables.map(({ shape }) => tf.variable(tf.zeros(shape), false));
  const x = tf.randomNormal([BATCH, 512], 0, 1, 'float32', 1);
  const inputs = { x: x.dataSync<'float32'>() };
  const step = await record(
    ({ x }) =>
      tf.tidy(() => {
        const { value: loss, grads } = tf.variableGrads(
          () => tf.mean(tf.square(flow.apply(x))) as tf.Scalar,
          variables,
        );
        gradients.forEach((gradient, i) => gradient.assign(grads[variables[i]!.name]!));
        return { loss: loss as tf.Tensor };
      }),
    { inputs: { x } },
  );
  return async () => {
    let best = Infinity;
    const end = performance.now() + 1000 * SECONDS;
    await step.run(inputs);
    while (performance.now() < end) {
      const start = performance.now();
      await step.run(inputs);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
}

/** Rounds of PyTorch by mode; undefined where python3, or LIN_TEST_PYTHON in its place, cannot import torch. */
async function torchRounds(
  threads: number,
): Promise<{ round(mode: string): Promise<number>; end(): void } | undefined> {
  const args = ['--threads', threads, '--batch', BATCH, '--seconds', SECONDS].map(String);
  const script = fileURLToPath(new URL('./peer_torch_step.py', import.meta.url));
  const child = spawn(process.env['LIN_TEST_PYTHON'] ?? 'python3', [script, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => {}); // no such interpreter: its output ends at once
  child.stdin.on('error', () => {});
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const round = async (mode: string) => {
    child.stdin.write(`${mode}\n`);
    return Number((await answers.next()).value);
  };
  const first = await round('eager');
  return Number.isNaN(first) ? undefined : { round, end: () => child.stdin.end() };
}

const asked = process.argv[2];
const { threads } = await initEngine({ backend: 'tensorflow', ...(asked && { threads: Number(asked) }) });
const recorded = await recordedRounds();
const torch = await torchRounds(threads);
const modes = torch ? (['eager', 'compiled'] as const) : [];
const rounds: Record<'recorded' | 'eager' | 'compiled', number[]> = { recorded: [], eager: [], compiled: [] };
for (let i = 0; i < ROUNDS; i++) {
  rounds.recorded.push(await recorded());
  for (const mode of modes) rounds[mode].push(await torch!.round(mode));
}
torch?.end();
const [ours, eager, compiled] = Object.values(rounds).map((values) => Math.min(...values)) as [number, number, number];
const finite = (value: number) => (Number.isFinite(value) ? value : null);
console.log(
  JSON.stringify({
    threads,
    batch: BATCH,
    milliseconds: { recorded: ours, torch: finite(eager), compiledTorch: finite(compiled) },
    recordedRatioToTorch: finite(eager / ours),
    recordedRatioToCompiledTorch: finite(compiled / ours),
  }),
);
process.exit(0); // without taking the graph apart first
