import { describe, expect, test } from 'vitest';
import { RecordError } from '../errors.js';
import { parseLfwPairs } from './lfw-pairs.js';

const TWO_FOLDS = [
  '2\t1',
  'Abel_Pacheco\t1\t4',
  'Abdel_Madi_Shabneh\t1\tDean_Barker\t1',
  'Akhmed_Zakayev\t1\t3',
  'Abdel_Madi_Shabneh\t1\tGiancarlo_Fisichella\t12',
];

describe('a pairs.txt', () => {
  test.each([
    ['tabs and newlines', TWO_FOLDS.join('\n')],
    ['Windows line ends and an empty line at the end', TWO_FOLDS.join('\r\n') + '\r\n\r\n'],
    ['spaces', TWO_FOLDS.join('\n').replaceAll('\t', ' ')],
  ])('with %s is its pairs in order', (_, text) => {
    expect(parseLfwPairs(text, 'pairs.txt')).toEqual([
      { first: { name: 'Abel_Pacheco', number: 1 }, second: { name: 'Abel_Pacheco', number: 4 }, same: true },
      { first: { name: 'Abdel_Madi_Shabneh', number: 1 }, second: { name: 'Dean_Barker', number: 1 }, same: false },
      { first: { name: 'Akhmed_Zakayev', number: 1 }, second: { name: 'Akhmed_Zakayev', number: 3 }, same: true },
      {
        first: { name: 'Abdel_Madi_Shabneh', number: 1 },
        second: { name: 'Giancarlo_Fisichella', number: 12 },
        same: false,
      },
    ]);
  });

  test('of view 1 has one fold and says how many pairs of either kind', () => {
    expect(parseLfwPairs('1\nA B\t1\t2\nA B\t1\tC\t1\n', 'pairs.txt').map(({ first }) => first.name)).toEqual([
      'A B',
      'A B',
    ]); // names with spaces
  });

  test.each([
    ['no header', TWO_FOLDS.slice(1), 'line 1'],
    ['too few pairs', TWO_FOLDS.slice(0, 4), '3 pairs, but its first line promises 2 folds of 1 + 1'],
    [
      'kinds in the wrong order',
      [TWO_FOLDS[0]!, TWO_FOLDS[2]!, TWO_FOLDS[1]!, ...TWO_FOLDS.slice(3)],
      'pair 1 is of two people',
    ],
    ['two fields', [...TWO_FOLDS.slice(0, 4), 'Abel\t1'], 'line 5'],
    ['image 0', [...TWO_FOLDS.slice(0, 4), 'Abel\t0\tDean\t1'], 'line 5'],
    ['a name that leads out of the folder', [...TWO_FOLDS.slice(0, 4), '../../x\t1\tDean\t1'], 'line 5'],
  ])('with %s is a RecordError that says where', (_, lines, message) => {
    expect(() => parseLfwPairs(lines.join('\n'), 'pairs.txt')).toThrow(RecordError);
    expect(() => parseLfwPairs(lines.join('\n'), 'pairs.txt')).toThrow(message);
  });
});
