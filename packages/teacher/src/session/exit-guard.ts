// A process that ends while onnxruntime computes in a thread: Node tears the thread down, and the native code that returns into it aborts
// the whole process (exit code 134). So the end of the process waits until every thread is out of native code, and lets none begin again.

/** What a session's thread and the thread that opened it both see: a flag each. */
export type ThreadFlags = Int32Array<SharedArrayBuffer>;

const IS_BUSY = 0;
const MUST_STOP = 1;
/** Longer than a batch of any known recogniser takes on one core; a process that hangs would be worse than one that aborts. */
const MAX_WAIT_MS = 30_000;

export const newThreadFlags = (): ThreadFlags => new Int32Array(new SharedArrayBuffer(8));

const threads = new Set<ThreadFlags>();
let isGuarded = false;

/** In the thread that opens a session, until `release` is called. */
export function guardExit(flags: ThreadFlags): { release(): void } {
  threads.add(flags);
  if (!isGuarded) process.on('exit', waitForThreads);
  isGuarded = true;
  return { release: () => threads.delete(flags) };
}

function waitForThreads(): void {
  for (const flags of threads) Atomics.store(flags, MUST_STOP, 1);
  const end = Date.now() + MAX_WAIT_MS;
  for (const flags of threads) Atomics.wait(flags, IS_BUSY, 1, Math.max(0, end - Date.now()));
}

/** In the session's thread: around whatever calls onnxruntime. Never returns where the process is ending. */
export async function inNativeCode<T>(flags: ThreadFlags, call: () => Promise<T>): Promise<T> {
  Atomics.store(flags, IS_BUSY, 1);
  try {
    if (Atomics.load(flags, MUST_STOP) === 1) await new Promise(() => setIdle(flags));
    return await call();
  } finally {
    setIdle(flags);
  }
}

function setIdle(flags: ThreadFlags): void {
  Atomics.store(flags, IS_BUSY, 0);
  Atomics.notify(flags, IS_BUSY);
}
