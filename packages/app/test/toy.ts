// A Linearizer small enough for the plain JavaScript backend, pictures of one colour each, and folders to write in.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE_BYTES } from '@lin/data';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import type { DistillationBatch } from '@lin/train';

export const EMBEDDING = 6;

export function toyModel(seed = 1): Linearizer<ImageFlow> {
  const coreFlow = { numBlocks: 1, hiddenDim: 8, numLayers: 2 };
  return new Linearizer({
    gx: new ImageFlow({ latentDim: 4, blocks: [0, 0, 0], coreFlow, seed }),
    A: new DenseOperator({ inputDim: 4, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, ...coreFlow, seed }),
  });
}

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

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-app-'));
