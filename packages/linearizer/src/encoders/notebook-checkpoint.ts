// A checkpoint of the authors' notebook, a PyTorch state dict re-saved as safetensors, as a Linearizer that computes the same.
import * as tf from '@tensorflow/tfjs-core';
import { couplingStackFromPyTorch, inverseOf, StateDict } from '@lin/invertible';
import { DenseOperator } from '@lin/operator';
import type { NamedTensor } from '@lin/safetensors';
import { Linearizer } from '../linearizer.js';
import { CnnEncoder } from './cnn-encoder.js';

export interface NotebookCheckpointOptions {
  /** Of the images it was trained on, [height, width, 3], which the checkpoint does not say. */
  imageShape: readonly number[];
  /** Names the file in errors. */
  source?: string;
}

/**
 * The Linearizer of a checkpoint of the authors' notebook (https://arxiv.org/abs/2510.08570), a PyTorch state dict that was saved again as
 * safetensors: it computes the same embeddings, in evaluation mode, where BatchNorm takes its running statistics. Images are NHWC here and
 * were NCHW there.
 * @param tensors Of the file, by PyTorch's names: `g_x.encoder.…`, `g_x.invertible_net.…`, `linear_op.weight`, `g_y_inv.invertible_net.…`.
 * @returns A Linearizer of the caller's, with its own copies.
 * @throws SafetensorsError for tensors that are missing, of another shape, or of a model whose embedding is projected (latent_dim ≠
 * embedding_size).
 * @example
 * ```ts
 * import { linearizerFromNotebook } from '@lin/linearizer';
 * import type { NamedTensor } from '@lin/safetensors';
 *
 * // const { tensors } = await readSafetensors('notebook.safetensors'); of @lin/safetensors/file
 * const tensors = new Map<string, NamedTensor>();
 * try {
 *   linearizerFromNotebook(tensors, { imageShape: [112, 112, 3], source: 'notebook.safetensors' });
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * notebook.safetensors: tensor "linear_op.weight" is missing, expected one of rank 2; see the table of names in the documentation.
 * ```
 */
export function linearizerFromNotebook(
  tensors: ReadonlyMap<string, NamedTensor>,
  { imageShape, source = 'PyTorch checkpoint' }: NotebookCheckpointOptions,
): Linearizer<CnnEncoder, DenseOperator> {
  const state = new StateDict(tensors, source);
  if (state.namesBelow('g_y_inv.projection.').length > 0)
    throw state.error('its g_y_inv projects, so it has no inverse: latent_dim must be embedding_size');
  const latentDim = state.take('linear_op.weight', 2).shape[1]!;
  const stack = (name: string) => couplingStackFromPyTorch(tensors, { prefix: `${name}.invertible_net.`, source });
  const gx = new CnnEncoder({ imageShape, latentDim, flow: stack('g_x'), padding: 'symmetric' });
  try {
    const A = new DenseOperator({ inputDim: latentDim });
    tf.tidy(() => {
      readEncoder(state, gx);
      A.matrix.assign(tf.transpose(state.kernel('linear_op.weight')));
    });
    return new Linearizer({ gx, A, gy: inverseOf(stack('g_y_inv'), { owns: true }) });
  } catch (error) {
    gx.dispose();
    throw error;
  }
}

/** `encoder` is a Sequential of Conv2d, BatchNorm2d and ReLU four times, then pooling, flattening and a Linear. */
function readEncoder(state: StateDict, { stages, projection }: CnnEncoder): void {
  stages.forEach((stage, i) => {
    const [convolution, normalisation] = [`g_x.encoder.${3 * i}`, `g_x.encoder.${3 * i + 1}`];
    stage.kernel.assign(state.convolutionKernel(`${convolution}.weight`));
    // A convolution's bias before a normalisation only moves the mean.
    stage.mean.assign(tf.sub(state.vector(`${normalisation}.running_mean`), state.vector(`${convolution}.bias`)));
    stage.variance.assign(state.vector(`${normalisation}.running_var`));
    stage.scale.assign(state.vector(`${normalisation}.weight`));
    stage.shift.assign(state.vector(`${normalisation}.bias`));
  });
  projection.kernel.assign(state.kernel('g_x.encoder.14.weight'));
  projection.bias.assign(state.vector('g_x.encoder.14.bias'));
}
