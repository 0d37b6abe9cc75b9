// A bijection as a layer of tfjs-layers, for tf.sequential and tf.model: model.fit trains the bijection's own variables.
import { serialization, type Tensor } from '@tensorflow/tfjs-core';
import { layers, type Shape as LayerShape } from '@tensorflow/tfjs-layers';
import { requireContext } from '../bijection/contexts.js';
import { requireShape, ShapeError, type Shape } from '../bijection/shapes.js';
import type { Invertible } from '../bijection/invertible.js';
import { namedVariables } from '../parameters/named-variables.js';
import { SharedVariable } from './shared-variable.js';

export interface FlowLayerOptions {
  transform: Invertible;
  /** `inverse` makes the layer the transform's way back. */
  direction?: 'forward' | 'inverse';
  /** Also the prefix of its weights' names: give one to save and load weights by name. */
  name?: string;
  /** false freezes the transform's variables, wherever else they are used. */
  trainable?: boolean;
}

/**
 * The layer that applies a bijection, or its inverse, to a batch, for `tf.sequential` and `tf.model`; a conditional transform takes two
 * inputs, [x, context]. Its weights are the transform's own variables, which are not disposed with the model. For the same model a
 * second time: apply the layer again, or its `inverse()`. An actnorm in it is to be initialised first, by `initialize`.
 * @param options The `transform`; its `direction`; a `name`, also the prefix of its weights'; `trainable`, false to freeze the
 * variables.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { realNVP } from '@lin/invertible';
 * import { flowLayer } from '@lin/invertible/tfjs-layers';
 * const flow = flowLayer({ transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 4 }) });
 * const model = tf.sequential({ layers: [flow, flow.inverse()] });
 * (model.predict(tf.tensor2d([[1, 2]])) as tf.Tensor).print();
 * ```
 * ```text
 * Tensor
 *      [[1, 2],]
 * ```
 */
export function flowLayer(options: FlowLayerOptions): FlowLayer {
  return new FlowLayer(options);
}

/**
 * The layer that `flowLayer` makes. `takes` is the per-sample shape of its input; `inverse()` is the layer the other way round, for the
 * same model.
 * @example
 * ```ts
 * import { Squeeze } from '@lin/invertible';
 * import { FlowLayer } from '@lin/invertible/tfjs-layers';
 * const layer = new FlowLayer({ transform: new Squeeze({ shape: [4, 4, 1] }), name: 'squeeze' });
 * console.log(layer.name, layer.takes, layer.computeOutputShape([null, 4, 4, 1]), layer.inverse().takes);
 * ```
 * ```text
 * squeeze [ 4, 4, 1 ] [ null, 2, 2, 4 ] [ 2, 2, 4 ]
 * ```
 */
export class FlowLayer extends layers.Layer {
  static readonly className = 'FlowLayer';
  readonly transform: Invertible;
  readonly direction: 'forward' | 'inverse';

  constructor({ transform, direction = 'forward', name, trainable = true }: FlowLayerOptions) {
    const takes = direction === 'forward' ? transform.inputShape : transform.outputShape;
    // A sequential model makes its input of the first layer's shape; two inputs are for functional models only.
    super({ ...(name && { name }), ...(!transform.contextShape && { inputShape: [...takes] }) });
    this.transform = transform;
    this.direction = direction;
    const weights = [...namedVariables(transform)].map(
      ([path, variable]) => new SharedVariable(variable, `${this.name}/${path}`),
    );
    this.trainableWeights = weights.filter((weight) => weight.trainable);
    this.nonTrainableWeights = weights.filter((weight) => !weight.trainable);
    if (!trainable) this.trainable = false;
  }

  /** @throws ShapeError when the layer is put behind one of another shape. */
  override build(inputShape: LayerShape | LayerShape[]): void {
    requireShapes(this, inputShape);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: LayerShape | LayerShape[]): LayerShape {
    requireShapes(this, inputShape);
    const [x] = shapesOf(inputShape);
    return [x![0]!, ...this.gives];
  }

  /**
   * The layer the other way round, to be used in the same model: without weights of its own, since an optimiser would step twice along
   * them.
   */
  inverse({ name }: Pick<FlowLayerOptions, 'name'> = {}): FlowLayer {
    const layer = new FlowLayer({
      transform: this.transform,
      direction: this.direction === 'forward' ? 'inverse' : 'forward',
      ...(name && { name }),
    });
    layer.trainableWeights = [];
    layer.nonTrainableWeights = [];
    return layer;
  }

  /** @throws ShapeError for other shapes; Error when a training step meets the transform's weights in a second layer. */
  override call(inputs: Tensor | Tensor[], { training }: { training?: boolean } = {}): Tensor {
    if (training) requireOneHolder(this);
    const [x, context] = Array.isArray(inputs) ? inputs : [inputs];
    requireShape('FlowLayer', x!, this.takes);
    requireContext('FlowLayer', x!, context, this.transform.contextShape);
    return this.direction === 'forward' ? this.transform.apply(x!, context) : this.transform.invert(x!, context);
  }

  /** The variables are the transform's, and stay. */
  override disposeWeights(): number {
    return 0;
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), direction: this.direction };
  }

  /** @throws Error always: the configuration of a saved model does not hold the transform. */
  static override fromConfig<T>(): T {
    throw new Error(
      'FlowLayer: a saved configuration does not hold the transform; build the model anew with flowLayer, ' +
        'of the same names, and load the saved weights with model.loadWeights.',
    );
  }

  /** Per-sample shape of the input. */
  get takes(): Shape {
    return this.direction === 'forward' ? this.transform.inputShape : this.transform.outputShape;
  }

  private get gives(): Shape {
    return this.direction === 'forward' ? this.transform.outputShape : this.transform.inputShape;
  }
}
serialization.registerClass(FlowLayer);

/** @throws ShapeError unless the shapes, batches first, are those that the layer takes: one, or two where there is a context. */
function requireShapes(
  { name, takes, transform: { contextShape } }: FlowLayer,
  inputShape: LayerShape | LayerShape[],
): void {
  const got = shapesOf(inputShape).map((shape) => text(shape.slice(1)));
  const expected = [takes, ...(contextShape ? [contextShape] : [])].map(text);
  if (String(got) === String(expected)) return;
  throw new ShapeError(
    `FlowLayer ${name}: expected samples of shape ${expected.join(' and a context of ')}, but got ${got.join(' and ')}.`,
  );
}

/** The layer that a training step met, by the value of its first weight: the step's end gives the weight another. */
const holders = new WeakMap<object, FlowLayer>();

/** tfjs steps once for every layer that lists a variable: two of them would double the learning rate, in silence. */
function requireOneHolder(layer: FlowLayer): void {
  const value = layer.trainableWeights[0]?.read().dataId;
  if (!value) return;
  const holder = holders.get(value) ?? layer;
  holders.set(value, holder);
  if (holder === layer) return;
  throw new Error(
    `FlowLayer ${layer.name}: its weights are those of ${holder.name} too, and a step would train them twice; ` +
      `use ${holder.name}.inverse(), or apply one layer twice.`,
  );
}

const text = (shape: readonly (number | null)[]) => `[${shape.join(', ')}]`;

const shapesOf = (shape: LayerShape | LayerShape[]) =>
  Array.isArray(shape[0]) ? (shape as LayerShape[]) : [shape as LayerShape];
