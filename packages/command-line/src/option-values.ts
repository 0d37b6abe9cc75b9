// Options' texts as numbers and choices, or a sentence about what was expected.
import type { OptionValues } from './command.js';
import { UsageError } from './usage-error.js';

export interface NumberRange {
  integer?: boolean;
  /** Smallest value. */
  min?: number;
  /** Largest value. */
  max?: number;
}

/** The option as a number; undefined where it was not given. @throws UsageError for one that is no number, or out of range. */
export function numberOf(values: OptionValues, option: string, range: NumberRange = {}): number | undefined {
  const text = values[option];
  return text === undefined ? undefined : parseNumber(option, String(text), range);
}

/** The options among `names` that were given, under the names of a function's options: { 'max-images': 'maxImages' }. @throws UsageError */
export function numbersOf<T extends string>(
  values: OptionValues,
  names: Readonly<Record<string, T>>,
  range: NumberRange = {},
): Partial<Record<T, number>> {
  const given: Partial<Record<T, number>> = {};
  for (const [option, name] of Object.entries(names)) {
    const number = numberOf(values, option, range);
    if (number !== undefined) given[name] = number;
  }
  return given;
}

/** @throws UsageError for a text that is no finite number, or out of range. */
export function parseNumber(option: string, text: string, range: NumberRange = {}): number {
  const number = text.trim() === '' ? NaN : Number(text);
  const { integer = false, min = -Infinity, max = Infinity } = range;
  if (Number.isFinite(number) && (!integer || Number.isSafeInteger(number)) && number >= min && number <= max)
    return number;
  throw new UsageError(`--${option} is "${text}"; expected ${describeRange(range)}.`);
}

function describeRange({ integer, min, max }: NumberRange): string {
  const kind = integer ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  return max === undefined ? kind : `${kind} of at most ${max}`;
}

/** The option, or `otherwise` where it was not given. @throws UsageError for a value that is not among `choices`. */
export function choiceOf<T extends string>(
  values: OptionValues,
  option: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const given = String(values[option] ?? otherwise);
  const choice = choices.find((choice) => choice === given);
  if (choice === undefined) throw new UsageError(`--${option} is "${given}"; expected ${choices.join(' or ')}.`);
  return choice;
}
