// Whether the other workers are alive: whether their servers answer a new HTTP/2 connection, which gRPC does however busy the JavaScript of
// that process is. A process that is gone refuses it; a frozen one, or a cut cable, leaves it open without a word.
import { connect } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { ClusterError } from '../errors.js';
import type { ClusterPlace } from '../tensorflow/config-proto.js';

/** How often a worker is asked again while one waits for it to begin. */
const RETRY_MS = 250;
/** How long an answer may take. */
const ANSWER_MS = 5000;
/** A run that takes longer than a part of the deadline is a reason to ask whether all are alive. */
const QUESTIONS_PER_DEADLINE = 4;
/** A single question may fail where this process or the network is busy. */
const FEWEST_FAILURES = 2;

/** Whether a server of gRPC answers there. */
export function answers(address: string, withinMs = ANSWER_MS): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const end = (answered: boolean) => {
      clearTimeout(timer);
      session.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), withinMs);
    session.on('error', () => end(false));
    session.once('remoteSettings', () => end(true));
  });
}

/** @throws ClusterError that names the workers that have not begun within `seconds`. */
export async function waitForAll(place: ClusterPlace, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  const waitFor = async (i: number) => {
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      if (await answers(place.workers[i]!, Math.min(ANSWER_MS, left))) return true;
      await pause(Math.min(RETRY_MS, Math.max(0, deadline - performance.now())));
    }
  };
  const others = othersOf(place);
  const begun = await Promise.all(others.map(waitFor));
  const late = others.filter((_, at) => !begun[at]);
  if (late.length === 0) return;
  throw new ClusterError(
    `${nameWorkers(late, place)} did not begin within ${seconds} s: nothing answers there. ` +
      'All workers must be started with the same list of addresses.',
  );
}

/** The workers that do not answer now. */
export async function silentWorkers(place: ClusterPlace): Promise<number[]> {
  const others = othersOf(place);
  const answered = await Promise.all(others.map((i) => answers(place.workers[i]!)));
  return others.filter((_, at) => !answered[at]);
}

/**
 * What `run` gives, unless a worker is silent for `seconds` before that.
 * @throws ClusterError that names it; what `run` does then does not matter any more.
 */
export async function whileAllAnswer<T>(run: Promise<T>, place: ClusterPlace, seconds: number): Promise<T> {
  const ended = new AbortController();
  const watch = watchAll(place, seconds, ended.signal);
  watch.catch(() => {}); // where the run ends first
  run.catch(() => {}); // where the watch does
  try {
    return await Promise.race([run, watch]);
  } finally {
    ended.abort();
  }
}

async function watchAll(place: ClusterPlace, seconds: number, signal: AbortSignal): Promise<never> {
  const interval = (seconds * 1000) / QUESTIONS_PER_DEADLINE;
  const begunAt = performance.now();
  const heard = new Map(othersOf(place).map((i) => [i, { at: begunAt, failures: 0 }]));
  for (;;) {
    await pause(interval, undefined, { signal });
    const askedAt = performance.now();
    await Promise.all(
      [...heard].map(async ([i, last]) => {
        const answered = await answers(place.workers[i]!, Math.min(ANSWER_MS, interval));
        heard.set(i, answered ? { at: askedAt, failures: 0 } : { ...last, failures: last.failures + 1 });
      }),
    );
    const now = performance.now();
    const silent = [...heard].filter(
      ([, { at, failures }]) => failures >= FEWEST_FAILURES && now - at >= seconds * 1000 - interval / 2,
    );
    if (silent.length > 0) {
      const names = nameWorkers(
        silent.map(([i]) => i),
        place,
      );
      throw new ClusterError(`${names} did not answer for ${seconds} s: frozen, gone, or cut off from the network.`);
    }
  }
}

const othersOf = ({ workers, index }: ClusterPlace) => [...workers.keys()].filter((i) => i !== index);

/** "Worker 1 (host:port)", "Workers 1 (…) and 3 (…)". */
export function nameWorkers(indices: readonly number[], { workers }: ClusterPlace): string {
  const names = indices.map((i) => `${i} (${workers[i]})`);
  const last = names.pop();
  return names.length === 0 ? `Worker ${last}` : `Workers ${names.join(', ')} and ${last}`;
}
