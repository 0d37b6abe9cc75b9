// Makes the next item while the consumer is busy with the one it has.
import { setImmediate as afterThis } from 'node:timers/promises';

/**
 * What `source` gives, in its order, each asked for as soon as the consumer lets go of the JavaScript thread with the one before: while a
 * recorded step runs elsewhere, say. Leaving the loop ends `source`; its error comes where its item would.
 */
export async function* oneAhead<T>(source: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = source.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = afterThis().then(() => source.next());
      next.catch(() => {}); // it is awaited in the next round, or by nobody when the consumer leaves
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await source.return();
  }
}
