// What a command is to lin-teacher, and how its options become those of a function.
import type { ParseArgsConfig } from 'node:util';

export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>;

export interface Command {
  /** "compare <photo> <photo>". */
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
 * The options among `names` that were given, as whole numbers of at least 1, under the names of a function's options: { 'max-faces': 'maxFaces' }.
 * @throws UsageError for one that is no such number.
 */
export function countsOf<T extends string>(values: OptionValues, names: Record<string, T>): Partial<Record<T, number>> {
  const given: Partial<Record<T, number>> = {};
  for (const [option, name] of Object.entries(names)) {
    const text = values[option];
    if (text === undefined) continue;
    if (!/^[1-9][0-9]{0,8}$/.test(String(text)))
      throw new UsageError(`--${option} is "${String(text)}"; expected a whole number of at least 1.`);
    given[name] = Number(text);
  }
  return given;
}
