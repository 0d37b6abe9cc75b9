// Ctrl-C: asked for once, it lets the running step end; asked for twice, it ends the process.

export const INTERRUPTED_EXIT_CODE = 130; // 128 + SIGINT, as shells count it

export interface Interrupt {
  readonly requested: boolean;
  /** Restores what the signals did before. */
  release(): void;
}

export function listenForInterrupt(onRequest: () => void): Interrupt {
  const state = { requested: false };
  const handle = () => {
    if (state.requested) process.exit(INTERRUPTED_EXIT_CODE);
    state.requested = true;
    onRequest();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    get requested() {
      return state.requested;
    },
    release() {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
