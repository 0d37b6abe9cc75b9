// Parameters are found by walking a module's own fields: nothing registers itself, and a parameter's name is its path.
import * as tf from '@tensorflow/tfjs-core';

/**
 * Every `tf.Variable` below `module` by dotted path, such as `scales.0.layers.1.conditioner.kernels.0`: the names of a weights' file.
 * State that is saved but not trained (whether an `ActNorm` is initialised) has `trainable: false`. A variable reached twice keeps its
 * first name.
 * @param module Any object or array: its own fields are walked, in their order.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ActNorm, chain, namedVariables, Permutation } from '@lin/invertible';
 * const flow = chain(new ActNorm({ shape: [2] }), new Permutation({ shape: [2], order: [1, 0] }));
 * for (const [name, { shape, dtype, trainable }] of namedVariables(flow)) console.log(name, shape, dtype, trainable);
 * ```
 * ```text
 * layers.0.logScale [ 2 ] float32 true
 * layers.0.bias [ 2 ] float32 true
 * layers.0.initialized [] float32 false
 * layers.1.order [ 2 ] int32 false
 * ```
 */
export function namedVariables(module: object): Map<string, tf.Variable> {
  const found = new Map<string, tf.Variable>();
  const seen = new Set<object>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof tf.Variable) found.set(path, value);
    else if (!ArrayBuffer.isView(value) && !(value instanceof tf.Tensor)) {
      for (const [key, child] of Object.entries(value)) visit(child, path ? `${path}.${key}` : key);
    }
  };
  visit(module, '');
  return found;
}

/**
 * Those of `namedVariables` that an optimiser updates.
 * @param module Any object or array, as for `namedVariables`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ActNorm, trainableVariables } from '@lin/invertible';
 * console.log([...trainableVariables(new ActNorm({ shape: [2] })).keys()]);
 * ```
 * ```text
 * [ 'logScale', 'bias' ]
 * ```
 */
export function trainableVariables(module: object): Map<string, tf.Variable> {
  return new Map([...namedVariables(module)].filter(([, variable]) => variable.trainable));
}

/**
 * Disposes every variable below `module`.
 * @param module Any object or array, as for `namedVariables`.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { disposeVariables, VectorFlow } from '@lin/invertible';
 * const before = tf.memory().numTensors;
 * const flow = new VectorFlow({ dim: 4, hiddenDim: 8 });
 * console.log(tf.memory().numTensors - before);
 * disposeVariables(flow);
 * console.log(tf.memory().numTensors - before);
 * ```
 * ```text
 * 26
 * 0
 * ```
 */
export function disposeVariables(module: object): void {
  for (const variable of namedVariables(module).values()) variable.dispose();
}
