import { describe, expect, test } from 'vitest';
import { choiceOf, numberOf, numbersOf, parseNumber } from './option-values.js';
import { UsageError } from './usage-error.js';

describe('options of numbers', () => {
  test('are read under the names of a function, where they were given', () => {
    expect(numbersOf({ 'max-images': '1e3', seed: '-7' }, { 'max-images': 'maxImages', seed: 'seed', n: 'n' })).toEqual(
      {
        maxImages: 1000,
        seed: -7,
      },
    );
    expect(numberOf({}, 'seed')).toBeUndefined();
  });

  test.each([
    ['seven', {}, 'a number'],
    ['', {}, 'a number'],
    ['Infinity', {}, 'a number'],
    ['1.5', { integer: true }, 'a whole number'],
    ['0', { integer: true, min: 1 }, 'a whole number of at least 1'],
    ['2', { min: 0, max: 1 }, 'a number from 0 to 1'],
    ['2', { max: 1 }, 'a number of at most 1'],
  ])('refuse "%s" for %o', (text, range, expected) => {
    expect(() => parseNumber('n', text, range)).toThrow(new UsageError(`--n is "${text}"; expected ${expected}.`));
  });
});

describe('an option of choices', () => {
  test('is one of them', () => {
    expect(choiceOf({}, 'on', ['error', 'skip'], 'error')).toBe('error');
    expect(choiceOf({ on: 'skip' }, 'on', ['error', 'skip'], 'error')).toBe('skip');
    expect(() => choiceOf({ on: 'stop' }, 'on', ['error', 'skip'], 'error')).toThrow(
      '--on is "stop"; expected error or skip.',
    );
  });
});
