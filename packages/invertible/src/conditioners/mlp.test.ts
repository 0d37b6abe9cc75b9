import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { Mlp } from '../index.js';

describe.each(backends)('a perceptron on %s', (backend) => {
  useBackend(backend);

  test('is W₃ relu(W₂ relu(W₁ x + b₁) + b₂) + b₃', () => {
    const mlp = heat(new Mlp({ inputDim: 3, outputDim: 2, hiddenDim: 5, numLayers: 3, seed: 1 }), 4);
    tf.tidy(() => {
      const x = normal([4, 3], 2) as tf.Tensor2D;
      const expected = x.arraySync().map((row) =>
        mlp.kernels.reduce((h, kernel, layer) => {
          const input = layer === 0 ? h : h.map((value) => Math.max(0, value));
          const weights = kernel.arraySync() as number[][];
          return [...mlp.biases[layer]!.dataSync()].map((bias, j) =>
            input.reduce((sum, value, i) => sum + value * weights[i]![j]!, bias),
          );
        }, row),
      );
      mlp
        .apply(x)
        .dataSync()
        .forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i]!, 5));
    });
    mlp.dispose();
  });
});

describe('a new perceptron', () => {
  useBackend('cpu');

  test('has He-normal layers, the last one zero', () => {
    const mlp = new Mlp({ inputDim: 100, outputDim: 6, hiddenDim: 200, numLayers: 3, seed: 1 });
    expect(mlp.kernels.map((kernel) => kernel.shape)).toEqual([
      [100, 200],
      [200, 200],
      [200, 6],
    ]);
    const squares = mlp.kernels.map((kernel) => tf.tidy(() => tf.mean(tf.square(kernel)).dataSync()[0]!));
    expect(squares[0]! * 100).toBeCloseTo(2, 1); // a variance of 2 / fan-in, over 20,000 draws
    expect(squares[1]! * 200).toBeCloseTo(2, 1);
    expect(squares[2]).toBe(0);
    mlp.dispose();
  });

  test.each([
    ['hiddenDim', { hiddenDim: 0, numLayers: 2 }, /hiddenDim is 0: expected an integer of at least 1/],
    ['numLayers', { hiddenDim: 4, numLayers: 1 }, /numLayers is 1: expected an integer of at least 2/],
  ])('refuses a wrong %s', (_, sizes, message) => {
    expect(() => new Mlp({ inputDim: 2, outputDim: 2, seed: 1, ...sizes })).toThrow(RangeError);
    expect(() => new Mlp({ inputDim: 2, outputDim: 2, seed: 1, ...sizes })).toThrow(message);
  });
});
