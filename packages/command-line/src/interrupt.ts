// Ctrl-C, SIGTERM and a terminal that is closed: asked for once, the running step ends in good order; asked for twice, the process ends.

export const INTERRUPTED_EXIT_CODE = 130; // 128 + SIGINT, as shells count it
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * One Ctrl-C may come several times: from the terminal to the whole group, and passed on, as another signal too, by whoever runs this
 * process.
 */
const AGAIN_MS = 1000;

export interface Interrupt {
  readonly requested: boolean;
  /** Restores what the signals did before. */
  close(): void;
}

/** `onRequest` is called for the first signal. */
export function listenForInterrupt(onRequest: () => void): Interrupt {
  const state = { requested: false };
  const firstAt = new Map<NodeJS.Signals, number>();
  const handle = (signal: NodeJS.Signals) => {
    const first = firstAt.get(signal);
    if (first !== undefined && performance.now() - first >= AGAIN_MS) process.exit(INTERRUPTED_EXIT_CODE);
    if (first === undefined) firstAt.set(signal, performance.now());
    if (signal === 'SIGHUP' && first === undefined) endByHangup();
    if (state.requested) return;
    state.requested = true;
    onRequest();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return {
    get requested() {
      return state.requested;
    },
    close() {
      for (const signal of SIGNALS) process.off(signal, handle);
    },
  };
}

/**
 * Node sets a terminal back when it ends, and aborts (SIGABRT, a core dump) where the terminal is closed: the process ends by the hangup
 * itself instead, after everything else.
 */
function endByHangup(): void {
  if (![process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)) return;
  process.once('exit', () => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

/** The same as a signal for functions that take one. */
export function interruptible(): { signal: AbortSignal; close(): void } {
  const stop = new AbortController();
  const { close } = listenForInterrupt(() => stop.abort());
  return { signal: stop.signal, close };
}
