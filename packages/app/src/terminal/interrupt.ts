// Ctrl-C where nothing that is under way would be lost.
import { INTERRUPTED_EXIT_CODE } from '@lin/command-line';

/** Until what it returns is called, the first Ctrl-C ends the process at once, not only the second. */
export function endAtOnce(signal: AbortSignal): () => void {
  const end = () => process.exit(INTERRUPTED_EXIT_CODE);
  signal.addEventListener('abort', end);
  return () => signal.removeEventListener('abort', end);
}

/** Where a thread that never ends would keep the process: it ends when all is said, with the exit code that is set by then. */
export function endSoon(): void {
  setTimeout(() => process.exit(), 1000);
}
