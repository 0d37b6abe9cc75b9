// A flow's density integrates to 1 over the plane, whatever its parameters.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Flow, neuralSplineFlow, realNVP } from '../src/index.js';
import { heat } from './hot.js';

/** On the current backend. */
export function testDensityIntegral(): void {
  test.each([
    [
      'spline',
      () =>
        neuralSplineFlow({
          dim: 2,
          numBlocks: 2,
          hiddenDim: 16,
          bins: 4,
          bound: 3,
          minWidth: 0.1,
          minHeight: 0.1,
          minSlope: 0.3,
        }),
    ],
    ['affine', () => realNVP({ dim: 2, numBlocks: 4, hiddenDim: 16 })],
  ])('of %s couplings has a density that integrates to 1, whatever its parameters', (_, make) => {
    const flow = new Flow({ transform: heat(make(), 1) });
    const [side, step] = [240, 0.06]; // of [−7.2, 7.2]²; smallest slopes above keep the density from spikes that fall between points
    tf.tidy(() => {
      const line = tf.add(tf.mul(tf.range(0, side), step), -7.2 + step / 2);
      const grid = tf.stack(
        [tf.tile(line, [side]), tf.reshape(tf.tile(tf.expandDims(line, 1), [1, side]), [side * side])],
        1,
      );
      expect(tf.sum(tf.exp(flow.logProb(grid))).dataSync()[0]! * step ** 2).toBeCloseTo(1, 2);
    });
    flow.dispose();
  });
}
