// Records the toy step in this process or thread and runs it `steps` times; says the losses' bits and the memory as JSON.
import { parentPort } from 'node:worker_threads';
import { initEngine } from '../src/engine.js';
import { record } from '../src/recording/record.js';
import { toyTraining } from './toy-training.js';

const steps = Number(process.argv[2] ?? 10);
const WARM_UP = Math.ceil(steps / 5); // thread pools, allocator arenas and V8's heap reach their size

await initEngine({ backend: 'tensorflow' });
const { step, inputs, variables } = toyTraining('convolutional');
const batches = Array.from({ length: 10 }, (_, i) => inputs(i));
const recorded = await record(step, { inputs: batches[0]!, variables });
const losses: number[] = [];
const rss: number[] = [];
for (let i = 0; i < steps; i++) {
  const { loss } = await recorded.run(batches[i % batches.length]!);
  losses.push(loss[0]!);
  if (i >= WARM_UP && i % Math.ceil(steps / 20) === 0) {
    globalThis.gc?.();
    rss.push(process.memoryUsage.rss());
  }
}
const parameters = Buffer.concat(
  await Promise.all([...variables.keys()].map(async (name) => Buffer.from((await recorded.valueOf(name)).buffer))),
).toString('base64');
await recorded.dispose();
const result = JSON.stringify({ losses, parameters, rss });
if (parentPort) parentPort.postMessage(result);
else process.stdout.write(`${result}\n`);
