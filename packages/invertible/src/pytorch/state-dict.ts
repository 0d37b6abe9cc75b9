// A PyTorch state dict, as safetensors hold it: tensors by dotted name, linear layers with weights [outputs, inputs].
import * as tf from '@tensorflow/tfjs-core';
import { Mlp } from '../conditioners/mlp.js';
import { numbersOf, SafetensorsError, type NamedTensor } from '@lin/safetensors';

/**
 * A PyTorch state dict, as safetensors hold it: tensors by dotted name, linear layers with weights [outputs, inputs]. Every tensor that
 * is read is remembered, so that what nothing has read can be named.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { StateDict } from '@lin/invertible';
 * const floats = (shape: number[], values: number[]) => ({ dtype: 'F32' as const, shape, data: Float32Array.from(values) });
 * const state = new StateDict(new Map([['net.weight', floats([1, 2], [3, 4])], ['net.bias', floats([1], [5])]]), 'my.safetensors');
 * state.kernel('net.weight').print();
 * try {
 *   state.requireAllRead('net.');
 * } catch (error) {
 *   console.log((error as Error).message);
 * }
 * ```
 * ```text
 * Tensor
 *     [[3],
 *      [4]]
 * my.safetensors: 1 tensors belong to no module that is known here, "net.bias" among them; see the table of names in the documentation.
 * ```
 */
export class StateDict {
  private readonly read = new Set<string>();
  private readonly made: Mlp[] = [];

  constructor(
    private readonly tensors: ReadonlyMap<string, NamedTensor>,
    private readonly source: string,
  ) {}

  /** Names that begin with `prefix`, in the file's order. */
  namesBelow(prefix: string): string[] {
    return [...this.tensors.keys()].filter((name) => name.startsWith(prefix));
  }

  /** The numbers of `<prefix><n>.…`, in order: where a list of modules has parameters. */
  indicesBelow(prefix: string): number[] {
    const indices = this.namesBelow(prefix).map((name) => /^\d+/.exec(name.slice(prefix.length))?.[0]);
    return [...new Set(indices.filter((index) => index !== undefined).map(Number))].sort((a, b) => a - b);
  }

  /** @throws SafetensorsError for a name that is missing, or a tensor of another rank. */
  take(name: string, rank: number): NamedTensor {
    const tensor = this.tensors.get(name);
    if (!tensor || tensor.shape.length !== rank) {
      const found = tensor ? `has shape [${tensor.shape.join(', ')}]` : 'is missing';
      throw this.error(`tensor "${name}" ${found}, expected one of rank ${rank}`);
    }
    this.read.add(name);
    return tensor;
  }

  private floats(name: string, rank: number): { values: Float32Array; shape: number[] } {
    const tensor = this.take(name, rank);
    return { values: Float32Array.from(numbersOf(tensor, this.source)), shape: tensor.shape };
  }

  numbers(name: string): number[] {
    return Array.from(numbersOf(this.take(name, 1), this.source));
  }

  /** A convolution's weight [outputs, inputs, height, width] as a kernel [height, width, inputs, outputs]. */
  convolutionKernel(name: string): tf.Tensor4D {
    const { values, shape } = this.floats(name, 4);
    return tf.tidy(() => tf.transpose(tf.tensor4d(values, shape as [number, number, number, number]), [2, 3, 1, 0]));
  }

  /** A linear layer's weight as a kernel [inputs, outputs]. */
  kernel(name: string): tf.Tensor2D {
    const { values, shape } = this.floats(name, 2);
    return tf.tidy(() => tf.transpose(tf.tensor2d(values, shape as [number, number])));
  }

  vector(name: string): tf.Tensor1D {
    return tf.tensor1d(this.floats(name, 1).values);
  }

  /** Linear layers with ReLU between them, from their names without `.weight` and `.bias`; `arrange` reorders the outputs. */
  mlp(layers: readonly string[], arrange = (outputs: tf.Tensor) => outputs): Mlp {
    tf.tidy(() => {
      const kernels = layers.map((layer) => this.kernel(`${layer}.weight`));
      const biases = layers.map((layer) => this.vector(`${layer}.bias`));
      const sizes = [kernels[0]!.shape[0], ...kernels.map(({ shape }) => shape[1])];
      const [inputDim, hiddenDim] = sizes as [number, number];
      if (layers.length < 2 || sizes.slice(1, -1).some((size) => size !== hiddenDim)) {
        throw this.error(
          `the linear layers ${layers.join(', ')} have sizes ${sizes.join(', ')}, expected at least two layers and hidden ones of one size`,
        );
      }
      const mlp = new Mlp({ inputDim, outputDim: sizes.at(-1)!, hiddenDim, numLayers: layers.length, seed: 0 });
      this.made.push(mlp);
      [...kernels.slice(0, -1), arrange(kernels.at(-1)!)].forEach((kernel, i) => mlp.kernels[i]!.assign(kernel));
      [...biases.slice(0, -1), arrange(biases.at(-1)!)].forEach((bias, i) => mlp.biases[i]!.assign(bias));
    });
    return this.made.at(-1)!;
  }

  /** The `nn.Sequential` of linear layers and activations at `name`: the layers are where the weights are. */
  sequential(name: string): Mlp {
    return this.mlp(this.indicesBelow(`${name}.`).map((index) => `${name}.${index}`));
  }

  /** @throws SafetensorsError where a tensor below `prefix` has not been read. */
  requireAllRead(prefix: string): void {
    const unread = this.namesBelow(prefix).filter((name) => !this.read.has(name));
    if (unread.length > 0)
      throw this.error(`${unread.length} tensors belong to no module that is known here, "${unread[0]}" among them`);
  }

  /** Frees every network that was made, where a later part of the file is at fault. */
  dispose(): void {
    for (const mlp of this.made) mlp.dispose();
  }

  error(reason: string): SafetensorsError {
    return new SafetensorsError(`${this.source}: ${reason}; see the table of names in the documentation.`);
  }
}
