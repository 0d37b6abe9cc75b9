// How fast a teacher embeds, and how late timers of the caller's thread are meanwhile.
import { CROP_BYTES } from '../face-crop.js';
import type { Teacher } from './teacher.js';

export interface EmbeddingRate {
  imagesPerSecond: number;
  /** The longest that a timer of 5 ms was late. */
  maxSlipMs: number;
}

const TICK_MS = 5;

/** One call of `embed` over `runs` batches of noise, after one batch to warm up. */
export async function measureEmbedding(
  teacher: Teacher,
  { batch = teacher.batchSize, runs = 4 } = {},
): Promise<EmbeddingRate> {
  const images = new Uint8Array(batch * runs * CROP_BYTES).map((_, i) => (i * 2654435761) >>> 24);
  await teacher.features(images.subarray(0, batch * CROP_BYTES), { batch });
  let [last, maxSlipMs] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    maxSlipMs = Math.max(maxSlipMs, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  const start = performance.now();
  await teacher.embed(images, { batch });
  const seconds = (performance.now() - start) / 1000;
  clearInterval(timer);
  return { imagesPerSecond: (batch * runs) / seconds, maxSlipMs };
}
