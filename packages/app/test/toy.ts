// A Linearizer small enough for the plain JavaScript backend, training's pictures of one colour each, and folders to write in.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE_SIZE } from '@lin/data';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { EMBEDDING, toyBatch } from '../../train/test/toy-batch.js';

export { EMBEDDING, toyBatch };

export function toyModel(seed = 1): Linearizer<ImageFlow> {
  const coreFlow = { numBlocks: 1, hiddenDim: 8, numLayers: 2 };
  return new Linearizer({
    gx: new ImageFlow({ imageShape: [IMAGE_SIZE, IMAGE_SIZE, 3], latentDim: 4, numBlocks: [0, 0, 0], coreFlow, seed }),
    A: new DenseOperator({ inputDim: 4, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, ...coreFlow, seed }),
  });
}

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-app-'));
