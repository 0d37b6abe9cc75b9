// A run that several workers train: how they meet, and what those other than 0 do with it.
import { distribute, type Cluster, type ClusterPlace, type Engine } from '@lin/engine';
import { INTERRUPTED_EXIT_CODE, UsageError } from '@lin/command-line';
import { hearRun, identityOf, refuseDifferences, sayRun } from '../cluster/messages.js';
import type { WorkerOutput } from '../cluster/worker-output.js';
import type { Config } from '../config/schema.js';
import { newRunFolder } from '../run/run-config.js';
import { Run } from '../run/run.js';
import { note } from '../terminal/console.js';
import { followTraining } from './follow-training.js';

/**
 * The config as several workers train it: in float32, since TensorFlow's servers lack the kernels that a CPU fuses in bfloat16.
 * @throws UsageError where the batch cannot be cut into equal parts, or the config asks for bfloat16.
 */
export function configOfWorkers(config: Config, workers: number): Config {
  const { batch_size: size, micro_batches: parts } = config.linearizer;
  if (config.device.precision === 'bfloat16')
    throw new UsageError(
      'device.precision is bfloat16, but several workers train in float32; set it to float32 or auto.',
    );
  if (size % (workers * parts) === 0) return { ...config, device: { ...config.device, precision: 'float32' } };
  const micro = parts > 1 ? `, each of ${parts} micro-batches` : '';
  throw new UsageError(
    `linearizer.batch_size is ${size}, which cannot be cut into equal parts for ${workers} workers${micro}; ` +
      `choose a multiple of ${workers * parts}.`,
  );
}

/** Waits for the other workers. @throws ClusterError, ClusterConfigError */
export async function joinCluster(place: ClusterPlace, { isPrivate }: { isPrivate: boolean }): Promise<Cluster> {
  const { cluster, reason } = await distribute({ ...place, privateNetwork: isPrivate });
  note(`Cluster  ${reason}`);
  return cluster;
}

/** Worker 0, whose run is open: what had to be made once is there for all. @throws UsageError where another worker has other data. */
export async function meetFollowers({ folder, origin }: Run, cluster: Cluster): Promise<void> {
  const identity = identityOf(folder.name, origin);
  await sayRun(cluster, identity);
  await refuseDifferences(cluster, identity);
}

export interface FollowRunOptions {
  config: Config;
  engine: Engine;
  cluster: Cluster;
  output: WorkerOutput;
  session: { signal: AbortSignal; untilSteps: () => void };
}

/** Trains as a worker other than 0. Returns the exit code. */
export async function followRun({ config, engine, cluster, output, session }: FollowRunOptions): Promise<number> {
  const identity = await hearRun(cluster);
  const folder = newRunFolder(config, identity.name);
  output.into(folder.path, cluster.index);
  const run = await Run.open({ folder, config, engine });
  try {
    await refuseDifferences(cluster, identity, identityOf(folder.name, run.origin));
    const { signal, untilSteps: onBegin } = session;
    const finished = await followTraining(run, { cluster, signal, onBegin });
    note(finished ? 'The training has ended; worker 0 tests the model.' : 'Stopped.');
    return finished ? 0 : INTERRUPTED_EXIT_CODE;
  } finally {
    await run.close();
  }
}
