// The sandwich that a config describes.
import { IMAGE_SIZE } from '@lin/data';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { CnnEncoder, Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import type { Config } from '../config/schema.js';

/** Of the records: RGB. */
const IMAGE_SHAPE = [IMAGE_SIZE, IMAGE_SIZE, 3];

export type Gx = ImageFlow | CnnEncoder;

/** @param embeddingSize The teacher's. */
export function buildModel({ linearizer }: Config, embeddingSize: number): Linearizer<Gx, DenseOperator> {
  const {
    latent_dim: latentDim,
    num_blocks: numBlocks,
    hidden_dim: hiddenDim,
    num_layers: numLayers,
    image_flow,
    seed,
  } = linearizer;
  const coreFlow = { numBlocks, hiddenDim, numLayers };
  return new Linearizer({
    gx:
      linearizer.gx === 'encoder'
        ? new CnnEncoder({ imageShape: IMAGE_SHAPE, latentDim, coreFlow, seed })
        : new ImageFlow({
            imageShape: IMAGE_SHAPE,
            latentDim,
            numBlocks: image_flow.blocks,
            hiddenDim: image_flow.widths,
            coreFlow,
            seed,
          }),
    A: new DenseOperator({ inputDim: latentDim, outputDim: embeddingSize }),
    gy: new VectorFlow({ dim: embeddingSize, ...coreFlow, seed: seed + 1 }),
  });
}
