// Ctrl-C where nothing that is under way would be lost.
import { INTERRUPTED_EXIT_CODE } from '@lin/command-line';

/** Until what it returns is called, the first Ctrl-C ends the process at once, not only the second. */
export function endAtOnce(signal: AbortSignal): () => void {
  const end = () => process.exit(INTERRUPTED_EXIT_CODE);
  signal.addEventListener('abort', end);
  return () => signal.removeEventListener('abort', end);
}
