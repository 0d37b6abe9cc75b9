import type * as tf from '@tensorflow/tfjs-core';

/** What the fastest of five computations takes. */
export async function seconds(compute: () => tf.Tensor): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    const result = compute();
    await result.data();
    times.push((performance.now() - start) / 1000);
    result.dispose();
  }
  return Math.min(...times);
}
