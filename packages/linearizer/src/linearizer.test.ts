import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ShapeError, VectorFlow } from '@lin/invertible';
import { DenseOperator, OperatorError } from '@lin/operator';
import { SafetensorsError, type NamedTensor } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import {
  AveragingEncoder,
  EMBEDDING,
  IMAGE,
  LATENT,
  randomImages,
  temporaryFolder,
  tinyLinearizer,
} from '../test/tiny.js';
import { CnnEncoder } from './encoders/cnn-encoder.js';
import { isInvertible, type Encoder } from './encoders/encoder.js';
import { LinearizerError } from './errors.js';
import { Linearizer } from './linearizer.js';
import { VERSION } from './version.js';

let before: number;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before); // whatever a test made and disposed, nothing is left
});

const largest = (tensor: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tensor)).dataSync()[0]!);
/** Largest difference of two tensors, relative to the largest entry of the second. */
const relativeDifference = (actual: tf.Tensor, expected: tf.Tensor) =>
  tf.tidy(() => largest(tf.sub(actual, expected)) / largest(expected));

function baseline(): Linearizer<Encoder, DenseOperator> {
  return new Linearizer({
    gx: new AveragingEncoder(),
    A: new DenseOperator({ inputDim: LATENT, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, numBlocks: 1, hiddenDim: 8, numLayers: 2 }),
  });
}

/** Values by name: what `load` must set, or leave alone. */
const valuesOf = (model: Linearizer) =>
  Object.fromEntries([...model.namedVariables()].map(([name, variable]) => [name, Array.from(variable.dataSync())]));

/** Rounding of float32 (6e-8) through a dozen layers whose gains multiply to some tens. */
const ROUNDING = 1e-4;

describe('a Linearizer', () => {
  test('is g_y⁻¹ after A after g_x', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      const x = randomImages(3);
      const steps = model.decode(model.linear(model.core(x)));
      expect(steps.shape).toEqual([3, EMBEDDING]);
      expect(relativeDifference(model.apply(x), steps)).toBe(0);
      // The same from the parts themselves, A as a matrix product.
      const z = tf.matMul(model.gx.core(x), tf.transpose(model.A.matrix as tf.Tensor2D));
      expect(relativeDifference(model.apply(x), model.gy.invert(z))).toBeLessThan(1e-6);
    });
    model.dispose();
  });

  test('satisfies g_y(f(x)) = A g_x(x), and that is neither g_x(x) nor f(x)', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      const x = randomImages(4);
      const mapped = model.linear(model.core(x));
      expect(relativeDifference(model.gy.apply(model.apply(x)), mapped)).toBeLessThan(ROUNDING);
      expect(relativeDifference(model.apply(x), mapped)).toBeGreaterThan(0.01); // g_y does something
      expect(relativeDifference(tf.slice(model.core(x), [0, 0], [4, EMBEDDING]), mapped)).toBeGreaterThan(0.01); // and so does A
    });
    model.dispose();
  });

  test('is linear in the induced spaces: f(a ⊙ u ⊕ b ⊙ v) = a ⊙ f(u) ⊕ b ⊙ f(v), which is not so in the pixels', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      const [u, v, a, b] = [randomImages(2, 1), randomImages(2, 2), 0.7, -1.3];
      const combine = <T extends tf.Tensor>(x: T, y: T) => tf.add(tf.mul(x, a), tf.mul(y, b)) as T;
      const [gu, gv] = [model.gx.encode(u), model.gx.encode(v)];
      const induced = model.gx.decode(combine(gu.core, gv.core), combine(gu.residual, gv.residual)); // a ⊙ u ⊕ b ⊙ v
      const expected = model.gy.invert(combine(model.gy.apply(model.apply(u)), model.gy.apply(model.apply(v))));
      expect(relativeDifference(model.apply(induced), expected)).toBeLessThan(ROUNDING);
      expect(relativeDifference(model.apply(combine(u, v)), expected)).toBeGreaterThan(0.01);
    });
    model.dispose();
  });

  test('passes gradients to each of its parts', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      const x = randomImages(2);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(model.apply(x))) as tf.Scalar);
      for (const part of [
        'gx.scales.layers.3.conditioner.kernels.0',
        'gx.readout.weights',
        'A.matrix',
        'gy.blocks.layers.1.conditioner.kernels.0',
      ]) {
        const variable = model.namedVariables().get(part);
        expect(variable, part).toBeDefined();
        expect(largest(grads[variable!.name]!), part).toBeGreaterThan(0);
      }
    });
    model.dispose();
  });

  test('keeps no tensors but its variables, once its readout is inverted', () => {
    const model = tinyLinearizer();
    tf.tidy(() => void model.reconstruct(randomImages(1)));
    const x = randomImages(2);
    const held = tf.memory().numTensors;
    const z = model.core(x);
    const u = model.linear(z);
    const results = [z, u, model.decode(u), model.apply(x), model.reconstruct(x)];
    expect(tf.memory().numTensors).toBe(held + results.length);
    tf.dispose([...results, x]);
    model.dispose();
  });
});

describe('an image that was encoded', () => {
  test('comes back, every byte of it', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      const bytes = tf.randomUniform<tf.Rank.R4>([3, 16, 16, 3], 0, 256, 'int32', 3);
      const x = tf.div(tf.sub(bytes, 127.5), 127.5) as tf.Tensor4D;
      const back = model.reconstruct(x);
      expect(largest(tf.sub(back, x))).toBeLessThan(ROUNDING);
      expect(largest(tf.sub(tf.round(tf.add(tf.mul(back, 127.5), 127.5)), bytes))).toBe(0);
    });
    model.dispose();
  });

  test('does not come back from an encoder that drops part of it, and that is said', () => {
    const model = baseline();
    tf.tidy(() => {
      const reconstruct = () => model.reconstruct(randomImages(2));
      expect(reconstruct).toThrow(LinearizerError);
      expect(reconstruct).toThrow(/invertible on its latent only, not back to the image; use an ImageFlow/);
    });
    expect(isInvertible(model.gx)).toBe(false);
    model.dispose();
    const [cnn, tiny] = [
      new CnnEncoder({ imageShape: IMAGE, latentDim: 8, coreFlow: { numBlocks: 1, hiddenDim: 8, numLayers: 2 } }),
      tinyLinearizer(),
    ];
    expect([cnn, tiny.gx].map(isInvertible)).toEqual([false, true]);
    cnn.dispose();
    tiny.dispose();
  });
});

describe('parts that do not fit together are refused, with both shapes', () => {
  test('a part of another kind is named', () => {
    const { gx, A, gy } = baseline();
    const made = (parts: object) => () => new Linearizer({ gx, A, gy, ...parts });
    expect(made({ gx: gy })).toThrow(/^Linearizer: g_x must be an encoder, .* but is VectorFlow\.$/);
    expect(made({ gy: gx })).toThrow(
      /^Linearizer: g_y must be an Invertible of vectors, .* but is AveragingEncoder\.$/,
    );
    expect(made({ A: undefined })).toThrow(/^Linearizer: A must be a linear operator, .* but is undefined\.$/);
    for (const part of [gx, A, gy]) part.dispose();
  });

  test.each<[string, { latent: number; embedding: number }, RegExp]>([
    ['g_x and A', { latent: 7, embedding: EMBEDDING }, /g_x gives a core of 8, but A takes 7 \(A is 6×7\)/],
    ['A and g_y', { latent: LATENT, embedding: 5 }, /A gives 5 \(A is 5×8\), but g_y⁻¹ takes \[6\]/],
  ])('%s', (_, { latent, embedding }, message) => {
    const model = baseline();
    const A = new DenseOperator({ inputDim: latent, outputDim: embedding });
    expect(() => new Linearizer({ gx: model.gx, A, gy: model.gy })).toThrow(ShapeError);
    expect(() => new Linearizer({ gx: model.gx, A, gy: model.gy })).toThrow(message);
    A.dispose();
    model.dispose();
  });

  test('images of another size, latents of another length', () => {
    const model = tinyLinearizer();
    tf.tidy(() => {
      expect(() => model.apply(tf.zeros([1, 8, 8, 3]))).toThrow(ShapeError);
      expect(() => model.apply(tf.zeros([1, 8, 8, 3]))).toThrow(/\[B, 16, 16, 3\], but got \[1, 8, 8, 3\]/);
      expect(() => model.linear(tf.zeros([1, 6]))).toThrow(OperatorError);
      expect(() => model.linear(tf.zeros([1, 6]))).toThrow(/\[B, 8\], but got \[1, 6\]/);
      expect(() => model.decode(tf.zeros([1, 8]))).toThrow(/\[B, 6\], but got \[1, 8\]/);
    });
    model.dispose();
  });
});

describe('the summary', () => {
  test('counts parameters as a hand does', () => {
    const model = tinyLinearizer();
    // A block of c channels at width 4: actnorm 2c, 8 reflections of c, kernels c/2·4 + 3·3·4·4 + 4·c, biases 4 + 4 + c.
    const block = (c: number) => 2 * c + 8 * c + (c / 2) * 4 + 144 + 4 * c + 8 + c;
    // A vector block of d at width 8: kernels d/2·8 + 8·d, biases 8 + d.
    const vectorBlock = (d: number) => (d / 2) * 8 + 8 * d + 8 + d;
    const gx = block(48) + block(192) + block(768) + 8 * 768 + 2 * 8 + 2 * vectorBlock(8);
    const trainable = gx + 6 * 8 + 2 * vectorBlock(6);
    expect(model.parameterCount()).toEqual({ total: trainable + 4, trainable }); // and a flag in each of the 4 actnorms
    model.dispose();
  });

  test('states shapes, blocks and counts', () => {
    const model = tinyLinearizer();
    const lines = model
      .summary()
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ').trim());
    expect(lines).toEqual([
      'Linearizer f(x) = g_y⁻¹(A · g_x(x))',
      'g_x [B, 16, 16, 3] → [B, 8] 5 blocks 23,980 parameters',
      'A [B, 8] → [B, 6] 48 parameters',
      'g_y⁻¹ [B, 6] → [B, 6] 2 blocks 172 parameters',
      'total parameters 24,200',
      'trainable parameters 24,196',
    ]);
    model.dispose();
    const one = baseline();
    expect(one.summary()).toMatch(/1 block +/);
    one.dispose();
  });
});

describe('a saved Linearizer', () => {
  test('gives the same outputs bit for bit, in a model that was built with another seed', async () => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    const [saved, loaded] = [tinyLinearizer(1), tinyLinearizer(2)];
    const outputs = (model: Linearizer) =>
      tf.tidy(() =>
        [model.apply(randomImages(2)), model.reconstruct(randomImages(2))].map((y) => Array.from(y.dataSync())),
      );
    expect(outputs(loaded)).not.toEqual(outputs(saved));
    await saved.save(path, { metadata: { note: 'σ' } });
    const held = tf.memory().numTensors;
    expect(await loaded.load(path)).toEqual({
      format: 'lin.linearizer.1',
      writer: `@lin/linearizer ${VERSION}`,
      note: 'σ',
    });
    expect(tf.memory().numTensors).toBe(held);
    expect(outputs(loaded)).toEqual(outputs(saved));
    expect(valuesOf(loaded)).toEqual(valuesOf(saved));
    for (const model of [saved, loaded]) model.dispose();
  });

  test('holds every variable by its dotted name, and its own copy of each', async () => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    const model = tinyLinearizer();
    await model.save(path);
    const { tensors } = await readSafetensors(path);
    expect([...tensors.keys()].sort()).toEqual([...model.namedVariables().keys()].sort());
    expect([...tensors.keys()].every((name) => /^(gx|A|gy)\./.test(name))).toBe(true);
    expect(tensors.get('A.matrix')).toMatchObject({ dtype: 'F32', shape: [6, 8] });
    expect(tensors.get('gy.blocks.layers.0.order')).toMatchObject({ dtype: 'I32', shape: [6] });
    model.dispose();
  });

  const doubles: NamedTensor = { dtype: 'F64', shape: [6, 8], data: new Float64Array(48) };
  const floats: NamedTensor = { dtype: 'F32', shape: [6], data: new Float32Array(6) };
  const transposed: NamedTensor = { dtype: 'F32', shape: [8, 6], data: new Float32Array(48) };
  test.each<[string, (tensors: Map<string, NamedTensor>) => void, RegExp]>([
    ['a tensor too few', (tensors) => tensors.delete('A.matrix'), /tensor "A\.matrix" of shape \[6, 8\] is missing/],
    [
      'a tensor too many',
      (tensors) => tensors.set('B.matrix', transposed),
      /tensor "B\.matrix" belongs to no parameter/,
    ],
    [
      'a transposed tensor',
      (tensors) => tensors.set('A.matrix', transposed),
      /"A\.matrix" is F32 \[8, 6\], but the model's is F32 \[6, 8\]/,
    ],
    [
      'a tensor of another type',
      (tensors) => tensors.set('A.matrix', doubles),
      /"A\.matrix" is F64 \[6, 8\], but the model's is F32/,
    ],
    [
      'a permutation in floats',
      (tensors) => tensors.set('gy.blocks.layers.0.order', floats),
      /is F32 \[6\], but the model's is I32/,
    ],
  ])('with %s is refused, and nothing is assigned', async (_, change, message) => {
    const path = join(await temporaryFolder(), 'model.safetensors');
    const [saved, other] = [tinyLinearizer(1), tinyLinearizer(2)];
    await saved.save(path);
    const content = await readSafetensors(path);
    change(content.tensors);
    await writeSafetensors(path, content);
    const untouched = valuesOf(other);
    const loading = other.load(path).catch((error: unknown) => error);
    expect(await loading).toBeInstanceOf(SafetensorsError);
    expect(((await loading) as Error).message).toMatch(message);
    expect(((await loading) as Error).message).toContain(path);
    expect(valuesOf(other)).toEqual(untouched);
    for (const model of [saved, other]) model.dispose();
  });
});
