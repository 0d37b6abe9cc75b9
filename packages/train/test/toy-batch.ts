// Pictures of one colour each, beside targets made from the colour: for tests of training, and of what surrounds it.
import type { DistillationBatch } from '../src/objectives/distillation-inputs.js';

export const SIDE = 112;
const IMAGE_BYTES = SIDE * SIDE * 3;
export const EMBEDDING = 6;

/** Batch `index`: flat pictures of a colour each; the target of a picture is a unit vector made from its colour. */
export function toyBatch(index: number, size = 4): DistillationBatch {
  const images = new Uint8Array(size * IMAGE_BYTES);
  const targets = new Float32Array(size * EMBEDDING);
  for (let i = 0; i < size; i++) {
    const colour = [0, 1, 2].map((channel) => (37 * (index + 1) * (i + 1) + 91 * channel * (i + 2)) % 256);
    for (let at = 0; at < IMAGE_BYTES; at++) images[i * IMAGE_BYTES + at] = colour[at % 3]!;
    const raw = Array.from({ length: EMBEDDING }, (_, k) => Math.sin(colour[k % 3]! / 40 + k));
    targets.set(
      raw.map((value) => value / Math.hypot(...raw)),
      i * EMBEDDING,
    );
  }
  return { images, size, targets };
}
