// Ending a process one of whose threads TensorFlow holds.
import koffi from 'koffi';

let isSet = false;

/**
 * From now on `process.exit`, and the end of the event loop, end the process without waiting for its threads: Node joins those of its pool,
 * and one that waits for a worker that is gone never ends.
 */
export function exitWithoutWaiting(): void {
  if (isSet || process.platform === 'win32') return;
  isSet = true;
  const end = koffi.load(null).func('_exit', 'void', ['int']) as (code: number) => void;
  process.once('exit', (code) => end(Number(process.exitCode ?? code)));
}
