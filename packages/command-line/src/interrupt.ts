// Ctrl-C and SIGTERM: asked for once, the running step ends in good order; asked for twice, the process ends.

export const INTERRUPTED_EXIT_CODE = 130; // 128 + SIGINT, as shells count it
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Interrupt {
  readonly requested: boolean;
  /** Restores what the signals did before. */
  release(): void;
}

/** `onRequest` is called for the first signal. */
export function listenForInterrupt(onRequest: () => void): Interrupt {
  const state = { requested: false };
  const handle = () => {
    if (state.requested) process.exit(INTERRUPTED_EXIT_CODE);
    state.requested = true;
    onRequest();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return {
    get requested() {
      return state.requested;
    },
    release() {
      for (const signal of SIGNALS) process.off(signal, handle);
    },
  };
}

/** The same as a signal for functions that take one. */
export function interruptible(): { signal: AbortSignal; release(): void } {
  const stop = new AbortController();
  const { release } = listenForInterrupt(() => stop.abort());
  return { signal: stop.signal, release };
}
