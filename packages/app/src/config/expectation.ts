// What a value of a configuration should have been, in words of ours: the one place where zod's issues become text.
import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping such as { key: value }',
  record: 'a mapping such as { key: value }',
  int: 'a whole number',
};

/** `expected …`: a rule of the schema's own says so itself; what zod found is said here. */
export function expectation(issue: z.core.$ZodIssue): string {
  return issue.message.startsWith('expected ') ? issue.message : `expected ${wanted(issue)}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? shown(issue.values[0]) : `one of ${issue.values.map(shown).join(', ')}`;
    case 'invalid_union':
      return [...new Set(issue.errors.flat().map((option) => expectation(option).replace(/^expected /, '')))].join(
        ' or ',
      );
    case 'too_small':
      return sized(issue.origin, issue.exact ? 'exactly' : issue.inclusive ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return sized(issue.origin, issue.exact ? 'exactly' : issue.inclusive ? 'at most' : 'less than', issue.maximum);
    case 'invalid_format':
      return issue.format === 'url' ? 'a URL such as http://localhost:5000' : `text that is a valid ${issue.format}`;
    default:
      return 'another value';
  }
}

const shown = (value: unknown) => JSON.stringify(value);

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'entry' };
const PLURALS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

/** `at least 2`; of a list, `a list of at least 2 entries`. */
function sized(origin: string, bound: string, limit: number | bigint): string {
  const unit = (Number(limit) === 1 ? UNITS : PLURALS)[origin];
  if (unit === undefined) return `${bound} ${limit}`;
  return `${origin === 'array' ? 'a list' : 'text'} of ${bound} ${limit} ${unit}`;
}
