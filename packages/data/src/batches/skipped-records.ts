// What a run had to leave out, for its summary.
import type { SkippedRecord } from '../records/record-set.js';

const MOST_LISTED = 100;

export interface SkippedSummary {
  /** Different records. */
  count: number;
  /** The first hundred. */
  records: { key: number; offset: number; reason: string }[];
}

/** Each record once, however many epochs meet it. */
export class SkippedRecords {
  private readonly byKey = new Map<number, SkippedRecord>();

  /** To be passed as `onSkip`. */
  readonly add = (skipped: SkippedRecord): void => {
    this.byKey.set(skipped.key, skipped);
  };

  has(key: number): boolean {
    return this.byKey.has(key);
  }

  summary(): SkippedSummary {
    const records = [...this.byKey.values()]
      .slice(0, MOST_LISTED)
      .map(({ key, offset, error }) => ({ key, offset, reason: error.message }));
    return { count: this.byKey.size, records };
  }
}
