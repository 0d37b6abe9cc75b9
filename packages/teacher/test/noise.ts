import type { RgbImage } from '../src/photo/rgb-image.js';

/** Seeded noise: an LCG's high bits (Numerical Recipes' constants). */
export function noise(width: number, height: number, seed = 1): RgbImage {
  let state = seed >>> 0;
  const data = Uint8Array.from(
    { length: width * height * 3 },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24,
  );
  return { data, width, height };
}
