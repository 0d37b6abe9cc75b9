// The bijections that make a set a vector space: elements ↔ coordinates in R^N, the core first, then what operators do not see.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';
import { isInvertible, type Encoder } from '../encoders/encoder.js';
import { LinearizerError } from '../errors.js';

/** A bijection between elements and coordinates: what an `InducedSpace` computes with. */
export interface Chart<Element extends tf.Tensor = tf.Tensor> {
  /** The network itself: two charts of one network are one chart. */
  readonly network: object;
  /** Coordinates that a linear operator acts on, the first ones. */
  readonly coreDim: number;
  /** Dimension of the space. */
  readonly dim: number;
  /** Numbers in a row of coordinates: more than `dim` where they lie in a subspace, as residuals do. */
  readonly coordinateCount: number;
  /** Shape of one element. */
  readonly shape: readonly number[];
  /** [B, …shape] → [B, coordinateCount]. */
  toCoordinates(x: Element): tf.Tensor2D;
  /** [B, coordinateCount] → [B, …shape]. */
  fromCoordinates(u: tf.Tensor2D): Element;
}

/**
 * Images by an image flow: u = (core, residual). The residual has the image's number of entries and lies in the null space of the flow's
 * readout, where its Euclidean length is measured: sums and multiples of residuals stay there.
 * @param gx Takes images of its `imageShape`; the chart does not own it.
 * @throws LinearizerError for a g_x that has no inverse to the image, such as the CNN of the authors' notebook.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ImageFlow } from '@lin/invertible';
 * import { imageChart } from '@lin/linearizer';
 *
 * const gx = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] });
 * const { coreDim, dim, coordinateCount, shape } = imageChart(gx);
 * console.log({ coreDim, dim, coordinateCount, shape });
 * ```
 * ```text
 * { coreDim: 4, dim: 256, coordinateCount: 260, shape: [ 16, 16, 1 ] }
 * ```
 */
export function imageChart(gx: Encoder): Chart<tf.Tensor4D> {
  if (!isInvertible(gx)) {
    throw new LinearizerError(
      'imageChart: this g_x is invertible on its latent only, so it makes no vector space of images; use an ImageFlow.',
    );
  }
  const size = gx.imageShape.reduce((product, side) => product * side, 1);
  return {
    network: gx,
    coreDim: gx.latentDim,
    dim: size,
    coordinateCount: gx.latentDim + size,
    shape: gx.imageShape,
    toCoordinates: (x) =>
      tf.tidy(() => {
        const { core, residual } = gx.encode(x);
        return tf.concat([core, residual], 1);
      }),
    fromCoordinates: (u) =>
      tf.tidy(() => {
        const [core, residual] = tf.split<tf.Tensor2D>(u, [gx.latentDim, u.shape[1] - gx.latentDim], 1);
        return gx.decode(core!, residual!);
      }),
  };
}

/**
 * Vectors by an invertible network of vectors: u = g(y), all of it core.
 * @param g From vectors to vectors of one length; the chart does not own it.
 * @throws LinearizerError for a g of anything but vectors.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Logit } from '@lin/invertible';
 * import { vectorChart } from '@lin/linearizer';
 *
 * const chart = vectorChart(new Logit({ shape: [2], alpha: 0 })); // from probabilities to log-odds
 * const coordinates = chart.toCoordinates(tf.tensor2d([[0.5, 0.75]]));
 * console.log(chart.dim, [...coordinates.dataSync()].map((u) => u.toFixed(3)));
 * ```
 * ```text
 * 2 [ '0.000', '1.099' ]
 * ```
 */
export function vectorChart(g: Invertible): Chart<tf.Tensor2D> {
  const [dim, ...more] = g.outputShape;
  if (dim === undefined || more.length > 0) {
    throw new LinearizerError(
      `vectorChart: g gives [${g.outputShape.join(', ')}]; expected vectors. Use imageChart for images.`,
    );
  }
  return {
    network: g,
    coreDim: dim,
    dim,
    coordinateCount: dim,
    shape: g.inputShape,
    toCoordinates: (x) => g.apply(x) as tf.Tensor2D,
    fromCoordinates: (u) => g.invert(u) as tf.Tensor2D,
  };
}
