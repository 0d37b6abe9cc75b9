import { describe, expect, test } from 'vitest';
import { pythonMissing, PYTHON, runPython } from '../../../tools/python-for-tests.js';
import { figuresOf, makeEmbeddings, SCRIPT, type EmbeddingsCase, type Protocol } from '../test/reference.js';
import { VerificationError } from './errors.js';
import { Random } from '../../../tools/random-for-tests.js';
import { verifyPairs } from './verify-pairs.js';

const noPython = await pythonMissing('numpy');

/** Thresholds and accuracies are the same numbers; means and interpolations differ in the order of a sum. */
function expectProtocol(
  report: ReturnType<typeof verifyPairs>,
  { accuracy, validation }: Omit<Protocol, 'sweep'>,
): void {
  expect(report.accuracy.folds).toEqual(accuracy.folds);
  expect(report.accuracy.thresholds).toEqual(accuracy.thresholds);
  expect(report.accuracy.mean).toBeCloseTo(accuracy.mean, 14);
  expect(report.accuracy.std).toBeCloseTo(accuracy.std, 14);
  const found = report.validation;
  if (found.val === null) {
    expect(found.reason).toMatch(/resolve no FAR below/);
    expect(report.pairs).toBeLessThan(2300); // else nine folds have a thousand pairs of two persons
    return;
  }
  expect(found.val).toBeCloseTo(validation!.val, 14);
  expect(found.std).toBeCloseTo(validation!.std, 14);
  expect(found.measuredFar).toBeCloseTo(validation!.measuredFar, 14);
}

describe("InsightFace's protocol has the figures of numpy, scikit-learn and scipy", () => {
  test.each(figuresOf<EmbeddingsCase, Protocol>('embeddings'))(
    'on $case.pairs pairs of size $case.size',
    ({ case: given, figures }) => {
      const report = verifyPairs(makeEmbeddings(given));
      expectProtocol(report, figures);
      const { auc, eer, bestAccuracy, 'tarAtFar1e-2': at } = figures.sweep;
      expect(report.areaUnderCurve).toBeCloseTo(auc, 13);
      expect(report.equalError.rate).toBeCloseTo(eer, 10); // a root finder's tolerance
      expect(report.best.accuracy).toBeCloseTo(bestAccuracy, 14);
      const measured = report.tarAtFar[1]!;
      if (report.impostor < 100)
        expect(measured).toEqual({
          far: 0.01,
          tar: null,
          reason: '30 pairs of two persons resolve no FAR below 3.3e-2',
        });
      else {
        expect(measured).toMatchObject({ far: 0.01, measuredFar: { value: at.far }, tar: { value: at.tar } });
        expect(measured.tar!.low).toBeCloseTo(at.low, 12);
        expect(measured.tar!.high).toBeCloseTo(at.high, 12);
      }
    },
  );

  test.skipIf(noPython)(`on pairs of today${noPython ? ` (SKIPPED: ${noPython})` : ` (${PYTHON})`}`, async () => {
    for (const given of [
      { kind: 'embeddings', seed: 11, pairs: 2311, size: 5, noise: 0.9 },
      { kind: 'embeddings', seed: 12, pairs: 400, size: 32, noise: 2 },
    ] as const) {
      expectProtocol(
        verifyPairs(makeEmbeddings(given)),
        JSON.parse(await runPython([SCRIPT, JSON.stringify(given)])) as Protocol,
      );
    }
  });
});

describe('a report', () => {
  const given = { kind: 'embeddings', seed: 3, pairs: 6000, size: 8, noise: 0.5 } as const;
  const { embeddings, same } = makeEmbeddings(given);
  const report = verifyPairs({ embeddings, same });

  test('says of 6,000 pairs that they cannot resolve FAR below 1/3000, and why', () => {
    expect(report).toMatchObject({ pairs: 6000, genuine: 3000, impostor: 3000 });
    expect(report.tarAtFar.map(({ far, tar }) => [far, tar === null])).toEqual([
      [0.1, false],
      [0.01, false],
      [0.001, false],
      [0.0001, true],
      [0.00001, true],
      [0.000001, true],
    ]);
    expect(report.tarAtFar[5]).toEqual({
      far: 1e-6,
      tar: null,
      reason: '3000 pairs of two persons resolve no FAR below 3.3e-4',
    });
  });

  test('is a plain JSON value', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test('has thresholds in squared distance', () => {
    expect(report.best.threshold).toBeGreaterThan(0);
    expect(report.best.threshold).toBeLessThan(4);
    expect(report.equalError.threshold).toBeCloseTo(report.best.threshold, 0);
  });

  test('does not depend on the lengths of the embeddings, nor on which of a pair comes first', () => {
    const random = new Random(5);
    const changed = Float64Array.from(embeddings);
    for (let row = 0; row < 2 * same.length; row++) {
      const scale = 2 ** (random.integer(9) - 4); // powers of two: no rounding
      for (let i = 0; i < 8; i++) changed[row * 8 + i]! *= scale;
    }
    expect(verifyPairs({ embeddings: changed, same })).toEqual(report);
    const swapped = Float64Array.from(
      embeddings,
      (_, at) => embeddings[Math.floor(at / 8) % 2 === 0 ? at + 8 : at - 8]!,
    );
    expect(verifyPairs({ embeddings: swapped, same })).toEqual(report);
  });

  test('of perfect embeddings is perfect, of constant ones is chance', () => {
    const flags = Array.from({ length: 40 }, (_, i) => i % 2 === 0);
    const perfect = verifyPairs({
      embeddings: Float32Array.from(flags.flatMap((flag) => [1, 0, ...(flag ? [1, 0] : [0, 1])])),
      same: flags,
    });
    expect(perfect).toMatchObject({
      accuracy: { mean: 1, std: 0 },
      areaUnderCurve: 1,
      equalError: { rate: 0 },
      best: { accuracy: 1, threshold: 0 },
    });
    const constant = verifyPairs({ embeddings: new Float32Array(160).fill(1), same: flags });
    expect(constant).toMatchObject({
      accuracy: { mean: 0.5 },
      areaUnderCurve: 0.5,
      equalError: { rate: 0.5 },
      best: { accuracy: 0.5 },
    });
  });
});

describe('pairs that nothing can be said of are refused', () => {
  const rows = (pairs: number) => new Float32Array(pairs * 4).fill(1);
  test.each([
    [
      'numbers that are no pairs',
      { embeddings: new Float32Array(7), same: [true, false] },
      /7 numbers are not two embeddings for each of 2 pairs/,
    ],
    ['no pairs', { embeddings: new Float32Array(0), same: [] }, /not two embeddings/],
    ['one person only', { embeddings: rows(20), same: new Array<boolean>(20).fill(true) }, /no pair of two persons/],
    ['two persons only', { embeddings: rows(20), same: new Array<boolean>(20).fill(false) }, /no pair of one person/],
    [
      'nine pairs',
      { embeddings: rows(9), same: [true, false, true, false, true, false, true, false, true] },
      /9 pairs; 10 folds need at least 10/,
    ],
    [
      'a NaN',
      { embeddings: rows(10).fill(NaN, 6, 7), same: [true, false, true, false, true, false, true, false, true, true] },
      /Embedding 3 has length NaN/,
    ],
  ])('%s', (_, pairs, message) => {
    expect(() => verifyPairs(pairs)).toThrow(VerificationError);
    expect(() => verifyPairs(pairs)).toThrow(message);
  });
});
