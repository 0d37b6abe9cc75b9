// Prelu by its definition, x or slope · x. wasm's kernel reads past the end of memory where the slope is broadcast in another way than
// along the last axes; as tensorflow and webgpu compute it, x of +∞ is NaN: relu(x) + slope · (x − |x|) / 2.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

export function replacePrelu(backendName: string): void {
  correct(tf.Prelu, backendName, () => (args) => {
    const [x, alpha] = ['x', 'alpha'].map((name) => tf.cast(args.inputs[name] as tf.Tensor, 'float32')) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return tf.where(tf.greaterEqual(x, 0), x, tf.mul(alpha, x));
  });
}
