// The recorded training step of the image flow, in a process of its own: one step for each line of stdin, its wall and CPU seconds on
// stdout; for the line `peak`, the process's peak memory. peer_image_flow.py answers alike.
import { createInterface } from 'node:readline';
import { initEngine, record } from '../src/index.js';
import { flowInputs, imageFlowSandwich, type FlowSize } from './image-flow-sandwich.js';

const [size, precision, batch] = [
  process.argv[2] as FlowSize,
  process.argv[3] as 'float32' | 'bfloat16',
  process.argv[4],
];

await initEngine({ backend: 'tensorflow' });
const { step, variables, parameters } = imageFlowSandwich(size);
const inputs = flowInputs(Number(batch));
const started = performance.now();
const recorded = await record(step, { inputs, variables, release: true, precision });
await recorded.run(inputs); // TensorFlow optimises the graph when it first runs
const recordSeconds = (performance.now() - started) / 1000;
for (let i = 0; i < 2; i++) await recorded.run(inputs);
console.log('ready');

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'peak') {
    console.log(JSON.stringify({ parameters, recordSeconds, peakRssMB: process.resourceUsage().maxRSS / 1024 }));
  } else {
    const [start, cpu] = [performance.now(), cpuSeconds()];
    await recorded.run(inputs);
    console.log(`${(performance.now() - start) / 1000} ${cpuSeconds() - cpu}`);
  }
}
process.exit(0); // without taking the graph apart first
