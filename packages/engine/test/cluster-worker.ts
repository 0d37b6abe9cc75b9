// One worker of a cluster, in a process of its own: records a small training step, runs it, and says what came of it as JSON.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { distribute, type Cluster, type DistributeOptions } from '../src/index.js';
import { initEngine } from '../src/engine.js';
import { record } from '../src/recording/record.js';
import { adamTraining, type Inputs } from './adam-training.js';

export interface WorkerTask {
  /** Left out: this process trains alone. */
  cluster?: DistributeOptions;
  steps: number;
  /** What this worker does to itself before this step. */
  harm?: { step: number; signal: NodeJS.Signals };
  /** Seconds to wait before it begins. */
  delay?: number;
  /** Whether to try at which of the machine's addresses its server is reached. */
  reach?: boolean;
}

export interface WorkerResult {
  index: number;
  reason?: string;
  losses: number[];
  /** Base64 of all variables' bytes. */
  variables: string;
  /** Threads and MB of the process after a tenth of the steps, and at the end. */
  threads: [number, number];
  memory: [number, number];
  /** The longest that the event loop was held up while steps ran, in ms. */
  lag: number;
  /** Addresses, and whether a connection came about. */
  reached?: [string, boolean][];
  error?: string;
  /** Seconds from the last step that went well to the error. */
  seconds?: number;
}

const GLOBAL_BATCH = 12;
const task = JSON.parse(process.argv[2]!) as WorkerTask;
const [index, workers] = [task.cluster?.index ?? 0, task.cluster?.workers?.length ?? 1];

const normal = (shape: number[], seed: number) =>
  tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.4, 'float32', seed)));

function training(cluster: Cluster | undefined) {
  const own = 10 * index; // other weights in each worker, until those of worker 0 are theirs
  const parameters = {
    first: normal([16, 32], own + 1),
    bias: normal([32], own + 2),
    second: normal([32, 4], own + 3),
  };
  const { first, bias, second } = parameters as Record<string, tf.Variable>;
  const lossOf = ({ x, y }: Inputs) => {
    const hidden = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias!)) as tf.Tensor2D;
    return tf.mean<tf.Scalar>(tf.squaredDifference(tf.matMul(hidden, second as tf.Tensor2D), y!));
  };
  return adamTraining(parameters, lossOf, cluster && ((tensors) => cluster.mean(tensors)));
}

/** This worker's slice of a batch. */
const inputs = (batch: number) =>
  tf.tidy(() => {
    const whole = tf.randomNormal([GLOBAL_BATCH, 16], 0, 1, 'float32', 100 + batch) as tf.Tensor2D;
    const size = GLOBAL_BATCH / workers;
    const x = tf.slice(whole, [index * size, 0], [size, -1]);
    return {
      x: x as tf.Tensor,
      y: tf.sin(tf.slice(x, [0, 0], [-1, 4])) as tf.Tensor,
      rate: tf.scalar(0.01) as tf.Tensor,
    };
  });

function tryAll(address: string): Promise<[string, boolean][]> {
  const port = Number(address.split(':').at(-1));
  const outside = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const hosts = ['127.0.0.1', ...outside.filter(({ internal }) => !internal).map((one) => one.address)];
  return Promise.all(
    hosts.map(async (host): Promise<[string, boolean]> => {
      const socket = connect({ host, port, timeout: 500 });
      const event = once(socket, 'connect').then(
        () => true,
        () => false,
      );
      const connected = await Promise.race([event, once(socket, 'timeout').then(() => false)]);
      socket.destroy();
      return [host, connected];
    }),
  );
}

const result: WorkerResult = { index, losses: [], variables: '', threads: [0, 0], memory: [0, 0], lag: 0 };
const measure = (at: 0 | 1) => {
  globalThis.gc?.();
  result.threads[at] = readdirSync('/proc/self/task').length;
  result.memory[at] = process.memoryUsage.rss() / 1e6;
};
let last = performance.now();
let lastTick = last;
const ticks = setInterval(() => {
  result.lag = Math.max(result.lag, performance.now() - lastTick);
  lastTick = performance.now();
}, 5);
try {
  if (task.delay) await new Promise((resolve) => setTimeout(resolve, task.delay! * 1000));
  await initEngine({ backend: 'tensorflow', threads: 1 });
  const joined = task.cluster && (await distribute(task.cluster));
  if (joined) result.reason = joined.reason;
  const cluster = joined?.cluster;
  if (task.reach) result.reached = await tryAll(cluster!.workers[index]!);
  const { step, variables } = training(cluster);
  const batches = Array.from({ length: 10 }, (_, i) => inputs(i));
  const recorded = await record(step, { inputs: batches[0]!, variables, ...(cluster && { cluster }) });
  [result.lag, lastTick] = [0, performance.now()];
  for (let i = 0; i < task.steps; i++) {
    if (task.harm?.step === i) process.kill(process.pid, task.harm.signal);
    result.losses.push((await recorded.run(batches[i % 10]!)).loss[0]!);
    last = performance.now();
    if (i === Math.floor(task.steps / 10)) measure(0);
  }
  measure(1);
  const values = await Promise.all([...variables.keys()].map((name) => recorded.valueOf(name)));
  result.variables = Buffer.concat(values.map(({ buffer }) => Buffer.from(buffer))).toString('base64');
  await recorded.dispose();
} catch (error) {
  result.error = `${(error as Error).name}: ${(error as Error).message}`;
  result.seconds = (performance.now() - last) / 1000;
}
clearInterval(ticks);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(result.error ? 1 : 0));
