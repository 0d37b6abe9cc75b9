// Workers of a cluster on this machine, each in a process of its own.
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { bundled } from './bundled.js';
import type { WorkerResult, WorkerTask } from './cluster-worker.js';

const WORKER = `${await bundled('cluster-worker.ts')}/cluster-worker.mjs`;
/** Nothing here takes so long unless it hangs. */
const MOST_MS = 90_000;

/** Addresses on this machine that nobody listens at. */
export async function freeAddresses(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const addresses = servers.map((server) => `localhost:${(server.address() as AddressInfo).port}`);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return addresses;
}

/** What a worker said; undefined where a signal ended it, such as the one that `end` gives it. */
export function worker(task: WorkerTask, end?: AbortSignal): Promise<WorkerResult | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--expose-gc', WORKER, JSON.stringify(task)]);
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(kill, MOST_MS);
    end?.addEventListener('abort', kill);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const line = stdout.trim().split('\n').at(-1)!;
      if (signal) resolve(undefined);
      else if (line.startsWith('{')) resolve(JSON.parse(line) as WorkerResult);
      else reject(new Error(`A worker ended with ${code}: ${stderr.slice(-2000)}`));
    });
  });
}

/** A cluster of so many, each with its own part of the task. A worker that freezes itself is killed when another has ended. */
export async function clusterOf(
  count: number,
  task: WorkerTask,
  own: Partial<Record<number, Partial<WorkerTask>>> = {},
): Promise<(WorkerResult | undefined)[]> {
  const workers = await freeAddresses(count);
  const frozen = new AbortController();
  return Promise.all(
    workers.map(async (_, index) => {
      const whole = { ...task, ...own[index], cluster: { ...task.cluster, workers, index } };
      if (whole.harm?.signal === 'SIGSTOP') return worker(whole, frozen.signal);
      const result = await worker(whole);
      frozen.abort();
      return result;
    }),
  );
}
