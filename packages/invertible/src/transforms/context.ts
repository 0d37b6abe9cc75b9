// How a context reaches a conditioner: beside the passing channels, a vector repeated at every position of an image.
import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, ShapeError, type Shape } from '../bijection/shapes.js';
import { requireInteger } from '../parameters/options.js';

/** The shape of a context of this length, if there is one. @throws RangeError for a length that is not a positive integer. */
export function vectorContext(contextDim: number | undefined): Shape | undefined {
  if (contextDim === undefined) return undefined;
  requireInteger('contextDim', contextDim);
  return [contextDim];
}

/** The channels a context adds. @throws ShapeError unless it is a vector, or has the sample's shape but for its channels. */
export function contextChannels(operation: string, shape: Shape, contextShape: Shape | undefined): number {
  if (!contextShape) return 0;
  const channels = channelsOf(`${operation}: context`, contextShape);
  const alongside =
    contextShape.length === shape.length && contextShape.slice(0, -1).every((size, axis) => size === shape[axis]);
  if (contextShape.length === 1 || alongside) return channels;
  throw new ShapeError(
    `${operation}: a context of [${contextShape.join(', ')}] does not go beside samples of ` +
      `[${shape.join(', ')}]; expected [channels] or [${[...shape.slice(0, -1), 'channels'].join(', ')}].`,
  );
}

export function withContext(x: tf.Tensor, context: tf.Tensor): tf.Tensor {
  const positions = x.shape.slice(1, -1);
  const alongside =
    context.rank === x.rank
      ? context
      : tf.tile(tf.reshape(context, [context.shape[0]!, ...positions.map(() => 1), context.shape[1]!]), [
          1,
          ...positions,
          1,
        ]);
  return tf.concat([x, alongside], x.rank - 1);
}
