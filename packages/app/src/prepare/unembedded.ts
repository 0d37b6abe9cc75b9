// The images of a run for which the teacher gives no embedding, such as one of NaN: with data.on_corrupt: skip they are left out.
import type { EmbeddingError } from '@lin/teacher';
import { UsageError } from '@lin/command-line';

const MOST_LISTED = 100;

export interface UnembeddedSummary {
  count: number;
  /** The first hundred. */
  images: { key: number; reason: string }[];
}

export class Unembedded {
  private readonly byKey = new Map<number, string>();

  constructor(
    private readonly keys: Float64Array,
    /** More than this stop the run: data.max_corrupt. */
    private readonly most: number,
  ) {}

  /** To be passed as `onFailed`. @throws UsageError where there are too many. */
  readonly add = ({ position, message }: EmbeddingError): void => {
    this.byKey.set(this.keys[position]!, message);
    if (this.byKey.size > this.most)
      throw new UsageError(
        `The teacher gives no embedding of more than ${this.most} images (data.max_corrupt); the last one: ${message}`,
      );
  };

  /** The keys that have an embedding. */
  without(keys: Float64Array): Float64Array {
    return this.byKey.size === 0 ? keys : keys.filter((key) => !this.byKey.has(key));
  }

  summary(): UnembeddedSummary {
    const images = [...this.byKey].slice(0, MOST_LISTED).map(([key, reason]) => ({ key, reason }));
    return { count: this.byKey.size, images };
  }
}
