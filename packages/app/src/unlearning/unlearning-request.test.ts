import { describe, expect, test } from 'vitest';
import { parseUnlearningRequest } from './unlearning-request.js';
import { UsageError } from '@lin/command-line';

describe('the options of nx unlearn app', () => {
  test('are labels, and least squares where no method is named', () => {
    expect(parseUnlearningRequest({ identities: '3,17' })).toEqual({ identities: [3, 17], method: 'least-squares' });
    expect(parseUnlearningRequest({ identities: '0', tolerance: '.1' })).toEqual({
      identities: [0],
      method: 'least-squares',
      tolerance: 0.1,
    });
    expect(parseUnlearningRequest({ identities: '3', method: 'low-rank', rank: '2' })).toEqual({
      identities: [3],
      method: 'low-rank',
      rank: 2,
    });
  });

  test.each<[string, Parameters<typeof parseUnlearningRequest>[0], RegExp]>([
    ['nobody', {}, /unlearn needs --identities/],
    [
      'what is no label',
      { identities: 'alice' },
      /--identities got "alice"; expected labels with commas between them, such as 3,17/,
    ],
    ['a comma too many', { identities: '3,' }, /--identities got ""/],
    ['someone twice', { identities: '3,3' }, /names someone twice/],
    [
      'a method there is not',
      { identities: '3', method: 'magic' },
      /Unknown --method magic; choose one of least-squares, low-rank, projection/,
    ],
    [
      'a rank of zero',
      { identities: '3', method: 'low-rank', rank: '0' },
      /--rank got "0"; expected an integer of at least 1/,
    ],
    [
      'a tolerance in words',
      { identities: '3', tolerance: 'small' },
      /--tolerance got "small"; expected a number such as 0.1/,
    ],
  ])('refuse %s', (_, options, message) => {
    expect(() => parseUnlearningRequest(options)).toThrow(UsageError);
    expect(() => parseUnlearningRequest(options)).toThrow(message);
  });
});
