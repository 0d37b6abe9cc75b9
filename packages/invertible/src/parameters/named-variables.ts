// Parameters are found by walking a module's own fields: nothing registers itself, and a parameter's name is its path.
import * as tf from '@tensorflow/tfjs-core';

/**
 * Every `tf.Variable` below `module` by dotted path, such as `scales.0.layers.1.conditioner.kernels.0`. State that is saved but not trained
 * (whether an ActNorm is initialised) has `trainable: false`. A variable reached twice keeps its first name.
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

/** Those of `namedVariables` that an optimiser updates. */
export function trainableVariables(module: object): Map<string, tf.Variable> {
  return new Map([...namedVariables(module)].filter(([, variable]) => variable.trainable));
}

/** Disposes every variable below `module`. */
export function disposeVariables(module: object): void {
  for (const variable of namedVariables(module).values()) variable.dispose();
}
