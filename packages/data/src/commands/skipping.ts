// --on-corrupt of the commands that copy records or import images: stop at a damaged one, or name it and leave it out.
import { choiceOf, type Option, type OptionValues } from '@lin/command-line';
import type { SkippedRecord } from '../records/record-set.js';

export const ON_CORRUPT: Readonly<Record<string, Option>> = {
  'on-corrupt': {
    type: 'string',
    value: '<policy>',
    description: 'error (default): stop at what is damaged; skip: name it, leave it out',
  },
};

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
