// --on-corrupt of the commands that copy records: stop at a damaged one, or name it and leave it out.
import type { SkippedRecord } from '../records/record-set.js';
import { choiceOf, type OptionValues } from './command.js';

export const ON_CORRUPT = {
  option: { 'on-corrupt': { type: 'string' } },
  help: `  --on-corrupt <policy>   error (default): stop at a damaged record; skip: name it, leave it out\n`,
} as const;

export class Skipping {
  count = 0;
  readonly options: { onSkip?: (skipped: SkippedRecord) => void };

  constructor(values: OptionValues) {
    const skip = choiceOf(values, 'on-corrupt', ['error', 'skip'], 'error') === 'skip';
    this.options = skip ? { onSkip: ({ error }) => this.note(error) } : {};
  }

  /** ", 3 damaged records left out", or nothing. */
  toString(): string {
    return this.count === 0 ? '' : `, ${this.count} damaged record${this.count === 1 ? '' : 's'} left out`;
  }

  private note(error: Error): void {
    this.count++;
    process.stderr.write(`left out: ${error.message}\n`);
  }
}
