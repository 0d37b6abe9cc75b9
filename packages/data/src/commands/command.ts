// What a command is to lin-data, and how its options become those of a function.
import type { ParseArgsConfig } from 'node:util';

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Command {
  /** "split <records> <output>". */
  synopsis: string;
  /** One line. */
  summary: string;
  /** What --help prints below the synopsis. */
  help: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments that are no options it takes. */
  operands: number;
  /** @returns the exit code. */
  run(operands: string[], values: OptionValues, session: { signal: AbortSignal }): Promise<number>;
}

/** A command line that does not fit: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/**
 * The options among `names` that were given, as numbers, under the names of a function's options: { 'max-images': 'maxImages' }.
 * @throws UsageError for one that is no number.
 */
export function numbersOf<T extends string>(
  values: OptionValues,
  names: Record<string, T>,
): Partial<Record<T, number>> {
  const given: Partial<Record<T, number>> = {};
  for (const [option, name] of Object.entries(names)) {
    const text = values[option];
    if (text === undefined) continue;
    given[name] = parseNumber(option, String(text));
  }
  return given;
}

export function parseNumber(option: string, text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(number)) throw new UsageError(`--${option} is "${text}"; expected a number.`);
  return number;
}

/** @throws UsageError for a value that is not among `choices`. */
export function choiceOf<T extends string>(
  values: OptionValues,
  option: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const given = values[option] ?? otherwise;
  if (!choices.includes(given as T))
    throw new UsageError(`--${option} is "${String(given)}"; expected ${choices.join(' or ')}.`);
  return given as T;
}
