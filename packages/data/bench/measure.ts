// Rates: the best of some runs, so that what else the machine does counts least.
const RUNS = 4;

/** `count` things a second. */
export async function perSecond(count: number, task: () => Promise<unknown> | unknown): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await task();
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * count) / best;
}

/** Runs `task` on each item, `atOnce` at a time. */
export async function forEach<T>(
  items: readonly T[],
  atOnce: number,
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await task(items[next++]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
