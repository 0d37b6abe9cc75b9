// What each backend of this machine does: GFLOP/s of products and convolutions, the cost of a small op, and images a second through an
// eager training step of a small CNN; then the training step of whole sandwiches, recorded. PyTorch beside all of it, on the same threads,
// in the same run. `flows` as an argument: the image flow alone.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { measureThroughput } from '../src/diagnose.js';
import { EngineError, initEngine, type Engine } from '../src/index.js';
import { measureImageFlows } from './image-flow.js';
import { measureSandwiches } from './sandwich.js';
import { smallCnn } from './small-cnn.js';

const SECONDS = 3; // of each measure
const BATCH = 64;
const SMALL_BATCH = 8; // on slow backends

interface Measures {
  gflops: { matMul: number; convolution: number } | null;
  microsecondsPerSmallOp: number;
  imagesPerSecond: number | null;
}

/** Seconds of the fastest run; the first is warm-up. */
async function best(task: () => unknown): Promise<number> {
  await task();
  const end = performance.now() + 1000 * SECONDS;
  let fastest = Infinity;
  while (performance.now() < end) {
    const start = performance.now();
    await task();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest / 1000;
}

async function smallOp(): Promise<number> {
  const x = tf.ones([4, 4]);
  const thousand = async () => {
    let y = tf.clone(x);
    for (let i = 0; i < 1000; i++) {
      const sum = tf.add(y, x);
      y.dispose();
      y = sum;
    }
    await y.data(); // a GPU is done no earlier
    y.dispose();
  };
  const microseconds = (await best(thousand)) * 1e3;
  x.dispose();
  return microseconds;
}

async function trainingStep(batch: number): Promise<number> {
  const network = smallCnn(batch);
  const imagesPerSecond = batch / (await best(() => network.step()));
  network.dispose();
  return imagesPerSecond;
}

async function measure(backend: Engine['backend']): Promise<{ engine: Engine; measures: Measures } | undefined> {
  const engine = await initEngine({ backend }).catch((error: Error) => {
    if (!(error instanceof EngineError)) throw error;
    console.log(`${backend}: ${error.message}`);
  });
  if (!engine) return undefined;
  if (engine.adapter?.isSoftware) {
    console.log(`webgpu: ${engine.adapter.description} computes on the CPU; it is measured on a GPU only.`);
    return undefined;
  }
  if (backend === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', false); // tfjs would compute the small op in JavaScript
  const fast = backend === 'tensorflow' || backend === 'webgpu';
  const measures: Measures = {
    gflops: backend === 'cpu' ? null : await measureThroughput(fast ? 1 : 4),
    microsecondsPerSmallOp: await smallOp(),
    imagesPerSecond: backend === 'cpu' ? null : await trainingStep(fast ? BATCH : SMALL_BATCH),
  };
  return { engine, measures };
}

function torch(threads: number): (Measures & { peer: string }) | null {
  const script = fileURLToPath(new URL('peer_torch.py', import.meta.url));
  const { status, stdout } = spawnSync('python3', [script, String(threads), String(BATCH), String(SECONDS)], {
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as Measures & { peer: string }) : null;
}

function print(name: string, { gflops, microsecondsPerSmallOp, imagesPerSecond }: Measures): void {
  const cell = (value: number | undefined | null, digits: number) => (value?.toFixed(digits) ?? '–').padStart(12);
  console.log(
    `${name.padEnd(22)}${cell(gflops?.matMul, 1)}${cell(gflops?.convolution, 1)}` +
      `${cell(microsecondsPerSmallOp, 1)}${cell(imagesPerSecond, 0)}`,
  );
}

if (process.argv.includes('flows')) {
  const { threads } = await initEngine({ backend: 'tensorflow' });
  console.log(JSON.stringify({ bench: 'engine', threads, ...(await measureImageFlows({ threads })) }));
  process.exit(0);
}

const results: Partial<Record<Engine['backend'], Measures>> = {};
let threads = 1;
const lines: (() => void)[] = [];
for (const backend of ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const) {
  const measured = await measure(backend);
  if (!measured) continue;
  results[backend] = measured.measures;
  if (backend === 'tensorflow') threads = measured.engine.threads;
  lines.push(() => print(`${backend} ${measured.engine.version}`, measured.measures));
}
const peer = torch(threads);

console.log(
  `\n${''.padEnd(22)}${'matMul'.padStart(12)}${'convolution'.padStart(12)}${'small op'.padStart(12)}${'training'.padStart(12)}`,
);
console.log(
  `${''.padEnd(22)}${'GFLOP/s'.padStart(12)}${'GFLOP/s'.padStart(12)}${'µs'.padStart(12)}${'images/s'.padStart(12)}`,
);
lines.forEach((line) => line());
if (peer) print(peer.peer, peer);
else console.log('PyTorch is not measured: python3 cannot import torch (pip install torch).');

const gemm = results.tensorflow?.gflops?.matMul;
const sandwich = gemm ? await measureSandwiches({ threads, gemm }) : undefined;
const flows = gemm ? await measureImageFlows({ threads }) : undefined;
const small = results.tensorflow?.imagesPerSecond;
const smallPeer = peer?.imagesPerSecond;
console.log(
  JSON.stringify({
    bench: 'engine',
    threads,
    backends: results,
    peer,
    smallCnnRatioToPeer: small && smallPeer ? small / smallPeer : null,
    ...(sandwich ?? { ratioToBestPeer: null }),
    ...flows,
  }),
);
