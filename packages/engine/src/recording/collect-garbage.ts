// Values that were uploaded to the device stay in V8's memory until it collects garbage, and V8 counts array buffers too low to do so by
// itself.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Once, where a model's size of garbage is known to lie about: `gc` is there without a flag of Node's in a context made after this one is
 * set.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  try {
    (runInNewContext('gc') as () => void)();
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
