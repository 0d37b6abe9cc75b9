import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { SafetensorsError, type NamedTensor } from '@lin/safetensors';
import { beforeAll, describe, expect, test } from 'vitest';
import { linearizerFromNotebook } from '../index.js';

/** Made by make-notebook.py with torch 2.15: shapes of all tensors in order, images [2, 16, 16, 3], embeddings [2, 6] in float64. */
const reference = JSON.parse(
  await readFile(new URL('../../test/reference/notebook.json', import.meta.url), 'utf8'),
) as {
  shapes: Record<string, number[]>;
  x: number[][][][];
  y: number[][];
};

/** The rule of make-notebook.py. */
function weights(k: number, name: string, shape: number[]): NamedTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const fanIn = shape.length > 1 ? count / shape[0]! : 16;
  const size = 2 ** (1 - Math.floor(Math.log2(fanIn) / 2));
  const offset = name.endsWith('running_var') ? 2 : 0;
  const data = Float32Array.from({ length: count }, (_, i) => {
    const unit = (((i + 1) * 48271 * (k + 1)) % 65521) / 65521;
    return (Math.round((2 * unit - 1) * 64) / 64) * size + offset;
  });
  return { dtype: 'F32', shape, data };
}

const checkpoint = () =>
  new Map(Object.entries(reference.shapes).map(([name, shape], k) => [name, weights(k, name, shape)]));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a checkpoint of the authors’ notebook', () => {
  test('gives the embeddings that PyTorch gives', () => {
    const before = tf.memory().numTensors;
    const linearizer = linearizerFromNotebook(checkpoint(), { imageShape: [16, 16, 3] });
    const embeddings = tf.tidy(() => linearizer.apply(tf.tensor4d(reference.x)).arraySync());
    embeddings.forEach((row, i) =>
      row.forEach((value, j) => expect(Math.abs(value - reference.y[i]![j]!)).toBeLessThan(2e-6)),
    );
    expect(linearizer.gx.numBlocks).toBe(2);
    linearizer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each<[string, (tensors: Map<string, NamedTensor>) => void, RegExp]>([
    [
      'without its operator',
      (tensors) => tensors.delete('linear_op.weight'),
      /old\.safetensors: tensor "linear_op\.weight" is missing/,
    ],
    [
      'with a projection',
      (tensors) => tensors.set('g_y_inv.projection.weight', tensors.get('linear_op.weight')!),
      /latent_dim must be embedding_size/,
    ],
    [
      'without a running mean',
      (tensors) => tensors.delete('g_x.encoder.4.running_mean'),
      /"g_x\.encoder\.4\.running_mean" is missing/,
    ],
  ])('%s is refused', (_, change, message) => {
    const tensors = checkpoint();
    change(tensors);
    const load = () => linearizerFromNotebook(tensors, { imageShape: [16, 16, 3], source: 'old.safetensors' });
    expect(load).toThrow(SafetensorsError);
    expect(load).toThrow(message);
  });
});
