// Memory that does not grow with depth (Gomez et al. 2017, RevNet, §3.2): the backward pass recomputes each layer's input from its output
// by the layer's inverse, so no activation is kept from the forward pass but the last.
import * as tf from '@tensorflow/tfjs-core';
import { rowsOf } from '../bijection/batches.js';
import { sizeOf } from '../bijection/shapes.js';
import type { Invertible } from '../bijection/invertible.js';
import { Chain } from './chain.js';
import { nestedGradients } from '../gradients/nested-gradients.js';
import { trainableVariables } from '../parameters/named-variables.js';

/**
 * The same chain with memory that does not grow with depth (Gomez et al. 2017, RevNet, arXiv 1707.04585, §3.2): the backward pass
 * recomputes each layer's input by the layer's inverse. Gradients are exact but for the rounding of the inverses, at the price of one
 * more inverse a layer; gradients of gradients are not available through it.
 * @param chain Its parameters stay shared, their names included.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs'; // with its gradients
 * import { ElementwiseAffine, chain, reversible } from '@lin/invertible';
 * const flow = reversible(chain(new ElementwiseAffine({ shape: [1] }), new ElementwiseAffine({ shape: [1] })));
 * const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.square(flow.apply(x))));
 * gradient(tf.tensor2d([[3]])).print(); // 2x of an identity
 * ```
 * ```text
 * Tensor
 *      [[6],]
 * ```
 */
export function reversible(chain: Chain): Chain {
  return new ReversibleChain(chain.layers);
}

class ReversibleChain extends Chain {
  override apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return recomputed(this.layers, APPLY, x, context)[0];
  }

  override invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return recomputed(this.layers.toReversed(), INVERT, y, context)[0];
  }

  override applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    const [y, logDet] = recomputed(this.layers, FORWARD, x, context) as WithLogDet;
    return { y, logDet };
  }

  override invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    const [x, logDet] = recomputed(this.layers.toReversed(), INVERSE, y, context) as WithLogDet;
    return { x, logDet };
  }
}

type WithLogDet = [value: tf.Tensor, logDet: tf.Tensor1D];
type Passed = [value: tf.Tensor] | WithLogDet;

/** One way through a layer, and the way back. */
interface Direction {
  pass(layer: Invertible, value: tf.Tensor, context?: tf.Tensor): Passed;
  undo(layer: Invertible, value: tf.Tensor, context?: tf.Tensor): tf.Tensor;
}

const undoByInvert: Direction['undo'] = (layer, y, context) => layer.invert(y, context);
const undoByApply: Direction['undo'] = (layer, x, context) => layer.apply(x, context);

const APPLY: Direction = { pass: (layer, x, context) => [layer.apply(x, context)], undo: undoByInvert };
const INVERT: Direction = { pass: (layer, y, context) => [layer.invert(y, context)], undo: undoByApply };
const FORWARD: Direction = {
  pass: (layer, x, context) => {
    const { y, logDet } = layer.applyWithLogDet(x, context);
    return [y, logDet];
  },
  undo: undoByInvert,
};
const INVERSE: Direction = {
  pass: (layer, y, context) => {
    const { x, logDet } = layer.invertWithLogDet(y, context);
    return [x, logDet];
  },
  undo: undoByApply,
};

/**
 * All layers in the given order. A gradient function has one output, so the log-determinant travels as one more column of the flat value.
 */
function recomputed(layers: readonly Invertible[], direction: Direction, x: tf.Tensor, context?: tf.Tensor): Passed {
  const variables = [...new Set(layers.flatMap((layer) => [...trainableVariables(layer).values()]))];
  const contexts = context ? [context] : [];
  return tf.tidy(() => {
    let passed = [x] as Passed;
    const run = tf.customGrad((...inputs) => {
      const save = inputs.at(-1) as unknown as tf.GradSaveFunc;
      passed = passAll(layers, direction, x, context);
      save([passed[0], ...contexts]);
      const gradFunc = (dy: tf.Tensor, [value, ...saved]: tf.Tensor[]) =>
        backward(layers, direction, { dy, value: value!, contexts: saved, variables });
      return { value: pack(passed), gradFunc };
    });
    const packed = run(x, ...contexts, ...variables);
    return passed.length === 2 ? unpack(packed, passed[0].shape) : [packed];
  });
}

function passAll(layers: readonly Invertible[], { pass }: Direction, x: tf.Tensor, context?: tf.Tensor): Passed {
  let total: Passed = [x];
  for (const layer of layers) {
    const [before, ...logDets] = total;
    total = tf.tidy((): tf.Tensor[] => {
      const [value, logDet] = pass(layer, before, context);
      return logDet ? [value, tf.addN([logDet, ...logDets])] : [value];
    }) as Passed;
    if (before !== x) tf.dispose([before, ...logDets]);
  }
  return total;
}

interface Backward {
  /** Gradient of what the chain gave, packed. */
  dy: tf.Tensor;
  /** What it gave. */
  value: tf.Tensor;
  /** The context, if there is one. */
  contexts: tf.Tensor[];
  variables: readonly tf.Variable[];
}

/** Gradients of [x, context if any, …variables]. */
function backward(
  layers: readonly Invertible[],
  direction: Direction,
  { dy, value: last, contexts, variables }: Backward,
): tf.Tensor[] {
  const gradients = new Map<tf.Tensor, tf.Tensor>();
  let value = last;
  let packedGradient = dy;
  for (const layer of layers.toReversed()) {
    const own = [...contexts, ...trainableVariables(layer).values()];
    const sums = own.map((tensor) => gradients.get(tensor));
    const [before, gradient, ...added] = tf.tidy(() => {
      const x = direction.undo(layer, value, contexts[0]);
      const [dx, ...rest] = nestedGradients(
        () => pack(direction.pass(layer, x, contexts[0])),
        [x, ...own],
        packedGradient,
      );
      const totals = own.map((tensor, i) => tf.addN([rest[i] ?? tf.zerosLike(tensor), ...(sums[i] ? [sums[i]] : [])]));
      return [x, withLogDetOf(packedGradient, dx!, value), ...totals];
    });
    tf.dispose(sums.filter((sum) => sum !== undefined));
    own.forEach((tensor, i) => gradients.set(tensor, added[i]!));
    if (value !== last) tf.dispose([value, packedGradient]);
    [value, packedGradient] = [before!, gradient!];
  }
  const dx = isPacked(packedGradient, value)
    ? tf.reshape(tf.slice(packedGradient, [0, 0], [-1, packedGradient.shape[1]! - 1]), value.shape)
    : packedGradient;
  return [dx, ...[...contexts, ...variables].map((tensor) => gradients.get(tensor)!)];
}

const pack = ([value, logDet]: Passed): tf.Tensor =>
  logDet ? tf.concat([rowsOf(value), tf.expandDims(logDet, 1) as tf.Tensor2D], 1) : value;

const isPacked = (packed: tf.Tensor, { shape }: tf.Tensor) =>
  packed.rank === 2 && packed.shape[1] === sizeOf(shape.slice(1)) + 1;

function unpack(packed: tf.Tensor, shape: number[]): WithLogDet {
  const [value, logDet] = tf.split(packed, [sizeOf(shape.slice(1)), 1], 1) as [tf.Tensor, tf.Tensor];
  return [tf.reshape(value, shape), tf.reshape(logDet, [shape[0]!]) as tf.Tensor1D];
}

/** dx, packed with the log-determinant's gradient where `packed`, the gradient of `value`, has one: it is the same for every layer. */
function withLogDetOf(packed: tf.Tensor, dx: tf.Tensor, value: tf.Tensor): tf.Tensor {
  if (!isPacked(packed, value)) return dx;
  return tf.concat([rowsOf(dx), tf.slice(packed, [0, packed.shape[1]! - 1], [-1, 1]) as tf.Tensor2D], 1);
}
