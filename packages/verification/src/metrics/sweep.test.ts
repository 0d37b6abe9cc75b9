import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { figuresOf, makeScores, type ScoresCase, type Sweep } from '../../test/reference.js';
import { VerificationError } from '../errors.js';
import { Random } from '../../../../tools/random-for-tests.js';
import { areaUnderCurve } from './area-under-curve.js';
import { bestThreshold } from './best-threshold.js';
import { equalErrorRate } from './equal-error-rate.js';
import { rocCurve } from './roc-curve.js';
import { sortScores, type PairScores } from './sorted-scores.js';
import { tarAtFar } from './tar-at-far.js';

/** Pairs of both kinds; few levels, so that scores tie. */
const pairsOf = (levels: number) =>
  fc
    .array(fc.record({ score: fc.integer({ min: 0, max: levels }), same: fc.boolean() }), {
      minLength: 2,
      maxLength: 60,
    })
    .filter((pairs) => new Set(pairs.map(({ same }) => same)).size === 2)
    .map((pairs) => ({ scores: pairs.map(({ score }) => score), same: pairs.map(({ same }) => same) }));
const anyPairs = fc.oneof(pairsOf(4), pairsOf(1000));

const figuresFor = (pairs: PairScores) => {
  const sorted = sortScores(pairs);
  const { falseMatchRate, trueMatchRate } = rocCurve(sorted);
  return {
    falseMatchRate,
    trueMatchRate,
    area: areaUnderCurve(sorted),
    equalError: equalErrorRate(sorted).rate,
    best: bestThreshold(sorted).accuracy,
    tar: [0.5, 0.2].map((far) => tarAtFar(sorted, far).tar),
  };
};

describe('a sweep over all thresholds', () => {
  test.each(figuresOf<ScoresCase, Sweep>('scores'))(
    "has scikit-learn's and scipy's figures where scores tie: $case.pairs pairs",
    ({ case: given, figures }) => {
      const sorted = sortScores(makeScores(given));
      expect([...rocCurve(sorted).falseMatchRate]).toEqual(figures.roc!.fpr);
      expect([...rocCurve(sorted).trueMatchRate]).toEqual(figures.roc!.tpr);
      expect(areaUnderCurve(sorted)).toBeCloseTo(figures.auc, 14);
      expect(equalErrorRate(sorted).rate).toBeCloseTo(figures.eer, 10); // a root finder's tolerance
      expect(bestThreshold(sorted).accuracy).toBeCloseTo(figures.bestAccuracy, 14);
    },
  );

  test('of two normal distributions d apart has area Φ(d/√2) and equal error Φ(−d/2)', () => {
    const random = new Random(1);
    const same = Array.from({ length: 40_000 }, (_, i) => i % 2 === 0);
    const sorted = sortScores({ scores: same.map((flag) => random.normal() + Number(flag)), same });
    // d = 1; the standard error of either is below 0.003 with 20,000 of each.
    expect(Math.abs(areaUnderCurve(sorted) - 0.760249938906524)).toBeLessThan(0.01);
    expect(Math.abs(equalErrorRate(sorted).rate - 0.308537538725987)).toBeLessThan(0.01);
    const tar = tarAtFar(sorted, 0.1).tar!.value; // Φ(1 + Φ⁻¹(0.1)) = Φ(−0.2815516)
    expect(Math.abs(tar - 0.389143)).toBeLessThan(0.015);
  });

  test('is not changed by the order of the pairs, nor by a rising function of the scores', () => {
    fc.assert(
      fc.property(anyPairs, fc.integer(), ({ scores, same }, seed) => {
        const figures = figuresFor({ scores, same });
        const order = new Random(seed).shuffle(scores.map((_, i) => i));
        expect(figuresFor({ scores: order.map((i) => scores[i]!), same: order.map((i) => same[i]!) })).toEqual(figures);
        expect(figuresFor({ scores: scores.map((score) => Math.log(score + 0.5) - 3), same })).toEqual(figures);
      }),
    );
  });

  test('of negated scores, or kinds exchanged, has the complement of the area', () => {
    fc.assert(
      fc.property(anyPairs, ({ scores, same }) => {
        const area = areaUnderCurve(sortScores({ scores, same }));
        expect(areaUnderCurve(sortScores({ scores: scores.map((score) => -score), same }))).toBeCloseTo(1 - area, 14);
        expect(areaUnderCurve(sortScores({ scores, same: same.map((flag) => !flag) }))).toBeCloseTo(1 - area, 14);
      }),
    );
  });

  test('agrees with counting pair by pair', () => {
    fc.assert(
      fc.property(anyPairs, ({ scores, same }) => {
        const sorted = sortScores({ scores, same });
        const [genuine, impostor] = [scores.filter((_, i) => same[i]), scores.filter((_, i) => !same[i])];
        const wins = genuine.flatMap((g) => impostor.map((i) => (g > i ? 1 : g === i ? 0.5 : 0)));
        expect(areaUnderCurve(sorted)).toBeCloseTo(wins.reduce((sum: number, win) => sum + win, 0) / wins.length, 14);

        const { thresholds, falseMatchRate, trueMatchRate } = rocCurve(sorted);
        thresholds.forEach((threshold, at) => {
          expect(trueMatchRate[at]).toBe(genuine.filter((score) => score >= threshold).length / genuine.length);
          expect(falseMatchRate[at]).toBe(impostor.filter((score) => score >= threshold).length / impostor.length);
        });
        const accuracies = Array.from(
          thresholds,
          (t) => scores.filter((score, i) => score >= t === same[i]).length / scores.length,
        );
        const best = bestThreshold(sorted);
        expect(best.accuracy).toBe(Math.max(...accuracies));
        expect(best.threshold).toBe(thresholds[accuracies.indexOf(best.accuracy)]);

        const at = tarAtFar(sorted, 0.25);
        if (at.tar === null) expect(impostor.length).toBeLessThan(4);
        else {
          const allowed = Array.from(thresholds).filter((_, i) => falseMatchRate[i]! <= 0.25);
          expect(at.threshold).toBe(Math.min(...allowed));
          expect(at.measuredFar.value).toBeLessThanOrEqual(0.25);
          expect(at.tar.value + at.fnmr.value).toBeCloseTo(1, 14);
        }
      }),
    );
  });

  test('has its equal error rate between the two errors at the nearest thresholds', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const sorted = sortScores(pairs);
        const { falseMatchRate, trueMatchRate } = rocCurve(sorted);
        const crossing = falseMatchRate.findIndex((rate, i) => rate >= 1 - trueMatchRate[i]!);
        const { rate } = equalErrorRate(sorted);
        expect(rate).toBeGreaterThanOrEqual(
          Math.max(falseMatchRate[crossing - 1]!, 1 - trueMatchRate[crossing]!) - 1e-12,
        );
        expect(rate).toBeLessThanOrEqual(Math.min(falseMatchRate[crossing]!, 1 - trueMatchRate[crossing - 1]!) + 1e-12);
      }),
    );
  });
});

describe('TAR at a FAR', () => {
  const sorted = sortScores({ scores: [9, 8, 7, 6, 5, 5, 4, 3, 2, 1], same: [1, 1, 0, 1, 1, 0, 0, 0, 1, 0] });

  test('is that of the loosest threshold whose FAR is at most it', () => {
    expect(tarAtFar(sorted, 0.2)).toMatchObject({
      far: 0.2,
      threshold: 6,
      tar: { value: 3 / 5 },
      fnmr: { value: 2 / 5 },
      measuredFar: { value: 1 / 5 },
    });
    expect(tarAtFar(sorted, 0.399)).toMatchObject({ threshold: 6 });
    expect(tarAtFar(sorted, 0.4)).toMatchObject({ threshold: 5, tar: { value: 4 / 5 }, measuredFar: { value: 2 / 5 } });
    expect(tarAtFar(sorted, 1)).toMatchObject({ threshold: 1, tar: { value: 1 }, measuredFar: { value: 1 } });
  });

  test('is not 0 but null, with the reason, where there are too few pairs of two persons', () => {
    expect(tarAtFar(sorted, 0.1)).toEqual({
      far: 0.1,
      tar: null,
      reason: '5 pairs of two persons resolve no FAR below 2.0e-1',
    });
  });

  test("has Wilson's interval: of 0 of 10 and 5 of 10 the published one", () => {
    const ten = sortScores({
      scores: [...new Array<number>(10).fill(0), 1, 2, 3],
      same: [...new Array<number>(10).fill(1), 0, 0, 0],
    });
    const { tar } = tarAtFar(ten, 0.5);
    expect(tar!.value).toBe(0);
    expect(tar!.low).toBe(0);
    expect(tar!.high).toBeCloseTo(0.2775, 4); // z²/(n + z²)
    const half = sortScores({
      scores: [...new Array<number>(5).fill(9), ...new Array<number>(5).fill(0), 1, 2, 3],
      same: [...new Array<number>(10).fill(1), 0, 0, 0],
    });
    expect(tarAtFar(half, 0.5).tar).toMatchObject({
      value: 0.5,
      low: expect.closeTo(0.2366, 4) as number,
      high: expect.closeTo(0.7634, 4) as number,
    });
  });
});

describe('what cannot be swept is refused', () => {
  test.each([
    ['scores without flags', () => sortScores({ scores: [1, 2], same: [true] }), /2 scores and 1 flags/],
    ['a score that is no number', () => sortScores({ scores: [1, NaN], same: [true, false] }), /score 1 is NaN/],
    ['pairs of one kind', () => sortScores({ scores: [1, 2], same: [true, true] }), /no pair of two persons/],
    ['a FAR of 0', () => tarAtFar(sortScores({ scores: [1, 2], same: [true, false] }), 0), /far is 0/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(VerificationError);
    expect(act).toThrow(message);
  });
});
