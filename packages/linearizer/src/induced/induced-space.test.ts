import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ShapeError } from '@lin/invertible';
import { registerWasm } from '../../test/wasm.js';
import { AveragingEncoder, randomImages, randomVectors, relativeDifference, tinyLinearizer } from '../../test/tiny.js';
import { LinearizerError } from '../errors.js';
import type { Linearizer } from '../linearizer.js';
import { imageChart, vectorChart } from './chart.js';
import { InducedSpace } from './induced-space.js';

let model: Linearizer;
let images: InducedSpace<tf.Tensor4D>;
let embeddings: InducedSpace<tf.Tensor2D>;
let before: number;
beforeAll(async () => {
  registerWasm();
  await tf.setBackend('wasm');
  model = tinyLinearizer();
  images = new InducedSpace(imageChart(model.gx));
  embeddings = new InducedSpace(vectorChart(model.gy));
  tf.dispose(images.zero()); // the readout keeps its inverted Gram matrix
});
afterAll(() => model.dispose());
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

/** float32's rounding (6e-8) through g, g⁻¹ and g again, whose gains multiply to some hundreds at most. */
const TOLERANCE = 3e-5;
const numbers = fc.double({ min: -2, max: 2, noNaN: true });
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });
/** Returns undefined, not the assertion, in which tf.tidy would look for tensors. */
function same(x: tf.Tensor, y: tf.Tensor): void {
  expect(relativeDifference(x, y)).toBeLessThan(TOLERANCE);
}
const valuesOf = (x: tf.Tensor) => Array.from(x.dataSync());

describe.each<[string, () => InducedSpace<tf.Tensor>, (count: number, seed: number) => tf.Tensor]>([
  ['images', () => images as unknown as InducedSpace, randomImages],
  ['embeddings', () => embeddings as unknown as InducedSpace, randomVectors],
])('the induced space of %s', (_, spaceOf, draw) => {
  const law = (check: (space: InducedSpace, u: tf.Tensor, v: tf.Tensor, w: tf.Tensor, a: number, b: number) => void) =>
    fc.assert(
      fc.property(seeds, numbers, numbers, (seed, a, b) => {
        tf.tidy(() => void check(spaceOf(), draw(1, seed), draw(1, seed ^ 1), draw(1, seed ^ 2), a, b));
      }),
      { numRuns: 4 },
    );

  describe('is a vector space:', () => {
    test('u ⊕ v = v ⊕ u', () => law((s, u, v) => same(s.add(u, v), s.add(v, u))));
    test('(u ⊕ v) ⊕ w = u ⊕ (v ⊕ w)', () => law((s, u, v, w) => same(s.add(s.add(u, v), w), s.add(u, s.add(v, w)))));
    test('u ⊕ 0 = u, where 0 = g⁻¹(0)', () => law((s, u) => same(s.add(u, s.zero()), u)));
    test('u ⊕ (−1) ⊙ u = 0 = u ⊖ u', () =>
      law((s, u) => {
        same(s.add(u, s.scale(-1, u)), s.zero());
        same(s.subtract(u, u), s.zero());
      }));
    test('a ⊙ (b ⊙ u) = ab ⊙ u', () => law((s, u, _v, _w, a, b) => same(s.scale(a, s.scale(b, u)), s.scale(a * b, u))));
    test('1 ⊙ u = u', () => law((s, u) => same(s.scale(1, u), u)));
    test('a ⊙ (u ⊕ v) = a ⊙ u ⊕ a ⊙ v', () =>
      law((s, u, v, _w, a) => same(s.scale(a, s.add(u, v)), s.add(s.scale(a, u), s.scale(a, v)))));
    test('(a + b) ⊙ u = a ⊙ u ⊕ b ⊙ u', () =>
      law((s, u, _v, _w, a, b) => same(s.scale(a + b, u), s.add(s.scale(a, u), s.scale(b, u)))));
  });

  describe('has an inner product:', () => {
    const close = (x: tf.Tensor, y: tf.Tensor, size: tf.Tensor) =>
      tf.tidy(() => void expect(Math.abs(valuesOf(tf.sub(x, y))[0]!)).toBeLessThan(TOLERANCE * valuesOf(size)[0]!));
    test('⟨u, v⟩ = ⟨v, u⟩', () => law((s, u, v) => close(s.inner(u, v), s.inner(v, u), tf.mul(s.norm(u), s.norm(v)))));
    test('⟨a ⊙ u ⊕ b ⊙ v, w⟩ = a⟨u, w⟩ + b⟨v, w⟩', () =>
      law((s, u, v, w, a, b) => {
        const left = s.inner(s.add(s.scale(a, u), s.scale(b, v)), w);
        const right = tf.add(tf.mul(s.inner(u, w), a), tf.mul(s.inner(v, w), b));
        close(left, right, tf.mul(tf.add(s.norm(u), s.norm(v)), tf.mul(s.norm(w), 2)));
      }));
    test('⟨u, u⟩ = ‖u‖² > 0', () =>
      law((s, u) => {
        close(s.inner(u, u), tf.square(s.norm(u)), s.inner(u, u));
        expect(valuesOf(s.inner(u, u))[0]).toBeGreaterThan(0);
      }));
    test('‖u ⊖ v‖ is the distance, and the triangle inequality holds', () =>
      law((s, u, v, w) => {
        close(s.distance(u, v), s.norm(s.subtract(u, v)), tf.add(s.norm(u), s.norm(v)));
        expect(valuesOf(s.distance(u, w))[0]).toBeLessThanOrEqual(
          (valuesOf(s.distance(u, v))[0]! + valuesOf(s.distance(v, w))[0]!) * (1 + TOLERANCE),
        );
      }));
  });

  test('interpolates along its straight line: the ends at 0 and 1, equal steps between', () =>
    law((s, u, v) => {
      same(s.interpolate(u, v, 0), u);
      same(s.interpolate(u, v, 1), v);
      const quarter = s.interpolate(u, v, 0.25);
      expect(valuesOf(s.distance(u, quarter))[0]! / valuesOf(s.distance(u, v))[0]!).toBeCloseTo(0.25, 4);
    }));

  test('sums with weights as ⊕ and ⊙ do one by one', () =>
    law((s, u, v, _w, a, b) => same(s.sum([a, b], tf.concat([u, v], 0)), s.add(s.scale(a, u), s.scale(b, v)))));

  test('pairs one element with each of a batch', () => {
    tf.tidy(() => {
      const [s, one, many] = [spaceOf(), draw(1, 3), draw(3, 4)];
      const sums = s.add(one, many);
      expect(sums.shape).toEqual(many.shape);
      same(tf.slice(sums, 2, 1), s.add(one, tf.slice(many, 2, 1)));
    });
  });

  test('Gram–Schmidt gives orthonormal elements that span what was given', async () => {
    const [s, xs] = [spaceOf(), draw(4, 9)];
    const basis = await s.gramSchmidt(xs);
    tf.tidy(() => {
      const u = s.coordinates(basis);
      expect(relativeDifference(tf.matMul(u, u, false, true), tf.eye(4))).toBeLessThan(TOLERANCE);
    });
    const projected = await s.project(xs, basis);
    same(projected, xs);
    tf.dispose([xs, basis, projected]);
  });

  test(
    'a projection is the nearest element of the span: what is left is orthogonal to it, ' +
      'and projecting again changes nothing',
    async () => {
      const [s, x, onto] = [spaceOf(), draw(2, 11), draw(2, 12)];
      const p = await s.project(x, onto);
      const twice = await s.project(p, onto);
      same(twice, p);
      tf.tidy(() => {
        const rest = s.coordinates(s.subtract(x, p));
        const across = tf.matMul(rest, s.coordinates(onto), false, true);
        expect(
          Math.max(...valuesOf(tf.abs(across))) /
            Math.max(...valuesOf(s.norm(x))) /
            Math.max(...valuesOf(s.norm(onto))),
        ).toBeLessThan(TOLERANCE);
      });
      tf.dispose([x, onto, p, twice]);
    },
  );

  test('projects onto elements that depend on each other, which Gram–Schmidt refuses by number', async () => {
    const [s, x, pair] = [spaceOf(), draw(1, 21), draw(2, 22)];
    const dependent = tf.tidy(() => tf.concat([pair, s.sum([2, -1], pair)], 0));
    const [p, expected] = [await s.project(x, dependent), await s.project(x, pair)];
    same(p, expected);
    await expect(s.gramSchmidt(dependent)).rejects.toThrow(LinearizerError);
    await expect(s.gramSchmidt(dependent)).rejects.toThrow(/element 2 is a combination of those before it/);
    tf.dispose([x, pair, dependent, p, expected]);
  });

  test('finds the neighbours of an element in its own metric, itself first', async () => {
    const [s, among] = [spaceOf(), draw(5, 31)];
    const x = tf.slice(among, 3, 1);
    const distances = tf.tidy(() => valuesOf(s.distance(x, among)));
    const [found] = await s.neighbours(x, among, { count: 3 });
    expect(found![0]!.index).toBe(3);
    expect(found!.map(({ distance }) => distance)).toEqual([...distances].sort((a, b) => a - b).slice(0, 3));
    expect(found!.map(({ index }) => distances[index])).toEqual(found!.map(({ distance }) => distance));
    tf.dispose([among, x]);
  });

  test('refuses elements of another shape, and weights of another number than the elements', () => {
    tf.tidy(() => {
      expect(() => spaceOf().norm(tf.zeros([2, 5]))).toThrow(ShapeError);
      expect(() => spaceOf().sum([1], draw(2, 1))).toThrow(/there are 1 weights for 2 elements/);
    });
  });
});

describe('the induced space of images', () => {
  test('swaps cores: the core of the one with the residual of the other, and swapping back gives both images again', () => {
    tf.tidy(() => {
      const [x1, x2] = [randomImages(1, 5), randomImages(1, 6)];
      const [a, b] = [images.swap(x1, x2), images.swap(x2, x1)];
      same(model.core(a), model.core(x1));
      same(model.apply(a), model.apply(x1)); // the network sees cores only
      same(images.swap(a, b), x1);
      same(images.swap(b, a), x2);
    });
  });

  test('is refused for an encoder without a way back to the image', () => {
    const encoder = new AveragingEncoder();
    expect(() => imageChart(encoder)).toThrow(LinearizerError);
    expect(() => imageChart(encoder)).toThrow(/invertible on its latent only/);
    encoder.dispose();
  });

  test('is not the space of pixels: ⊕ is not +', () => {
    tf.tidy(() => {
      const [u, v] = [randomImages(1, 1), randomImages(1, 2)];
      expect(relativeDifference(images.add(u, v), tf.add(u, v))).toBeGreaterThan(0.01);
    });
  });
});
