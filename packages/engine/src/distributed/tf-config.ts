// TF_CONFIG, in which TensorFlow's own launchers say who trains together: https://www.tensorflow.org/guide/distributed_training#TF_CONFIG
import { ClusterConfigError } from '../errors.js';
import type { ClusterPlace } from '../tensorflow/config-proto.js';

interface TfConfig {
  cluster?: Record<string, unknown>;
  task?: { type?: unknown; index?: unknown };
}

/**
 * `{"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": 0}}`; a `chief` is the first worker.
 * @param text The value of TF_CONFIG.
 * @throws ClusterConfigError for what is no such text, and for parameter servers.
 */
export function clusterOfTfConfig(text: string): ClusterPlace {
  const { cluster = {}, task = {} } = parsed(text);
  const strange = Object.keys(cluster).find((job) => !['chief', 'worker', 'evaluator'].includes(job));
  if (strange !== undefined)
    throw new ClusterConfigError(`TF_CONFIG has a job named ${strange}; only a chief and workers train here.`);
  const [chiefs, others] = [addressesOf(cluster, 'chief'), addressesOf(cluster, 'worker')];
  const { type, index } = task;
  const among = type === 'chief' ? chiefs.length : type === 'worker' ? others.length : 0;
  if (!(Number.isInteger(index) && (index as number) >= 0 && (index as number) < among))
    throw new ClusterConfigError(
      `TF_CONFIG: the task is ${JSON.stringify(task)}, which is not one of the cluster's ${chiefs.length + others.length} workers.`,
    );
  return { workers: [...chiefs, ...others], index: (index as number) + (type === 'worker' ? chiefs.length : 0) };
}

function parsed(text: string): TfConfig {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // said below
  }
  throw new ClusterConfigError(`TF_CONFIG is not JSON as TensorFlow has it: ${text.slice(0, 100)}`);
}

function addressesOf(cluster: Record<string, unknown>, job: string): string[] {
  const addresses = cluster[job] ?? [];
  if (Array.isArray(addresses)) return addresses.map(String);
  throw new ClusterConfigError(
    `TF_CONFIG: cluster.${job} is ${JSON.stringify(addresses)}; expected a list of host:port.`,
  );
}

const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/;

/** @throws ClusterConfigError for an index that is not there, and addresses that are none, or twice the same. */
export function checkPlace({ workers, index }: ClusterPlace): void {
  if (!(Number.isInteger(index) && index >= 0 && index < workers.length))
    throw new ClusterConfigError(`distribute: index is ${index}, but there are ${workers.length} workers, from 0.`);
  const bad = workers.find((address) => !(ADDRESS.test(address) && portOf(address) > 0 && portOf(address) < 65_536));
  if (bad !== undefined) throw new ClusterConfigError(`distribute: "${bad}" is no address; expected host:port.`);
  const twice = workers.find((address, i) => workers.indexOf(address) !== i);
  if (twice !== undefined) throw new ClusterConfigError(`distribute: ${twice} is the address of two workers.`);
}

export const portOf = (address: string) => Number(ADDRESS.exec(address)?.[2]);
export const hostOf = (address: string) => ADDRESS.exec(address)![1]!;
