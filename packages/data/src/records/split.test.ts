import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataOptionError } from '../errors.js';
import { splitByIdentity } from './split.js';

/** Records whose identities have 1, 2, 3, … images; keys are not positions, labels not ranks. */
function recordsOf(identities: number) {
  const labels = Array.from({ length: identities }, (_, i) => Array<number>(1 + (i % 5)).fill(100 + 3 * i)).flat();
  return { path: 'train.rec', keys: Float64Array.from(labels, (_, i) => 10 + 2 * i), labels: Int32Array.from(labels) };
}

const identitiesOf = ({ keys, labels }: ReturnType<typeof recordsOf>, some: Float64Array) =>
  new Set([...some].map((key) => labels[keys.indexOf(key)]!));

describe('splitByIdentity', () => {
  test('puts every image on one side, no identity on both, and at least one on each', () => {
    const cases = fc.record({
      identities: fc.integer({ min: 2, max: 40 }),
      testFraction: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, ({ identities, testFraction, seed }) => {
        const records = recordsOf(identities);
        const { train, test, trainIdentities, testIdentities } = splitByIdentity(records, { testFraction, seed });
        expect([...train, ...test].sort((a, b) => a - b)).toEqual([...records.keys]);
        const [trained, tested] = [identitiesOf(records, train), identitiesOf(records, test)];
        expect([...trained].filter((identity) => tested.has(identity))).toEqual([]);
        expect([trained.size, tested.size]).toEqual([trainIdentities, testIdentities]);
        expect(Math.min(trainIdentities, testIdentities)).toBeGreaterThanOrEqual(1);
        for (const keys of [train, test]) expect([...keys]).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });

  test.each([
    [undefined, 42],
    [0.25, 105],
    [0.5, 210],
    [0, 1],
    [1, 419],
  ])('holds out the fraction %f of 420 identities: %i', (testFraction, expected) => {
    const { testIdentities, trainIdentities } = splitByIdentity(
      recordsOf(420),
      testFraction === undefined ? {} : { testFraction },
    );
    expect([testIdentities, trainIdentities]).toEqual([expected, 420 - expected]);
  });

  test('is the same for the same seed and another for another', () => {
    const records = recordsOf(40);
    const test = (seed: number) => [...splitByIdentity(records, { seed, testFraction: 0.3 }).test];
    expect(test(4)).toEqual(test(4));
    expect(test(4)).not.toEqual(test(5));
  });

  test('takes validation identities from training, and leaves the test set as it is', () => {
    const records = recordsOf(20);
    const without = splitByIdentity(records, { testFraction: 0.2, seed: 3 });
    expect([without.validation.length, without.validationIdentities]).toEqual([0, 0]);
    const split = splitByIdentity(records, { testFraction: 0.2, validationIdentities: 5, seed: 3 });
    expect(split.test).toEqual(without.test);
    expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual([...without.train]);
    const [trained, validated] = [identitiesOf(records, split.train), identitiesOf(records, split.validation)];
    expect([trained.size, validated.size]).toEqual([split.trainIdentities, split.validationIdentities]);
    expect([trained.size, validated.size]).toEqual([11, 5]);
    expect([...trained].filter((identity) => validated.has(identity))).toEqual([]);
  });

  test.each([-1, 0.5, 16, NaN])(
    'refuses %d validation identities of 20, of which 4 are tested',
    (validationIdentities) => {
      expect(() => splitByIdentity(recordsOf(20), { testFraction: 0.2, validationIdentities })).toThrow(
        new DataOptionError(
          `splitByIdentity: validationIdentities is ${validationIdentities}; expected a whole number from 0 to 15, ` +
            'since train.rec has 20 identities, of which 4 are held out for the test.',
        ),
      );
    },
  );

  test('takes a part of the training images, each in every larger part, and holds out the same people', () => {
    const records = recordsOf(40);
    const options = { testFraction: 0.2, validationIdentities: 5, seed: 3 };
    const whole = splitByIdentity(records, options);
    const parts = [1, 10, 30, whole.train.length, 1000].map((trainImages) =>
      splitByIdentity(records, { ...options, trainImages }),
    );
    expect(parts.map(({ train }) => train.length)).toEqual([1, 10, 30, whole.train.length, whole.train.length]);
    expect(parts.slice(3)).toEqual([whole, whole]);
    let larger = whole;
    for (const part of parts.slice(0, 3).reverse()) {
      expect([...part.train].filter((key) => !larger.train.includes(key))).toEqual([]);
      expect([...part.train]).toEqual([...part.train].sort((a, b) => a - b));
      expect([part.test, part.validation]).toEqual([whole.test, whole.validation]);
      expect(part.trainIdentities).toBe(identitiesOf(records, part.train).size);
      larger = part;
    }
    const another = splitByIdentity(records, { ...options, trainImages: 10, seed: 4 });
    expect(another.train).not.toEqual(parts[1]!.train);
  });

  test('draws each training image as often, over many seeds', () => {
    const records = recordsOf(10);
    const drawn = new Map<number, number>();
    let expected = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const all = splitByIdentity(records, { seed, testFraction: 0.1 }).train.length;
      const { train } = splitByIdentity(records, { seed, testFraction: 0.1, trainImages: 6 });
      for (const key of train) drawn.set(key, (drawn.get(key) ?? 0) + 1);
      expected += 6 / all;
    }
    expect(drawn.size).toBe(records.keys.length);
    for (const times of drawn.values()) expect(Math.abs(times - 0.9 * expected)).toBeLessThan(100); // five standard deviations of 19
  });

  test.each([0, -1, 1.5, NaN])('refuses %d training images', (trainImages) => {
    expect(() => splitByIdentity(recordsOf(20), { trainImages })).toThrow(DataOptionError);
  });

  test('holds out each identity as often, over many seeds', () => {
    const records = recordsOf(10);
    const held = new Map<number, number>();
    for (let seed = 0; seed < 2000; seed++) {
      const { test } = splitByIdentity(records, { seed, testFraction: 0.3 });
      for (const identity of identitiesOf(records, test)) held.set(identity, (held.get(identity) ?? 0) + 1);
    }
    expect(held.size).toBe(10);
    for (const times of held.values()) expect(Math.abs(times - 600)).toBeLessThan(103); // five standard deviations of 20.5
  });

  test.each([
    [1, 0.1, 'train.rec has 1 identity; a split by identity needs at least 2.'],
    [5, -0.1, 'testFraction is -0.1'],
    [5, 1.5, 'testFraction is 1.5'],
    [5, NaN, 'testFraction is NaN'],
  ])('of %i identities by %f is a DataOptionError', (identities, testFraction, message) => {
    const split = () => splitByIdentity(recordsOf(identities), { testFraction });
    expect(split).toThrow(DataOptionError);
    expect(split).toThrow(message);
  });
});
