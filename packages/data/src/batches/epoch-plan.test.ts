import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataOptionError } from '../errors.js';
import { batchCount, epochPlan, type EpochPlanOptions } from './epoch-plan.js';

describe('an epoch has', () => {
  test.each<[number, EpochPlanOptions, number]>([
    [10, { batchSize: 3 }, 4],
    [10, { batchSize: 3, last: 'drop' }, 3],
    [10, { batchSize: 3, last: 'pad' }, 4],
    [9, { batchSize: 3 }, 3],
    [9, { batchSize: 3, last: 'drop' }, 3],
    [9, { batchSize: 3, last: 'pad' }, 3],
    [11, { batchSize: 2, last: 'drop', shard: { index: 0, count: 3 } }, 1],
    [11, { batchSize: 2, last: 'pad', shard: { index: 0, count: 3 } }, 2],
  ])('of %i images with %j: %i batches', (images, options, count) => {
    expect(batchCount(images, options)).toBe(count);
  });
});

describe('shards', () => {
  test('are disjoint, cover every image, and have the same number of batches', () => {
    const cases = fc.record({
      count: fc.integer({ min: 1, max: 9 }),
      extra: fc.nat({ max: 100 }),
      last: fc.constantFrom('drop' as const, 'pad' as const),
      batchSize: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(cases, ({ count, extra, last, batchSize }) => {
        const images = count * batchSize + extra;
        const plans = Array.from({ length: count }, (_, index) =>
          epochPlan(images, { batchSize, last, shard: { index, count } }),
        );
        expect(plans.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))).toEqual(
          Array.from({ length: images }, (_, i) => i),
        );
        expect(new Set(plans.map(({ batches }) => batches)).size).toBe(1);
        const { batches } = plans[0]!;
        for (const { start, end } of plans) {
          if (last === 'pad') expect(batches * batchSize).toBeGreaterThanOrEqual(end - start);
          else expect(batches * batchSize).toBeLessThanOrEqual(end - start);
        }
      }),
    );
  });

  test.each<[string, EpochPlanOptions]>([
    ['unequal numbers of batches', { batchSize: 1, shard: { index: 0, count: 2 } }],
    ['shard.index is 2; expected 0 to 1', { batchSize: 1, last: 'drop', shard: { index: 2, count: 2 } }],
    ['shard.index is -1', { batchSize: 1, last: 'drop', shard: { index: -1, count: 2 } }],
    ['shard.count is 0', { batchSize: 1, last: 'drop', shard: { index: 0, count: 0 } }],
    [
      'The batch size is 4, but a shard has 3 of the 7 images; choose one from 1 to 3.',
      { batchSize: 4, last: 'pad', shard: { index: 0, count: 2 } },
    ],
    ['last is most', { batchSize: 1, last: 'most' as never }],
  ])('that do not fit are a DataOptionError: %s', (message, options) => {
    expect(() => epochPlan(7, options)).toThrow(DataOptionError);
    expect(() => epochPlan(7, options)).toThrow(message);
  });
});
