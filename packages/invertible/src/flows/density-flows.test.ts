import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { affine, couplingFlow, spline, valuesOf } from '../../test/float64-flow.js';
import { heat, normal } from '../../test/hot.js';
import {
  disposeVariables,
  namedVariables,
  neuralSplineFlow,
  nice,
  realNVP,
  VectorFlow,
  type CouplingFlowOptions,
  type Invertible,
} from '../index.js';

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

type Reference = Parameters<typeof couplingFlow>[2];
const flows: [string, make: () => Invertible, name: string, Reference][] = [
  ['a vector flow', () => new VectorFlow({ dim: 7, numBlocks: 4, hiddenDim: 24, seed: 1 }), 'blocks.layers', affine(1)],
  [
    'a conditional vector flow',
    () => new VectorFlow({ dim: 4, numBlocks: 2, hiddenDim: 24, contextDim: 3, seed: 1 }),
    'blocks.layers',
    affine(1),
  ],
  ['RealNVP', () => realNVP({ dim: 5, hiddenDim: 24, seed: 2 }), 'layers', affine(0.5)],
  ['a neural spline flow', () => neuralSplineFlow({ dim: 5, hiddenDim: 24, seed: 3 }), 'layers', spline(8, 5)],
  [
    'a conditional neural spline flow of few bins',
    () => neuralSplineFlow({ dim: 3, bins: 3, bound: 2, hiddenDim: 24, contextDim: 2 }),
    'layers',
    spline(3, 2),
  ],
];

describe.each(backends)('on %s', (backend) => {
  useBackend(backend);

  test.each(flows)('%s gives what a float64 reference written from the equations gives', (_, make, name, reference) => {
    const flow = heat(make(), 5);
    const values = valuesOf(namedVariables(flow));
    tf.tidy(() => {
      const x = normal([40, ...flow.inputShape], 1, 2); // some beyond a spline's bound
      const context = flow.contextShape && normal([40, ...flow.contextShape], 2);
      const { y, logDet } = flow.applyWithLogDet(x, context);
      const contexts = context?.arraySync() as number[][] | undefined;
      const expected = (x.arraySync() as number[][]).map((row, i) =>
        couplingFlow(values, name, reference, row, contexts?.[i]),
      );
      const relative = (got: tf.Tensor, want: tf.Tensor) => largest(tf.div(tf.sub(got, want), tf.add(tf.abs(want), 1)));
      // float32's rounding, stretched on the way: by some tens in an affine flow, by hundreds where six splines are steep.
      expect(relative(y, tf.tensor2d(expected.map((one) => one.y)))).toBeLessThan(1e-4);
      expect(relative(logDet, tf.tensor1d(expected.map((one) => one.logDet)))).toBeLessThan(1e-4);
    });
    disposeVariables(flow);
  });
});

describe('flows in one call', () => {
  useBackend('cpu');

  test.each<[string, (options: CouplingFlowOptions) => Invertible]>([
    ['nice', nice],
    ['realNVP', realNVP],
    ['neuralSplineFlow', neuralSplineFlow],
  ])('%s: new, permutes its input; the seed decides its parameters; mistakes in options are named', (_, make) => {
    const [a, b, other] = [make({ dim: 4, seed: 1 }), make({ dim: 4, seed: 1 }), make({ dim: 4, seed: 2 })];
    tf.tidy(() => {
      const x = normal([20, 4], 1);
      const sorted = (t: tf.Tensor) => tf.topk(t, 4).values;
      expect(largest(tf.sub(sorted(a.apply(x)), sorted(x)))).toBeLessThan(5e-6);
    });
    const kernels = (flow: Invertible) =>
      [...namedVariables(flow).entries()]
        .filter(([name]) => name.endsWith('kernels.0'))
        .map(([, kernel]) => Array.from(kernel.dataSync()));
    expect(kernels(a)).toEqual(kernels(b));
    expect(kernels(a)).not.toEqual(kernels(other));
    [a, b, other].forEach((flow) => flow.dispose());
    for (const [options, message] of [
      [{ dim: 1 }, 'dim is 1: expected an integer of at least 2'],
      [{ dim: 2, numBlocks: 0 }, 'numBlocks is 0'],
      [{ dim: 2, contextDim: 0 }, 'contextDim is 0'],
    ] as const) {
      expect(() => make(options)).toThrow(RangeError);
      expect(() => make(options)).toThrow(message);
    }
  });

  test('nice changes volume by its scales alone, the same everywhere', () => {
    const flow = heat(nice({ dim: 3, hiddenDim: 8 }), 1);
    tf.tidy(() => {
      const logDet = flow.applyWithLogDet(normal([30, 3], 1)).logDet.dataSync();
      expect(Math.max(...logDet) - Math.min(...logDet)).toBeLessThan(1e-6);
    });
    flow.dispose();
  });
});
