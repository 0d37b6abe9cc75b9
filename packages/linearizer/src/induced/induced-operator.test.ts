import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { VectorFlow } from '@lin/invertible';
import {
  add,
  DenseOperator,
  fromRows,
  identity,
  MatrixFunctionError,
  multiply,
  scale,
  transpose,
  type Matrix,
} from '@lin/operator';
import { randomMatrix } from '../../test/random-matrix.js';
import { DIM, sharedImages, sharedVectors, type Shared } from '../../test/shared.js';
import {
  AveragingEncoder,
  EMBEDDING,
  LATENT,
  randomImages,
  randomVectors,
  relativeDifference,
  stir,
  tinyLinearizer,
} from '../../test/tiny.js';
import { LinearizerError } from '../errors.js';
import { Linearizer } from '../linearizer.js';
import { vectorChart } from './chart.js';
import { InducedOperator } from './induced-operator.js';
import { InducedSpace } from './induced-space.js';

let before: number;
let vectors: Shared<tf.Tensor2D>;
let images: Shared<tf.Tensor4D>;
let model: Linearizer;
let f: InducedOperator<tf.Tensor4D, tf.Tensor2D>;
beforeAll(async () => {
  await tf.setBackend('cpu');
  [vectors, images, model] = [sharedVectors(), sharedImages(), tinyLinearizer()];
  f = await model.operator();
  tf.dispose([images.space.zero(), f.domain.zero(), f.apply(f.domain.zero())]); // what is kept from the first use on
});
afterAll(() => {
  f.dispose();
  [vectors, images, model].forEach((part) => part.dispose());
});
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

/** float32's rounding (6e-8) through a few networks one after another, whose gains multiply to some hundreds, and the condition of A. */
const TOLERANCE = 2e-4;
/** Returns undefined, not the assertion, in which tf.tidy would look for tensors. */
function same(x: tf.Tensor, y: tf.Tensor): void {
  expect(relativeDifference(x, y)).toBeLessThan(TOLERANCE);
}
const randomCoordinates = (count: number, seed: number) =>
  tf.randomNormal<tf.Rank.R2>([count, DIM], 0, 1, 'float32', seed);
const valuesOf = (x: tf.Tensor) => Array.from(x.dataSync());
/** Runs `check`, then disposes the operators that it used. */
function using<T extends { dispose(): void }>(operators: T[], check: (...operators: T[]) => void): void {
  tf.tidy(() => void check(...operators));
  operators.forEach((operator) => operator.dispose());
}

/** Eigenvalues away from zero and from the negative numbers. */
const POSITIVE = add(identity(DIM), scale(randomMatrix(DIM, DIM, 13), 1 / (2 * DIM)));
const RANK_DEFICIENT = multiply(randomMatrix(DIM, 2, 11), randomMatrix(2, DIM, 12));

describe('a Linearizer as an operator', () => {
  test('is the network', () => {
    tf.tidy(() => {
      const x = randomImages(3);
      same(f.apply(x), model.apply(x));
    });
  });

  test('is linear between the induced spaces: f(a ⊙ u ⊕ b ⊙ v) = a ⊙ f(u) ⊕ b ⊙ f(v)', () => {
    tf.tidy(() => {
      const [u, v] = [randomImages(1, 1), randomImages(1, 2)];
      const combine = <E extends tf.Tensor>(space: InducedSpace<E>, x: E, y: E) =>
        space.add(space.scale(0.7, x), space.scale(-1.3, y));
      same(f.apply(combine(f.domain, u, v)), combine(f.codomain, f.apply(u), f.apply(v)));
    });
  });

  test('maps zero to zero, and neither is the image or the vector of zeros', () => {
    tf.tidy(() => {
      same(f.apply(f.domain.zero()), f.codomain.zero());
      expect(Math.max(...valuesOf(tf.abs(f.domain.zero())))).toBeGreaterThan(0.01);
    });
  });

  test('is refused where g_x has no way back to the image', async () => {
    const gx = new AveragingEncoder();
    const other = new Linearizer({
      gx,
      A: new DenseOperator({ inputDim: LATENT, outputDim: EMBEDDING }),
      gy: model.gy,
    });
    await expect(other.operator()).rejects.toThrow(LinearizerError);
    await expect(other.operator()).rejects.toThrow(/invertible on its latent only/);
    gx.dispose();
    other.A.dispose();
  });

  test('keeps the A of when it was made', async () => {
    const changing = tinyLinearizer(5);
    const then = await changing.operator();
    const x = randomImages(1);
    const [y, kept] = tf.tidy(() => {
      const first = changing.apply(x);
      const { matrix } = changing.A as DenseOperator;
      matrix.assign(tf.mul(matrix, 2));
      return [first, then.apply(x)];
    });
    same(kept, y);
    tf.dispose([x, y, kept]);
    then.dispose();
    changing.dispose();
  });
});

describe('the adjoint', () => {
  test('satisfies ⟨f(x), y⟩ = ⟨x, f*(y)⟩', () => {
    using([f.adjoint()], (adjoint) => {
      const [x, y] = [randomImages(4, 1), randomVectors(4, 2)];
      const [left, right] = [valuesOf(f.codomain.inner(f.apply(x), y)), valuesOf(f.domain.inner(x, adjoint.apply(y)))];
      const sizes = valuesOf(tf.mul(f.codomain.norm(f.apply(x)), f.codomain.norm(y)));
      left.forEach((value, i) => expect(Math.abs(value - right[i]!)).toBeLessThan(TOLERANCE * sizes[i]!));
      expect(Math.abs(left[0]!)).toBeGreaterThan(0.01);
    });
  });

  test('of the adjoint is f', () => {
    const adjoint = f.adjoint();
    using([adjoint.adjoint()], (twice) => same(twice.apply(randomImages(2)), f.apply(randomImages(2))));
  });
});

describe("the pseudo-inverse satisfies Penrose's four conditions in the induced spaces", () => {
  const law = (
    check: (
      a: InducedOperator<tf.Tensor2D, tf.Tensor2D>,
      p: InducedOperator<tf.Tensor2D, tf.Tensor2D>,
      x: tf.Tensor2D,
      y: tf.Tensor2D,
    ) => void,
  ) => {
    for (const matrix of [randomMatrix(DIM, DIM, 21), RANK_DEFICIENT]) {
      const a = vectors.operator(matrix);
      using([a, a.pinv()], (f, p) => check(f, p, randomCoordinates(3, 22), randomCoordinates(3, 23)));
    }
  };
  const inner = (x: tf.Tensor2D, y: tf.Tensor2D) => vectors.space.inner(x, y);
  const close = (x: tf.Tensor, y: tf.Tensor) =>
    valuesOf(tf.abs(tf.sub(x, y))).forEach((difference) => expect(difference).toBeLessThan(TOLERANCE * 20));

  test('f f† f = f', () => law((a, p, x) => same(a.apply(p.apply(a.apply(x))), a.apply(x))));
  test('f† f f† = f†', () => law((a, p, _, y) => same(p.apply(a.apply(p.apply(y))), p.apply(y))));
  test('f f† is its own adjoint', () =>
    law((a, p, x, y) => close(inner(a.apply(p.apply(x)), y), inner(x, a.apply(p.apply(y))))));
  test('f† f is its own adjoint', () =>
    law((a, p, x, y) => close(inner(p.apply(a.apply(x)), y), inner(x, p.apply(a.apply(y))))));

  test('f f† f = f between images and embeddings too, where the residual is part of the kernel', () => {
    const p = f.pinv();
    tf.tidy(() => same(f.apply(p.apply(f.apply(randomImages(2, 3)))), f.apply(randomImages(2, 3))));
    p.dispose();
  });
});

describe('composition', () => {
  test('applies one network where two were', () => {
    const [a, b] = [vectors.operator(randomMatrix(DIM, DIM, 31)), vectors.operator(randomMatrix(DIM, DIM, 32))];
    using([a, b, a.compose(b)], (a, b, both) => {
      const x = randomCoordinates(3, 33);
      same(both.apply(x), a.apply(b.apply(x)));
    });
  });

  test('of a Linearizer with one that begins where it ends', () => {
    const next = new VectorFlow({ dim: 4, numBlocks: 2, hiddenDim: 8, numLayers: 2, seed: 9 });
    stir(next, 9);
    const after = new InducedOperator({
      domain: f.codomain,
      codomain: new InducedSpace(vectorChart(next)),
      matrix: randomMatrix(4, EMBEDDING, 34),
    });
    const both = after.compose(f);
    tf.tidy(() => same(both.apply(randomImages(2)), after.apply(f.apply(randomImages(2)))));
    [both, after, next].forEach((part) => part.dispose());
  });

  test('is refused, in a sentence, where two networks meet', () => {
    const other = sharedVectors(4);
    const [a, b] = [vectors.operator(identity(DIM)), other.operator(identity(DIM))];
    expect(() => a.compose(b)).toThrow(LinearizerError);
    expect(() => a.compose(b)).toThrow(/ends in the space of another network/);
    other.dispose();
  });

  test('(f∘h)† = h† f† where h has full row rank and f full column rank, and not in general', () => {
    const full = vectors.operator(randomMatrix(DIM, DIM, 35));
    const invertible = vectors.operator(randomMatrix(DIM, DIM, 36));
    using([full.compose(invertible).pinv(), full.pinv(), invertible.pinv()], (both, p, q) => {
      const y = randomCoordinates(2, 37);
      same(both.apply(y), q.apply(p.apply(y)));
    });
    // diag(1, 0) after [[1, 1], [0, 1]]: (AB)⁺ = [[1/2, 0], [1/2, 0]], but B⁺A⁺ = [[1, 0], [0, 0]].
    const plane = sharedVectors(6, 2);
    const [A, B] = [
      plane.operator(
        fromRows([
          [1, 0],
          [0, 0],
        ]),
      ),
      plane.operator(
        fromRows([
          [1, 1],
          [0, 1],
        ]),
      ),
    ];
    const [left, right] = [A.compose(B).pinv().matrix, multiply(B.pinv().matrix, A.pinv().matrix)];
    [...left.data].forEach((value, i) => expect(value).toBeCloseTo([0.5, 0, 0.5, 0][i]!, 12));
    [...right.data].forEach((value, i) => expect(value).toBeCloseTo([1, 0, 0, 0][i]!, 12));
    plane.dispose();
  });
});

describe('sums and multiples', () => {
  test('(2 ⊙ f ⊕ −0.5 ⊙ h)(x) = 2 ⊙ f(x) ⊕ −0.5 ⊙ h(x), between images and embeddings', async () => {
    const other = new InducedOperator({
      domain: f.domain,
      codomain: f.codomain,
      matrix: randomMatrix(EMBEDDING, LATENT, 51),
    });
    using([other, f.scale(2).add(other.scale(-0.5))], (h, mixture) => {
      const x = randomImages(2, 52) as never;
      const space = f.codomain;
      same(
        (mixture as InducedOperator).apply(x),
        space.add(space.scale(2, f.apply(x)), space.scale(-0.5, h.apply(x) as tf.Tensor2D)),
      );
    });
  });

  test('carry the residual along: f ⊕ h multiplies it by the sum of both, 3 ⊙ f by three times its own', () => {
    const [a, b] = [images.operator(randomMatrix(DIM, DIM, 53), 1), images.operator(randomMatrix(DIM, DIM, 54), 0.5)];
    using([a, b, a.add(b), a.scale(3)], (a, b, sum, thrice) => {
      const x = randomImages(1, 55);
      same(sum.apply(x), images.space.add(a.apply(x), b.apply(x)));
      same(thrice.apply(x), images.space.scale(3, a.apply(x)));
    });
  });

  test('are refused across networks, and for a factor that is not finite', () => {
    const other = sharedVectors(4);
    const [a, b] = [vectors.operator(identity(DIM)), other.operator(identity(DIM))];
    expect(() => a.add(b)).toThrow(LinearizerError);
    expect(() => a.add(b)).toThrow(/share g_x and g_y/);
    expect(() => a.scale(Infinity)).toThrow(/factor is Infinity/);
    other.dispose();
  });
});

describe('the n-th power', () => {
  test.each([1, 2, 3, 7])('%d: one application is that many', (n) => {
    const a = vectors.operator(randomMatrix(DIM, DIM, 41));
    using([a, a.power(n)], (a, power) => {
      const x = randomCoordinates(2, 42);
      let repeated = x;
      for (let i = 0; i < n; i++) repeated = a.apply(repeated);
      same(power.apply(x), repeated);
    });
  });

  test.each([0, 1, 0.5])('of images, with the residual multiplied by %d', (gain) => {
    const a = images.operator(randomMatrix(DIM, DIM, 43), gain);
    using([a, a.power(3)], (a, power) => {
      const x = randomImages(1, 44);
      same(power.apply(x), a.apply(a.apply(a.apply(x))));
    });
  });

  test('a projector is idempotent: f(f(x)) = f(x)', () => {
    const q = f.domain.chart.coreDim; // any unit vector will do
    const unit = Array.from({ length: DIM }, (_, i) => Math.sin(i + q));
    const length = Math.hypot(...unit);
    const projector = fromRows(unit.map((a) => unit.map((b) => (a * b) / length ** 2)));
    using([vectors.operator(projector)], (p) => {
      const x = randomCoordinates(3, 45);
      same(p.apply(p.apply(x)), p.apply(x));
    });
    using([images.operator(projector, 1)], (p) =>
      same(p.apply(p.apply(randomImages(1, 46))), p.apply(randomImages(1, 46))),
    );
  });

  test.each([0.5, 1 / 3, 2.5])('%d: powers of a fraction compose as exponents add', (n) => {
    const [positive, rest] = [vectors.operator(POSITIVE), n < 1 ? 1 - n : n - 1];
    using([positive.power(n), positive.power(rest), positive.power(n + rest)], (power, other, sum) => {
      const x = randomCoordinates(2, 49);
      same(power.apply(other.apply(x)), sum.apply(x));
    });
  });

  test('of a half, twice, is the operator, with the residual too', () => {
    const a = images.operator(POSITIVE, 0.49);
    using([a, a.power(0.5)], (a, half) => {
      const x = randomImages(1, 50);
      same(half.apply(half.apply(x)), a.apply(x));
      expect(half.residualGain).toBeCloseTo(0.7, 12);
    });
  });

  test('of a fraction is refused where there is no real one', () => {
    expect(() => vectors.operator(scale(identity(DIM), -1)).power(0.5)).toThrow(MatrixFunctionError);
    expect(() => images.operator(POSITIVE, -1).power(0.5)).toThrow(/multiplied by -1, which has no power 0.5/);
  });

  test('is refused between two spaces, and for a power that is not above 0', () => {
    expect(() => f.power(2)).toThrow(/defined where g_x and g_y are one network/);
    expect(() => vectors.operator(identity(DIM)).power(0)).toThrow(/n is 0/);
    expect(() => vectors.operator(identity(DIM)).power(NaN)).toThrow(/n is NaN/);
  });
});

describe('the exponential', () => {
  test('is the sum of f^k / k!, the identity first', () => {
    const a = vectors.operator(randomMatrix(DIM, DIM, 47));
    using([a, a.exp()], (a, exp) => {
      const x = randomCoordinates(2, 48);
      let [sum, term] = [x, x];
      for (let k = 1; k < 20; k++) {
        term = vectors.space.scale(1 / k, a.apply(term));
        sum = vectors.space.add(sum, term);
      }
      same(exp.apply(x), sum);
    });
  });

  test('keeps the residual of an operator that drops it, and undoes that of −f', () => {
    const matrix = randomMatrix(DIM, DIM, 49);
    const [there, back] = [matrix, { ...matrix, data: matrix.data.map((value) => -value) }].map((m) =>
      images.operator(m).exp(),
    ) as [InducedOperator, InducedOperator];
    using([there, back], (there, back) => same(back.apply(there.apply(randomImages(1, 50))), randomImages(1, 50)));
  });

  test('is refused between two spaces, as eigenvalues are', () => {
    expect(() => f.exp()).toThrow(/exp is defined where g_x and g_y are one network/);
    expect(() => f.eigen()).toThrow(/eigen is defined where g_x and g_y are one network/);
  });
});

describe('eigenelements', () => {
  test.each([0, 0.5])('are multiplied by their eigenvalues, complex ones in pairs (residual times %d)', (gain) => {
    const a = images.operator(randomMatrix(DIM, DIM, 52), gain);
    const { values, real, imaginary } = a.eigen();
    expect(values.some(({ im }) => im !== 0)).toBe(true);
    const rows = (part: 're' | 'im') =>
      tf.tensor2d(
        values.map((value) => value[part]),
        [values.length, 1],
      );
    tf.tidy(() => {
      const [u, v] = [images.space.coordinates(real), images.space.coordinates(imaginary)];
      same(images.space.coordinates(a.apply(real)), tf.sub(tf.mul(rows('re'), u), tf.mul(rows('im'), v)));
      same(images.space.coordinates(a.apply(imaginary)), tf.add(tf.mul(rows('im'), u), tf.mul(rows('re'), v)));
    });
    tf.dispose([real, imaginary]);
    a.dispose();
  });
});

describe('the singular value decomposition', () => {
  test('gives orthonormal images that f maps to multiples of orthonormal embeddings', () => {
    const { values, right, left } = f.svd({ count: 4 });
    tf.tidy(() => {
      const gram = <E extends tf.Tensor>(space: InducedSpace<E>, xs: E) =>
        tf.matMul(space.coordinates(xs), space.coordinates(xs), false, true);
      same(gram(f.domain, right), tf.eye(4));
      same(gram(f.codomain, left), tf.eye(4));
      const scaled = f.codomain.element(tf.mul(f.codomain.coordinates(left), tf.tensor2d([...values], [4, 1])));
      same(f.apply(right), scaled);
    });
    tf.dispose([right, left]);
  });

  test('its first value is the largest gain: no element grows by more', () => {
    const { values, right, left } = f.svd({ count: 1 });
    tf.tidy(() => {
      const x = randomImages(6, 51);
      const gains = valuesOf(tf.div(f.codomain.norm(f.apply(x)), f.domain.norm(x)));
      expect(Math.max(...gains)).toBeLessThan(values[0]! * (1 + TOLERANCE));
    });
    tf.dispose([right, left]);
  });
});

describe('rank, kernel and image', () => {
  test('add up: the rank and the dimension of the kernel are that of the space', () => {
    const a = vectors.operator(RANK_DEFICIENT);
    expect([a.rank(), a.kernel().dimension, a.image().dimension]).toEqual([2, DIM - 2, 2]);
    expect(f.kernel().dimension + f.rank()).toBe(16 * 16 * 3);
  });

  test('the kernel is mapped to zero, and what is orthogonal to it is not', () => {
    const a = vectors.operator(RANK_DEFICIENT);
    const kernel = a.kernel();
    using([a], (a) => {
      const x = kernel.project(randomCoordinates(3, 61));
      expect(Math.max(...valuesOf(vectors.space.norm(a.apply(x))))).toBeLessThan(
        TOLERANCE * Math.min(...valuesOf(vectors.space.norm(x))),
      );
      expect(Math.max(...valuesOf(vectors.space.norm(a.apply(kernel.basis()!))))).toBeLessThan(TOLERANCE);
      const rest = vectors.space.subtract(randomCoordinates(3, 61), x);
      expect(Math.min(...valuesOf(vectors.space.norm(a.apply(rest))))).toBeGreaterThan(0.01);
    });
  });

  test('changing an image by its kernel changes no embedding', () => {
    tf.tidy(() => {
      const [x, other] = [randomImages(2, 62), randomImages(2, 63)];
      const moved = f.domain.add(x, f.kernel().project(other));
      expect(relativeDifference(moved, x)).toBeGreaterThan(0.1);
      same(f.apply(moved), f.apply(x));
    });
  });

  test('the image holds every value, and projecting onto it is f f†', () => {
    const a = vectors.operator(RANK_DEFICIENT);
    using([a, a.pinv()], (a, p) => {
      const y = randomCoordinates(3, 64);
      expect(Math.max(...valuesOf(a.image().distance(a.apply(y))))).toBeLessThan(TOLERANCE * 10);
      same(a.image().project(y), a.apply(p.apply(y)));
      expect(Math.min(...valuesOf(a.image().distance(y)))).toBeGreaterThan(0.01);
    });
  });

  test('the zero operator has everything for a kernel', () => {
    const zero = vectors.operator({ rows: DIM, cols: DIM, data: new Float64Array(DIM * DIM) });
    expect([zero.rank(), zero.kernel().dimension, zero.image().dimension, zero.image().basis()]).toEqual([
      0,
      DIM,
      0,
      null,
    ]);
    tf.tidy(() => same(zero.image().project(randomCoordinates(2, 1)), vectors.space.zero(2)));
  });
});

describe('a preimage', () => {
  const reached = () => tf.tidy(() => f.apply(randomImages(2, 71)));

  test.each<[string, () => tf.Tensor4D | undefined]>([
    ['the shortest', () => undefined],
    ["with another image's residual", () => randomImages(1, 72)],
  ])('%s is mapped to y, exactly', async (_, of) => {
    const [y, other] = [reached(), of()];
    const x = await f.preimage(y, { residual: other ? { of: other } : 'zero' });
    tf.tidy(() => {
      same(f.apply(x), y);
      const nearest = other && f.domain.subtract(x, other); // orthogonal to the kernel
      if (nearest)
        expect(Math.max(...valuesOf(f.domain.norm(f.kernel().project(nearest))))).toBeLessThan(TOLERANCE * 100);
    });
    tf.dispose([y, x, ...(other ? [other] : [])]);
  });

  test('the shortest is shorter than any other', async () => {
    const [y, other] = [reached(), randomImages(1, 73)];
    const [least, moved] = [await f.preimage(y), await f.preimage(y, { residual: { of: other } })];
    tf.tidy(() =>
      valuesOf(f.domain.norm(least)).forEach((norm, i) =>
        expect(norm).toBeLessThan(valuesOf(f.domain.norm(moved))[i]!),
      ),
    );
    tf.dispose([y, other, least, moved]);
  });

  test('with a drawn residual: one for each y, by seed, all mapped to y', async () => {
    const [y, like] = [reached(), randomImages(6, 74)];
    const [a, again, b] = [
      await f.preimage(y, { residual: { like, seed: 1 } }),
      await f.preimage(y, { residual: { like, seed: 1 } }),
      await f.preimage(y, { residual: { like, seed: 2 } }),
    ];
    tf.tidy(() => {
      same(f.apply(a), y);
      same(f.apply(b), y);
      expect(relativeDifference(again, a)).toBe(0);
      expect(relativeDifference(b, a)).toBeGreaterThan(0.1);
    });
    tf.dispose([y, like, a, again, b]);
  });

  test('cannot be drawn like a single image', async () => {
    const [y, like] = [reached(), randomImages(1, 75)];
    await expect(f.preimage(y, { residual: { like, seed: 1 } })).rejects.toThrow(/at least two/);
    tf.dispose([y, like]);
  });

  test('of what f never gives is refused, with its distance', async () => {
    const a = vectors.operator(RANK_DEFICIENT);
    const y = randomCoordinates(2, 76);
    await expect(a.preimage(y)).rejects.toThrow(LinearizerError);
    await expect(a.preimage(y)).rejects.toThrow(/element 0 of y is 0\.\d+ of its norm away from all that f gives/);
    y.dispose();
    a.dispose();
  });
});

describe('parts that do not fit are refused', () => {
  test('a matrix of another shape', () => {
    expect(() => vectors.operator(randomMatrix(DIM, 4, 81))).toThrow(/A is 5×4, but the cores are of 5 and 5/);
  });

  test('a residual kept between two spaces', () => {
    const matrix: Matrix = transpose(randomMatrix(LATENT, EMBEDDING, 82));
    expect(() => new InducedOperator({ domain: f.domain, codomain: f.codomain, matrix, residualGain: 1 })).toThrow(
      /only be kept within one space/,
    );
  });
});
