// The pendulum itself, simulated: θ'' = −sin θ − friction θ'.
import * as tf from '@tensorflow/tfjs-core';

export const FRICTION = 0.3;

/** Angle and speed of `count` pendulums, from a disc of radius 1.9: none ever goes over the top. */
export function states(count: number, seed: number): tf.Tensor2D {
  const [radius, angle] = [1, 2].map((k) => tf.randomUniform([count], 0, 1, 'float32', 2 * seed + k));
  const [r, a] = [tf.mul(tf.sqrt(radius!), 1.9), tf.mul(angle!, 2 * Math.PI)];
  return tf.stack([tf.mul(r, tf.cos(a)), tf.mul(r, tf.sin(a))], 1) as tf.Tensor2D;
}

/** The states after t seconds, by the Runge–Kutta method in steps of at most 0.05 s. */
export function truth(x: tf.Tensor2D, t: number): tf.Tensor2D {
  const count = Math.ceil(t / 0.05);
  const h = t / Math.max(1, count);
  const velocity = ([angle, speed]: number[]) => [speed!, -Math.sin(angle!) - FRICTION * speed!];
  const along = (state: number[], k: number[], by: number) => state.map((value, i) => value + by * k[i]!);
  const rows = x.arraySync().map((state) => {
    for (let step = 0; step < count; step++) {
      const k1 = velocity(state);
      const k2 = velocity(along(state, k1, h / 2));
      const k3 = velocity(along(state, k2, h / 2));
      const k4 = velocity(along(state, k3, h));
      state = state.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
    }
    return state;
  });
  return tf.tensor2d(rows, [rows.length, 2]);
}
