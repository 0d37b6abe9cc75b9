// Whom to forget, and how: the options of nx unlearn app.
import { UNLEARNING_METHODS, type UnlearningMethod } from '@lin/linearizer';
import { UsageError } from '../terminal/usage-error.js';

export interface UnlearningRequest {
  /** Labels in the records. */
  identities: number[];
  method: UnlearningMethod;
  rank?: number;
  tolerance?: number;
}

/** As they are written on the command line. */
type UnlearningOptions = Partial<Record<'identities' | 'method' | 'rank' | 'tolerance', string | undefined>>;

/** @throws UsageError for an option that is missing, or is not what it should be. */
export function parseUnlearningRequest({
  identities,
  method = 'least-squares',
  rank,
  tolerance,
}: UnlearningOptions): UnlearningRequest {
  if (identities === undefined)
    throw new UsageError('unlearn needs --identities, the labels of the people to forget, such as --identities 3,17.');
  const labels = identities
    .split(',')
    .map((label) => parseNumber('identities', label, /^\d{1,15}$/, 'labels with commas between them, such as 3,17'));
  if (new Set(labels).size < labels.length) throw new UsageError(`--identities ${identities} names someone twice.`);
  if (!UNLEARNING_METHODS.includes(method as UnlearningMethod))
    throw new UsageError(`--method ${method} is none; it is one of ${UNLEARNING_METHODS.join(', ')}.`);
  return {
    identities: labels,
    method: method as UnlearningMethod,
    ...(rank !== undefined && { rank: parseNumber('rank', rank, /^[1-9]\d{0,5}$/, 'an integer of at least 1') }),
    ...(tolerance !== undefined && {
      tolerance: parseNumber('tolerance', tolerance, /^\d*\.?\d+$/, 'a number such as 0.1'),
    }),
  };
}

function parseNumber(option: string, text: string, pattern: RegExp, expected: string): number {
  if (pattern.test(text)) return Number(text);
  throw new UsageError(`--${option} got "${text}"; expected ${expected}.`);
}
