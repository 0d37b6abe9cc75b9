import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SafetensorsError } from '@lin/safetensors';
import { multiply, subtract, svd, transpose, type Matrix } from '@lin/operator';
import { people, rowsOf, type People } from '../../test/people.js';
import { randomMatrix } from '../../test/random-matrix.js';
import { LinearizerError } from '../errors.js';
import { writeSafetensors } from '@lin/safetensors/file';
import { readEdits, saveEdits } from './edit-file.js';
import { measureForgetting } from './forgetting.js';
import { latentPopulation, type LatentPopulation } from './latent-population.js';
import { editedMatrix, UNLEARNING_METHODS, type OperatorEdit, type UnlearningMethod } from './operator-edit.js';
import { unlearn } from './unlearn.js';

const [M, N] = [80, 64];
const PERSONS = [200, 201, 202, 203, 204, 205, 206, 207];
let A: Matrix;
let retained: People;
let gone: People; // persons 200 to 207: the edits know eight images of each
let unseen: People; // of the same, eight others
let population: LatentPopulation;
let before: Float32Array;
beforeAll(() => {
  A = randomMatrix(M, N, 5);
  retained = people({ count: 150, dim: N });
  const both = people({ count: PERSONS.length, images: 16, dim: N, seed: 2, first: PERSONS[0]! });
  const half = (part: number): People => {
    const keep = both.labels.map((_, i) => i).filter((i) => Math.floor((i % 16) / 8) === part);
    const data = Float64Array.from(keep.flatMap((i) => [...both.latents.data.subarray(i * N, (i + 1) * N)]));
    return { latents: { rows: keep.length, cols: N, data }, labels: keep.map((i) => both.labels[i]!) };
  };
  [gone, unseen] = [half(0), half(1)];
  population = latentPopulation(retained.latents, retained.labels);
  before = embeddings(A);
});

const values = (matrix: Matrix, latents: Matrix) => multiply(latents, transpose(matrix));
const embeddings = (matrix: Matrix) =>
  Float32Array.from([retained, gone, unseen].flatMap(({ latents }) => [...values(matrix, latents).data]));
const norm = ({ data }: Matrix) => Math.hypot(...data);
const relative = (x: Matrix, y: Matrix) => norm(subtract(x, y)) / norm(y);
const edit = (method: UnlearningMethod, labels = [200], options: { rank?: number; tolerance?: number } = {}) =>
  unlearn({
    A,
    identities: new Map(labels.map((label) => [label, rowsOf(gone, label)])),
    retained: population,
    method,
    ...options,
  });

/** Figures of an edit on images that it was not made from. */
function measured(edits: OperatorEdit[], forgotten: number[]) {
  const sets = [retained, gone, unseen];
  const labels = sets.flatMap((set) => set.labels);
  const enrolled = [
    ...retained.labels.map(() => false),
    ...gone.labels.map(() => true),
    ...unseen.labels.map(() => false),
  ];
  return measureForgetting({
    before,
    after: embeddings(editedMatrix(A, edits)),
    labels,
    forgotten,
    enrolled,
  });
}

describe('the population of retained latents', () => {
  test('takes apart how persons differ and how their images do: the parts that made them', () => {
    const { within, between } = latentPopulation(
      ...of(people({ count: 4000, images: 4, dim: 3, scatter: 0.4, seed: 3 })),
    );
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const scatter = i === j ? (0.4 * (0.5 + i / 3)) ** 2 : 0;
        expect(within.data[i * 3 + j]).toBeCloseTo(scatter, 1.7); // 12,000 degrees of freedom: 1 % of at most 0.22
        expect(between.data[i * 3 + j]).toBeCloseTo(Number(i === j), 1); // 4,000: 2 % of 1
      }
    }
  });
  const of = ({ latents, labels }: People) => [latents, labels] as const;

  test.each<[string, number[], RegExp]>([
    ['labels of another number than the latents', [1], /1 labels for 2 latents/],
    ['one person', [1, 1], /of 1 identities; expected at least two/],
    ['one image of each', [1, 2], /two latents of one of them/],
  ])('refuses %s', (_, labels, message) => {
    const latents = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 0, 1) };
    expect(() => latentPopulation(latents, labels)).toThrow(LinearizerError);
    expect(() => latentPopulation(latents, labels)).toThrow(message);
  });
});

describe('a destination', () => {
  const destination = Float64Array.from({ length: M }, (_, i) => Math.sin(i));
  const reading = ({ right }: OperatorEdit) => multiply(rowsOf(gone, 200), right);
  const made = (options: object) =>
    unlearn({ A, identities: new Map([[200, rowsOf(gone, 200)]]), retained: population, ...options });

  test('is where what is read of a person goes, and zero where none is given', () => {
    const [toZero, there] = [made({ tolerance: 10 }), made({ tolerance: 10, destination })];
    expect(there.right).toEqual(toZero.right);
    // Δ z = −γ (A z̄ − d) wᵀz, so the two edits differ by γ d wᵀ
    const difference = subtract(there.left, toZero.left).data;
    const gain = difference[1]! / destination[1]!;
    expect(gain).toBeGreaterThan(0.5);
    difference.forEach((value, i) => expect(value).toBeCloseTo(gain * destination[i]!, 12));
    expect(reading(there).data.every((value) => value > 0.3)).toBe(true);
  });

  test.each([
    ['of another length', Float64Array.of(1, 2), /destination has 2 numbers; expected 80 finite ones/],
    ['that is not finite', destination.map(() => NaN), /destination has 80 numbers, not all finite/],
  ])('%s is refused', (_, wrong, message) => {
    expect(() => made({ destination: wrong })).toThrow(LinearizerError);
    expect(() => made({ destination: wrong })).toThrow(message);
  });

  test('is refused of the methods that take people to zero', () => {
    expect(() => made({ method: 'projection', destination })).toThrow(/destination is an option of least-squares/);
  });
});

describe('every method', () => {
  /**
   * Shares that hold for these people: 64 dimensions, of which the scatter of images fills a seventh. What faces give is in
   * docs/unlearning.md.
   */
  test.each<[UnlearningMethod, { auc: number; cosine: number }]>([
    ['least-squares', { auc: 0.1, cosine: 0.98 }],
    ['low-rank', { auc: 0.35, cosine: 0.985 }],
    ['projection', { auc: 0.15, cosine: 0.98 }],
  ])(
    '%s: one person after the other is recognised on unseen images no better than %o from chance, everyone else as before',
    (method, { auc, cosine }) => {
      const each = PERSONS.map((person) => measured([edit(method, [person])], [person]));
      const mean = (valueOf: (forgetting: (typeof each)[number]) => number) =>
        each.reduce((sum, forgetting) => sum + valueOf(forgetting), 0) / each.length;
      expect(each[0]!.identities[0]!.testImages).toBe(8);
      expect(mean(({ identities }) => identities[0]!.againstTemplate.before)).toBeGreaterThan(0.99);
      expect(Math.abs(mean(({ identities }) => identities[0]!.againstTemplate.after) - 0.5)).toBeLessThan(auc);
      for (const forgetting of each) expect(forgetting.retained.meanCosine).toBeGreaterThan(cosine);
    },
  );

  test.each(UNLEARNING_METHODS)('%s states the change of retained values as it is', (method) => {
    const made = edit(method);
    const [before, after] = [values(A, retained.latents), values(editedMatrix(A, [made]), retained.latents)];
    expect(made.retainedChange).toBeCloseTo(relative(after, before), 10);
  });

  test.each(UNLEARNING_METHODS)('%s is undone by leaving it out, to the last bit', (method) => {
    const made = edit(method);
    expect(editedMatrix(A, [made])).not.toEqual(A);
    expect(editedMatrix(A, [])).toBe(A);
  });

  test.each(UNLEARNING_METHODS)(
    '%s composes: a second person on top of the first, and both are forgotten',
    (method) => {
      const first = edit(method, [200]);
      const second = unlearn({
        A: editedMatrix(A, [first]),
        identities: new Map([[201, rowsOf(gone, 201)]]),
        retained: population,
        method,
      });
      const { identities } = measured([first, second], [200, 201]);
      for (const { cosine } of identities) expect(cosine).toBeLessThan(0.6);
    },
  );

  test.each(UNLEARNING_METHODS)('%s forgets several at once, with a direction for each', (method) => {
    const made = edit(method, [200, 201]);
    expect([made.left.cols, made.right.cols]).toEqual([2, 2]);
    for (const { cosine } of measured([made], [200, 201]).identities) expect(cosine).toBeLessThan(0.6);
  });
});

describe('projection', () => {
  test('is A after an orthogonal projector: twice is once, and it is symmetric', () => {
    const { left, right } = edit('projection', [200], { rank: 3 });
    const projector = (x: Matrix) => subtract(x, multiply(multiply(x, right), transpose(right)));
    expect(
      relative(multiply(transpose(right), right), {
        rows: 3,
        cols: 3,
        data: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      }),
    ).toBeLessThan(1e-12);
    const edited = projector(A);
    expect(relative(projector(edited), edited)).toBeLessThan(1e-12);
    expect(
      relative(editedMatrix(A, [{ ...edit('projection', [200], { rank: 3 }), left, right }]), edited),
    ).toBeLessThan(1e-12);
  });

  test('of full rank maps every image of the person to zero, and of rank r is the best that does so with r directions', () => {
    const all = editedMatrix(A, [edit('projection', [200], { rank: 8 })]);
    expect(norm(values(all, rowsOf(gone, 200))) / norm(values(A, rowsOf(gone, 200)))).toBeLessThan(1e-12);
    const { right } = edit('projection', [200], { rank: 2 });
    const { s } = svd(rowsOf(gone, 200));
    const kept = multiply(rowsOf(gone, 200), right);
    expect(norm(kept) ** 2).toBeCloseTo(s[0]! ** 2 + s[1]! ** 2, 8);
  });
});

describe('low-rank', () => {
  test('of full rank maps every image of the person to zero and changes retained values least: less than projection does', () => {
    const [made, projection] = [edit('low-rank', [200], { rank: 8 }), edit('projection', [200], { rank: 8 })];
    expect(norm(values(editedMatrix(A, [made]), rowsOf(gone, 200))) / norm(values(A, rowsOf(gone, 200)))).toBeLessThan(
      1e-10,
    );
    expect(made.retainedChange).toBeLessThan(projection.retainedChange);
    // Any other Δ with Δ z = −A z for the person's z is this one plus something that maps them to zero: it changes more.
    const away = multiply(randomMatrix(M, N, 9), transpose(editProjector(rowsOf(gone, 200))));
    const other = { ...made, left: hstack(made.left, scaled(away, 0.02)), right: hstack(made.right, identityOf(N)) };
    expect(norm(values(editedMatrix(A, [other]), rowsOf(gone, 200))) / norm(values(A, rowsOf(gone, 200)))).toBeLessThan(
      1e-10,
    );
    expect(relative(values(editedMatrix(A, [other]), retained.latents), values(A, retained.latents))).toBeGreaterThan(
      made.retainedChange,
    );
  });
  /** I − Q Qᵀ for the span of the rows. */
  const editProjector = (latents: Matrix) => {
    const { V } = svd(latents);
    return subtract(identityOf(N), multiply(V, transpose(V)));
  };
  const identityOf = (n: number): Matrix => ({
    rows: n,
    cols: n,
    data: Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0)),
  });
  const scaled = (a: Matrix, factor: number): Matrix => ({ ...a, data: a.data.map((value) => factor * value) });
  const hstack = (a: Matrix, b: Matrix): Matrix => ({
    rows: a.rows,
    cols: a.cols + b.cols,
    data: Float64Array.from({ length: a.rows * (a.cols + b.cols) }, (_, k) => {
      const [i, j] = [Math.floor(k / (a.cols + b.cols)), k % (a.cols + b.cols)];
      return j < a.cols ? a.data[i * a.cols + j]! : b.data[i * b.cols + j - a.cols]!;
    }),
  });
});

describe('least-squares', () => {
  test.each([0.05, 0.1, 0.5])(
    'changes retained values by no more than its tolerance, %d, and by all of it where it needs to',
    (tolerance) => {
      const free = edit('least-squares', [200], { tolerance: 10 }).retainedChange;
      expect(edit('least-squares', [200], { tolerance }).retainedChange).toBeCloseTo(Math.min(tolerance, free), 10);
    },
  );

  test('a lower tolerance forgets less', () => {
    const after = [0.02, 0.06, 10].map(
      (tolerance) => measured([edit('least-squares', [200], { tolerance })], [200]).identities[0]!.cosine,
    );
    expect(after).toEqual([...after].sort((a, b) => b - a));
  });

  test('can forget a person with a single image', () => {
    const { left } = unlearn({
      A,
      identities: new Map([[200, { rows: 1, cols: N, data: rowsOf(gone, 200).data.slice(0, N) }]]),
      retained: population,
    });
    expect([left.cols, left.data.every(Number.isFinite)]).toEqual([1, true]);
  });
});

describe('what is asked for in a wrong way is refused', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['nobody', () => edit('projection', []), /there is no identity to forget/],
    [
      'an impossible rank',
      () => edit('projection', [200], { rank: 9 }),
      /rank is 9; 8 latents of 64 numbers give from 1 to 8/,
    ],
    ['a rank of least-squares', () => edit('least-squares', [200], { rank: 2 }), /one direction for each identity/],
    [
      'a tolerance of projection',
      () => edit('projection', [200], { tolerance: 0.1 }),
      /tolerance is an option of least-squares/,
    ],
    [
      'latents of another length',
      () => unlearn({ A, identities: new Map([[1, randomMatrix(2, 3, 1)]]), retained: population }),
      /identity 1 has 2 latents of 3 numbers; expected at least one, of 64/,
    ],
    [
      'a latent that is not finite',
      () =>
        unlearn({
          A,
          identities: new Map([[1, { rows: 1, cols: N, data: new Float64Array(N).fill(NaN) }]]),
          retained: population,
        }),
      /not finite/,
    ],
    [
      'an edit of another model',
      () => editedMatrix(randomMatrix(3, 3, 1), [edit('projection')]),
      /is of a 80×64 operator, but A is 3×3/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(LinearizerError);
    expect(act).toThrow(message);
  });
});

describe('edits on disk', () => {
  test('come back bit for bit, with what they are', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'lin-edits-')), 'edits.safetensors');
    const edits = [edit('least-squares'), edit('projection', [200, 201], { rank: 3 })];
    await saveEdits(path, edits);
    expect(await readEdits(path)).toEqual(edits);
    await saveEdits(path, []);
    expect(await readEdits(path)).toEqual([]);
  });

  test('that are something else are refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lin-edits-'));
    const [foreign, text, mixed] = ['foreign', 'text', 'mixed'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeSafetensors(foreign, { tensors: new Map(), metadata: { format: 'other' } });
    await writeSafetensors(mixed, {
      tensors: new Map(),
      metadata: { format: 'lin.edits.1', edits: '[{"method":"projection","identities":[1],"retainedChange":0}]' },
    });
    await writeFile(text, 'edits');
    for (const path of [foreign, text, mixed, join(folder, 'none')])
      await expect(readEdits(path), path).rejects.toThrow(SafetensorsError);
    await expect(readEdits(foreign)).rejects.toThrow(
      /it holds no edits of an operator; expected a file of format lin\.edits\.1/,
    );
  });
});

describe('measuring', () => {
  test('nothing done scores 0, and everyone else keeps a cosine of 1', () => {
    const { score, retained: others, identities } = measured([], [200]);
    expect(score).toBe(0);
    expect(others.meanCosine).toBeCloseTo(1, 6);
    expect(others.identities).toHaveLength(157);
    expect(identities[0]!.amongThemselves.after).toBe(identities[0]!.amongThemselves.before);
  });

  test('takes the template from enrolled images before, and scores the others after: figures by hand', () => {
    const before = Float32Array.of(1, 0, 3, 0, 0, 1, 0, 2); // person 1: enrolled, tested; person 2 twice
    const after = Float32Array.of(1, 0, 0, 5, 0, 1, 0, 2);
    const {
      identities,
      retained: others,
      score,
    } = measureForgetting({
      before,
      after,
      labels: [1, 1, 2, 2],
      forgotten: [1],
      enrolled: [true, false, false, false],
    });
    expect(identities).toEqual([
      {
        identity: 1,
        testImages: 1,
        againstTemplate: { before: 1, after: 0.5 },
        amongThemselves: { before: NaN, after: NaN },
        cosine: 0,
      },
    ]);
    expect([others.meanCosine, score]).toEqual([1, 1]);
  });

  test('refuses what it cannot measure', () => {
    const measure = (labels: number[], enrolled: boolean[]) => () =>
      measureForgetting({ before: new Float32Array(4), after: new Float32Array(4), labels, forgotten: [1], enrolled });
    expect(measure([1, 1], [true, false])).toThrow(/every image is of someone to be forgotten/);
    expect(measure([1, 2], [true, false])).toThrow(/identity 1 has 1 enrolled and 0 other images/);
  });
});
