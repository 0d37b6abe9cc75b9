// The bijections that make a set a vector space: elements ↔ coordinates in R^N, the core first, then what operators do not see.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';
import { isInvertible, type Encoder } from '../encoders/encoder.js';
import { LinearizerError } from '../errors.js';

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
 * Images by an image flow: u = (core, residual). The residual has as many numbers as the image and lies in the null space of the flow's
 * readout,
 * where its Euclidean length is measured: sums and multiples of residuals stay there.
 * @throws LinearizerError for a g_x that has no inverse to the image, such as the notebook's CNN: it induces no vector space of images.
 */
export function imageChart(gx: Encoder): Chart<tf.Tensor4D> {
  if (!isInvertible(gx)) {
    throw new LinearizerError(
      'imageChart: this g_x is invertible on its latent only, so images are no vector space by it; use an ImageFlow.',
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

/** Vectors by an invertible network of vectors: u = g(y), all of it core. */
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
