// The sandwich that a config describes.
import { IMAGE_SIZE } from '@lin/data';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { CnnEncoder, Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import type { Config } from '../config/schema.js';

/** Of the records: RGB. */
const IMAGE_SHAPE = [IMAGE_SIZE, IMAGE_SIZE, 3];

export type Gx = ImageFlow | CnnEncoder;

/** What each part of the sandwich is built from: the options of its class. */
export function modelOptions({ linearizer }: Pick<Config, 'linearizer'>, embeddingSize: number) {
  const {
    gx: kind,
    latent_dim: latentDim,
    num_blocks: numBlocks,
    hidden_dim: hiddenDim,
    num_layers: numLayers,
    image_flow: { blocks, widths },
    seed,
  } = linearizer;
  const coreFlow = { numBlocks, hiddenDim, numLayers };
  const gx = { imageShape: IMAGE_SHAPE, latentDim, coreFlow, seed };
  return {
    kind,
    gx: kind === 'encoder' ? gx : { ...gx, numBlocks: blocks, hiddenDim: widths },
    A: { inputDim: latentDim, outputDim: embeddingSize },
    gy: { dim: embeddingSize, ...coreFlow, seed: seed + 1 },
  };
}

/** @param embeddingSize The teacher's. */
export function buildModel(config: Config, embeddingSize: number): Linearizer<Gx, DenseOperator> {
  const { kind, gx, A, gy } = modelOptions(config, embeddingSize);
  return new Linearizer({
    gx: kind === 'encoder' ? new CnnEncoder(gx) : new ImageFlow(gx),
    A: new DenseOperator(A),
    gy: new VectorFlow(gy),
  });
}
