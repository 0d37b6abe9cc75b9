// Cumsum and Cumprod. webgpu's own are wrong where they run backwards, which every gradient of a sum does. Here each element takes in the
// one 1, 2, 4, … places before it (Hillis and Steele, Data parallel algorithms, 1986).
import * as tf from '@tensorflow/tfjs-core';
import { replace } from '../kernels/correct.js';

export function replaceScans(): void {
  for (const { name, combine, neutral } of [
    { name: tf.Cumsum, combine: tf.add, neutral: 0 },
    { name: tf.Cumprod, combine: tf.mul, neutral: 1 },
  ]) {
    replace(name, 'webgpu', ({ inputs, attrs }) => {
      const { x } = inputs as { x: tf.Tensor };
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs;
      const [along] = tf.util.parseAxisParam(axis, x.shape) as [number];
      const extent = x.shape[along]!;
      const outer = tf.util.sizeFromShape(x.shape.slice(0, along));
      /** Each element moves by `places` against the scan, and the first ones are neutral. */
      const moved = (y: tf.Tensor, places: number) => {
        const kept = tf.slice(y, [0, reverse ? places : 0, 0], [-1, extent - places, -1]);
        return tf.pad(kept, [[0, 0], reverse ? [0, places] : [places, 0], [0, 0]], neutral);
      };
      if (x.size === 0) return tf.clone(x);
      let result = tf.reshape(x, [outer, extent, -1]) as tf.Tensor;
      if (exclusive) result = moved(result, 1);
      for (let places = 1; places < extent; places *= 2) result = combine(result, moved(result, places));
      return tf.reshape(result, x.shape);
    });
  }
}
