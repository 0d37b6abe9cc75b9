import { CROP_BYTES } from '../face-crop.js';

/** Seeded bytes of `count` crops, different ones: what a model is tried out on. */
export function noiseCrops(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from(
    { length: count * CROP_BYTES },
    () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24, // Numerical Recipes' constants
  );
}
