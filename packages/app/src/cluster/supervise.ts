// nx train app --workers N: N processes on this machine that train together, begun anew from the last checkpoint when one of them fails.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { INTERRUPTED_EXIT_CODE } from '@lin/command-line';
import { warn } from '../terminal/console.js';
import { THREADS_VARIABLE } from './threads.js';

export interface SuperviseOptions {
  workers: number;
  /** How often all are begun anew. */
  restarts: number;
  /** The arguments of a worker, and those of one that goes on after a failure. */
  begin: readonly string[];
  goOn: readonly string[];
  signal: AbortSignal;
}

/** A failure of the user's is the same the next time. */
const INPUT_FAULT = 2;
/** How long the others may take to notice that one has failed, before they are killed. */
const NOTICE_MS = 90_000;

/** Returns the exit code. */
export async function superviseWorkers({ workers, restarts, begin, goOn, signal }: SuperviseOptions): Promise<number> {
  for (let left = restarts, args = begin; ; left--, args = goOn) {
    const codes = await runAll(await startAll(workers, args), signal);
    const failed = codes.findIndex((code) => code !== 0);
    if (failed < 0) return 0;
    if (signal.aborted || codes.includes(INTERRUPTED_EXIT_CODE)) return INTERRUPTED_EXIT_CODE;
    if (codes.includes(INPUT_FAULT)) return INPUT_FAULT;
    if (left === 0) {
      warn(`a worker has failed, after ${restarts} restarts: the training ends. Go on with --resume.`);
      return 1;
    }
    warn(`a worker has failed; all go on from the last checkpoint (${left - 1} restarts are left).`);
  }
}

async function startAll(count: number, args: readonly string[]): Promise<ChildProcess[]> {
  const worker = (await freePorts(count)).map((port) => `localhost:${port}`);
  return worker.map((_, index) => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
      stdio: index === 0 ? 'inherit' : ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        TF_CONFIG: JSON.stringify({ cluster: { worker }, task: { type: 'worker', index } }),
        [THREADS_VARIABLE]: String(Math.max(1, Math.floor(availableParallelism() / count))),
      },
    });
    if (child.stderr)
      createInterface(child.stderr).on('line', (line) => process.stderr.write(`[worker ${index}] ${line}\n`));
    return child;
  });
}

/** The exit codes of all; 1 for one that a signal ended. */
async function runAll(children: readonly ChildProcess[], signal: AbortSignal): Promise<number[]> {
  const stop = () => children.forEach((child) => child.kill('SIGTERM'));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let timer: NodeJS.Timeout | undefined;
  const killLate = () => (timer ??= setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), NOTICE_MS));
  try {
    return await Promise.all(
      children.map(async (child) => {
        const [code] = (await once(child, 'exit')) as [number | null];
        if (code !== 0 && code !== INTERRUPTED_EXIT_CODE) killLate();
        return code ?? 1;
      }),
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Ports of the loopback interface that nobody listens at. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
