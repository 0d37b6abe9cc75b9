// The Linearizer (Berman, Hallak, Shocher 2025, arXiv 2510.08570): f(x) = g_y⁻¹(A · g_x(x)), linear between the spaces that g_x and g_y
// induce.
import * as tf from '@tensorflow/tfjs-core';
import { namedVariables, type Invertible } from '@lin/invertible';
import type { LinearOperator } from '@lin/operator';
import { assignTensors, SafetensorsError, tensorsOf } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { isInvertible, type Encoder, type InvertibleEncoder } from './encoders/encoder.js';
import { LinearizerError } from './errors.js';
import { formatProblem, signed, sourceOf } from './file-format.js';
import { imageChart, vectorChart, type Chart } from './induced/chart.js';
import { InducedOperator } from './induced/induced-operator.js';
import { InducedSpace } from './induced/induced-space.js';
import { requireFitting, type LinearizerParts } from './linearizer-parts.js';
import { describeLinearizer, parameterCount } from './summary.js';

const FORMAT = 'lin.linearizer.1';

/** What g_x takes: a batch of images, or of vectors. */
export type ElementOf<G extends Encoder> = G extends InvertibleEncoder<infer Element> ? Element : tf.Tensor4D;

/**
 * A linear operator between two invertible networks: f(x) = g_y⁻¹(A · g_x(x)), linear between the vector spaces that g_x and g_y induce
 * (Berman, Hallak, Shocher 2025, https://arxiv.org/abs/2510.08570).
 * Tensors that its methods return are the caller's to dispose of.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { ImageFlow, VectorFlow } from '@lin/invertible';
 * import { Linearizer } from '@lin/linearizer';
 * import { DenseOperator } from '@lin/operator';
 *
 * const model = new Linearizer({
 *   gx: new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] }),
 *   A: new DenseOperator({ inputDim: 4, outputDim: 3 }),
 *   gy: new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 8 }),
 * });
 * const x = tf.randomUniform([2, 16, 16, 1], -1, 1, 'float32', 1); // two images, pixels in [−1, 1]
 * console.log('core', model.core(x).shape, 'embedding', model.apply(x).shape);
 * console.log(tf.max(tf.abs(tf.sub(model.reconstruct(x), x))).dataSync()[0]! < 1e-5);
 * ```
 * ```text
 * core [ 2, 4 ] embedding [ 2, 3 ]
 * true
 * ```
 */
export class Linearizer<G extends Encoder = Encoder, O extends LinearOperator = LinearOperator> {
  readonly gx: G;
  readonly A: O;
  readonly gy: Invertible;

  /** @throws ShapeError where the three do not fit together. */
  constructor({ gx, A, gy }: LinearizerParts<G, O>) {
    requireFitting({ gx, A, gy });
    this.gx = gx;
    this.A = A;
    this.gy = gy;
  }

  /** f(x) = g_y⁻¹(A g_x(x)): [B, …imageShape] → [B, embeddingSize]. */
  apply(x: tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => this.decode(this.linear(this.core(x))));
  }

  /** g_x(x), the core: → [B, latentDim]. */
  core(x: tf.Tensor): tf.Tensor2D {
    return this.gx.core(x);
  }

  /** A z: [B, latentDim] → [B, embeddingSize]. */
  linear(z: tf.Tensor2D): tf.Tensor2D {
    return this.A.apply(z);
  }

  /** g_y⁻¹(u): [B, embeddingSize] → [B, embeddingSize]. */
  decode(u: tf.Tensor2D): tf.Tensor2D {
    return this.gy.invert(u) as tf.Tensor2D;
  }

  /** g_x⁻¹(g_x(x)): the image again, by way of core and residual. @throws LinearizerError where g_x has no inverse to the image. */
  reconstruct(x: tf.Tensor): ElementOf<G> {
    const { gx } = this as { gx: Encoder };
    if (!isInvertible(gx)) {
      throw new LinearizerError(
        'reconstruct: this g_x is invertible on its latent only, not back to the image; use an ImageFlow.',
      );
    }
    return tf.tidy(() => {
      const { core, residual } = gx.encode(x);
      return (gx as InvertibleEncoder<ElementOf<G>>).decode(core, residual);
    });
  }

  /** Images, or vectors, as the vector space that g_x makes of them. @throws LinearizerError where g_x has no inverse to the image. */
  inputSpace(): InducedSpace<ElementOf<G>> {
    const { gx } = this as { gx: Encoder };
    const network = isInvertible(gx) ? gx.vectorNetwork : undefined;
    const chart: Chart = network ? vectorChart(network) : imageChart(gx);
    return new InducedSpace(chart as Chart<ElementOf<G>>);
  }

  /** Embeddings as the vector space that g_y makes of them. */
  outputSpace(): InducedSpace<tf.Tensor2D> {
    return new InducedSpace(vectorChart(this.gy));
  }

  /** f as a linear operator between the two spaces, with A as it is now. @throws LinearizerError where g_x has no inverse to the image. */
  async operator(): Promise<InducedOperator<ElementOf<G>, tf.Tensor2D>> {
    return new InducedOperator({
      domain: this.inputSpace(),
      codomain: this.outputSpace(),
      matrix: await this.A.toMatrix(),
    });
  }

  /** Shapes, blocks and parameter counts, one line each. */
  summary(): string {
    return describeLinearizer(this);
  }

  parameterCount(): { total: number; trainable: number } {
    return parameterCount(this);
  }

  /** Every variable by dotted name, beginning with `gx.`, `A.` or `gy.`. */
  namedVariables(): Map<string, tf.Variable> {
    return namedVariables({ gx: this.gx, A: this.A, gy: this.gy });
  }

  /**
   * Writes all variables as safetensors, whole or not at all, with `metadata`, of which `format` and `writer` are set here.
   * @throws SafetensorsError where the file cannot be written.
   */
  async save(path: string, { metadata = {} }: { metadata?: Record<string, string> } = {}): Promise<void> {
    await writeSafetensors(path, {
      tensors: await tensorsOf(this.namedVariables()),
      metadata: { ...metadata, ...signed(FORMAT) },
    });
  }

  /**
   * Reads what `save` wrote into a model built the same way, or weights from elsewhere that have the same names and shapes; returns the
   * metadata.
   * @throws SafetensorsError, with nothing assigned, for a file that is missing or damaged, of another model or of another format of Lin.
   */
  async load(path: string): Promise<Record<string, string>> {
    const { tensors, metadata } = await readSafetensors(path);
    const problem = formatProblem(metadata, FORMAT);
    if (problem) throw new SafetensorsError(`${path} ${problem}`);
    assignTensors(this.namedVariables(), tensors, sourceOf(path, metadata));
    return metadata;
  }

  dispose(): void {
    this.gx.dispose();
    this.A.dispose();
    this.gy.dispose();
  }
}
