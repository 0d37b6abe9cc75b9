import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { Convolutional } from '../index.js';

type Image = number[][][];

/** A convolution written out: zero padding, stride 1, an odd window. */
function convolve(image: Image, kernel: number[][][][], bias: number[]): Image {
  const reach = (kernel.length - 1) / 2;
  return image.map((row, y) =>
    row.map((_, x) =>
      bias.map((value, out) => {
        let sum = value;
        kernel.forEach((line, dy) =>
          line.forEach((taps, dx) =>
            taps.forEach(
              (tap, channel) => (sum += (image[y + dy - reach]?.[x + dx - reach]?.[channel] ?? 0) * tap[out]!),
            ),
          ),
        );
        return sum;
      }),
    ),
  );
}

describe.each(backends)('a convolutional conditioner on %s', (backend) => {
  useBackend(backend);

  test('is 1×1, 3×3, 1×1 convolutions with ReLU between, zero beyond the edge', () => {
    const network = heat(new Convolutional({ inputChannels: 2, outputChannels: 3, hiddenDim: 4, seed: 1 }), 6);
    tf.tidy(() => {
      const x = normal([2, 3, 4, 2], 2) as tf.Tensor4D;
      const expected = x.arraySync().map((image) =>
        network.kernels.reduce<Image>((h, kernel, layer) => {
          const input = layer === 0 ? h : h.map((row) => row.map((pixel) => pixel.map((value) => Math.max(0, value))));
          return convolve(input, kernel.arraySync() as number[][][][], [...network.biases[layer]!.dataSync()]);
        }, image),
      );
      network
        .apply(x)
        .dataSync()
        .forEach((value, i) => expect(value).toBeCloseTo(expected.flat(3)[i]!, 4));
    });
    network.dispose();
  });
});

describe('a new convolutional conditioner', () => {
  useBackend('cpu');

  test('has He-normal layers, the last one zero', () => {
    const network = new Convolutional({ inputChannels: 24, outputChannels: 48, hiddenDim: 64, seed: 1 });
    expect(network.kernels.map((kernel) => kernel.shape)).toEqual([
      [1, 1, 24, 64],
      [3, 3, 64, 64],
      [1, 1, 64, 48],
    ]);
    const squares = network.kernels.map((kernel) => tf.tidy(() => tf.mean(tf.square(kernel)).dataSync()[0]!));
    expect(squares[1]! * 9 * 64).toBeCloseTo(2, 1); // a variance of 2 / fan-in, over 36,864 draws
    expect(squares[2]).toBe(0);
    network.dispose();
  });

  test('refuses a width of 0', () => {
    expect(() => new Convolutional({ inputChannels: 2, outputChannels: 4, hiddenDim: 0, seed: 1 })).toThrow(
      'hiddenDim is 0: expected an integer of at least 1',
    );
  });
});
