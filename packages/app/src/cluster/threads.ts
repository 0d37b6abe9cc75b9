// Workers that `--workers` starts share the cores of their machine.
import type { Config } from '../config/schema.js';

/** Set by `--workers` for its processes. */
export const THREADS_VARIABLE = 'LIN_WORKER_THREADS';

/** Where the config names no number of threads, this worker's part of the cores. */
export function withOwnThreads(device: Config['device'], environment = process.env): Config['device'] {
  const part = Number(environment[THREADS_VARIABLE]);
  return device.threads === null && part >= 1 ? { ...device, threads: part } : device;
}
