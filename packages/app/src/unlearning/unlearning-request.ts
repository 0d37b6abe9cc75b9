// Which people to forget, and how: the options of nx unlearn app.
import { UNLEARNING_METHODS, type UnlearningMethod } from '@lin/linearizer';
import { UsageError, type OptionValues } from '@lin/command-line';

export interface UnlearningRequest {
  /** Labels in the records. */
  identities: number[];
  method: UnlearningMethod;
  rank?: number;
  tolerance?: number;
}

/** @throws UsageError for an option that is missing, or is not what it should be. */
export function parseUnlearningRequest({
  identities,
  method = 'least-squares',
  rank,
  tolerance,
}: OptionValues): UnlearningRequest {
  if (identities === undefined)
    throw new UsageError('unlearn needs --identities, the labels of the people to forget, such as --identities 3,17.');
  const labels = String(identities)
    .split(',')
    .map((label) => parseNumber('identities', label, /^\d{1,15}$/, 'labels with commas between them, such as 3,17'));
  if (new Set(labels).size < labels.length)
    throw new UsageError(`--identities ${String(identities)} names someone twice.`);
  if (!UNLEARNING_METHODS.includes(method as UnlearningMethod))
    throw new UsageError(`Unknown --method ${String(method)}; choose one of ${UNLEARNING_METHODS.join(', ')}.`);
  return {
    identities: labels,
    method: method as UnlearningMethod,
    ...(rank !== undefined && {
      rank: parseNumber('rank', String(rank), /^[1-9]\d{0,5}$/, 'an integer of at least 1'),
    }),
    ...(tolerance !== undefined && {
      tolerance: parseNumber('tolerance', String(tolerance), /^\d*\.?\d+$/, 'a number such as 0.1'),
    }),
  };
}

function parseNumber(option: string, text: string, pattern: RegExp, expected: string): number {
  if (pattern.test(text)) return Number(text);
  throw new UsageError(`--${option} got "${text}"; expected ${expected}.`);
}
