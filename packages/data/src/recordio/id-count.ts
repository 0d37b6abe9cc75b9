// Whether the ids in the headers of records are their keys, as face2rec2 and im2rec write them. Where most are, one that is not is damage,
// or the .idx is another's; where most are not, the ids mean nothing.
import { RecordError } from '../errors.js';

export class IdCount {
  private matching = 0;
  private readonly others: number[] = [];

  private otherId: number | undefined;
  /** Whether the ids that are not keys differ: then they are no mere filling, such as 0 everywhere. */
  othersDiffer = false;

  add(id: number, key: number): void {
    if (id === key) {
      this.matching++;
      return;
    }
    this.others.push(key);
    this.othersDiffer ||= this.otherId !== undefined && this.otherId !== id;
    this.otherId = id;
  }

  get areKeys(): boolean {
    return this.matching > this.others.length;
  }

  /** Keys of records whose id should be their key and is not. */
  get strangers(): readonly number[] {
    return this.areKeys ? this.others : [];
  }
}

export function strangerError(path: string, { key, offset }: { key: number; offset: number }): RecordError {
  return new RecordError(
    `${path} at byte ${offset} (key ${key}): the record there says that it is another; ` +
      `it or the .idx is damaged or another set's, copy both again.`,
    { file: path, offset },
  );
}
