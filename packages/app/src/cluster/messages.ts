// What worker 0 says to the others: it alone reads checkpoints, validates, and writes the run's folder.
import { UsageError } from '@lin/command-line';
import type { Cluster } from '@lin/engine';
import type { TrainingPosition } from '@lin/train';
import { VERSION } from '../version.js';

/** What must be the same in all workers, in short forms: a worker says less than 1,024 bytes at a time. */
export interface RunIdentity {
  name: string;
  version: string;
  config: string;
  records: string;
  teacher: string;
  split: string;
}

/** Where a training begins. */
export interface TrainingStart {
  position: TrainingPosition;
  totalSteps: number;
  /** Whether it has ended already, for want of patience. */
  isEnough: boolean;
}

/** This worker's part of every batch. */
export const sliceOf = ({ index, workers }: Cluster) => ({ index, count: workers.length });

/** Worker 0's text, in all workers: it waits for all. */
const fromWorker0 = async (cluster: Cluster, text = '') => (await cluster.gather(text))[0]!;

export const sayRun = (cluster: Cluster, identity: RunIdentity) => fromWorker0(cluster, JSON.stringify(identity));
export const hearRun = async (cluster: Cluster) => JSON.parse(await fromWorker0(cluster)) as RunIdentity;

export const sayStart = (cluster: Cluster, start: TrainingStart) => fromWorker0(cluster, JSON.stringify(start));
export const hearStart = async (cluster: Cluster) => JSON.parse(await fromWorker0(cluster)) as TrainingStart;

/** After a validation: whether the training ends there. */
export const sayEnough = (cluster: Cluster, isEnough: boolean) => fromWorker0(cluster, isEnough ? ENOUGH : 'on');
export const hearEnough = async (cluster: Cluster) => (await fromWorker0(cluster)) === ENOUGH;
const ENOUGH = 'enough';

/** `origin` is what a run's checkpoints say that it was trained with. */
export function identityOf(name: string, origin: Omit<RunIdentity, 'name' | 'version'>): RunIdentity {
  const short = (text: string) => text.slice(0, 120);
  const { config, records, teacher, split } = origin;
  return {
    name,
    version: VERSION,
    config: short(config),
    records: short(records),
    teacher: short(teacher),
    split: short(split),
  };
}

const MEANING: Record<Exclude<keyof RunIdentity, 'name'>, string> = {
  version: 'another version of Lin',
  config: 'another config',
  records: 'other records',
  teacher: 'another teacher',
  split: 'another split of the identities',
};

/**
 * All workers ask this when each has opened its run; `mine` is undefined in worker 0, whose the other is.
 * @throws UsageError in all of them where one has something else than worker 0.
 */
export async function refuseDifferences(cluster: Cluster, wanted: RunIdentity, mine?: RunIdentity): Promise<void> {
  const parts = Object.keys(MEANING) as (keyof typeof MEANING)[];
  const other = mine && parts.find((part) => mine[part] !== wanted[part]);
  const complaints = await cluster.gather(other ? MEANING[other] : '');
  const index = complaints.findIndex((complaint) => complaint !== '');
  if (index < 0) return;
  throw new UsageError(
    `Worker ${index} (${cluster.workers[index]}) has ${complaints[index]} than worker 0; give all workers the same command.`,
  );
}
