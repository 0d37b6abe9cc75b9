// A convolution as a linear operator on flattened images, with zeros around them, so that input and output have the same sides. Its adjoint
// is the transposed convolution (Dumoulin & Visin 2016, arXiv 1603.07285, §4), its matrix Toeplitz blocks.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { zeros } from '../linear-algebra/matrix/matrix.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireDimension, requireRows } from './requirements.js';

export interface ConvolutionOperatorOptions {
  /** [height, width, channels] of the images that the latents are, flattened row by row. */
  imageShape: readonly number[];
  /** Default: those of the image. */
  outputChannels?: number;
  /** Side of the kernel, odd; default 3. */
  kernelSize?: number;
  trainable?: boolean;
}

/**
 * A convolution of images that are latents, [B, h·w·c] → [B, h·w·outputChannels], zeros beyond their edges: one small kernel for all
 * places. It starts as the identity on the first channels.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ConvolutionOperator } from '@lin/operator';
 * const A = new ConvolutionOperator({ imageShape: [1, 4, 1] });
 * A.kernel.assign(tf.tensor4d([0, 0, 0, 1, 2, 3, 0, 0, 0], [3, 3, 1, 1])); // left, middle and right neighbour
 * console.log(A.apply(tf.tensor2d([[1, 0, 0, 10]])).arraySync());
 * ```
 * ```text
 * [ [ 2, 1, 30, 20 ] ]
 * ```
 */
export class ConvolutionOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** [k, k, channels, outputChannels]. */
  readonly kernel: tf.Variable<tf.Rank.R4>;

  /** @throws OperatorError for a shape that is not [height, width, channels], or a kernel of even side. */
  constructor({
    imageShape,
    outputChannels = imageShape[2]!,
    kernelSize = 3,
    trainable = true,
  }: ConvolutionOperatorOptions) {
    if (imageShape.length !== 3)
      throw new OperatorError(
        `ConvolutionOperator: imageShape is [${imageShape.join(', ')}]; expected [height, width, channels].`,
      );
    imageShape.forEach((size) => requireDimension('ConvolutionOperator', 'imageShape', size));
    Object.entries({ outputChannels, kernelSize }).forEach(([name, value]) =>
      requireDimension('ConvolutionOperator', name, value),
    );
    if (kernelSize % 2 === 0)
      throw new OperatorError(`ConvolutionOperator: kernelSize is ${kernelSize}; expected an odd number.`);
    const [height, width, channels] = imageShape as [number, number, number];
    this.imageShape = [height, width, channels];
    this.inputDim = height * width * channels;
    this.outputDim = height * width * outputChannels;
    const middle = (kernelSize - 1) / 2;
    this.kernel = tf.tidy(() => {
      const identity = tf.reshape(tf.eye(channels, outputChannels), [1, 1, channels, outputChannels]);
      const around: [number, number] = [middle, middle];
      return tf.variable(tf.pad(identity, [around, around, [0, 0], [0, 0]]) as tf.Tensor4D, trainable);
    });
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('ConvolutionOperator', z, this.inputDim);
    return tf.tidy(() => {
      const images = tf.reshape(z, [z.shape[0], ...this.imageShape]) as tf.Tensor4D;
      return tf.reshape(tf.conv2d(images, this.kernel, 1, 'same'), [z.shape[0], this.outputDim]);
    });
  }

  /** With the kernel turned by half a turn, its channels exchanged: for stride 1 that is the transposed convolution. */
  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('ConvolutionOperator adjoint', u, this.outputDim);
    const [height, width] = this.imageShape;
    return tf.tidy(() => {
      const images = tf.reshape(u, [u.shape[0], height, width, this.kernel.shape[3]]) as tf.Tensor4D;
      const turned = tf.transpose(tf.reverse(this.kernel, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
      return tf.reshape(tf.conv2d(images, turned, 1, 'same'), [u.shape[0], this.inputDim]);
    });
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  async toMatrix() {
    const kernel = await this.kernel.data();
    const [height, width, channels] = this.imageShape;
    const [side, , , outputs] = this.kernel.shape;
    const middle = (side - 1) / 2;
    const matrix = zeros(this.outputDim, this.inputDim);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let dy = 0; dy < side; dy++)
          for (let dx = 0; dx < side; dx++) {
            const [fromY, fromX] = [y + dy - middle, x + dx - middle];
            if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) continue;
            for (let i = 0; i < channels; i++)
              for (let o = 0; o < outputs; o++) {
                const row = (y * width + x) * outputs + o;
                const column = (fromY * width + fromX) * channels + i;
                matrix.data[row * this.inputDim + column] = kernel[((dy * side + dx) * channels + i) * outputs + o]!;
              }
          }
    return matrix;
  }

  dispose(): void {
    this.kernel.dispose();
  }
}
