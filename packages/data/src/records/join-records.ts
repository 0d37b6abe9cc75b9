// Two record sets as one that batches are made of, each in its own file: drawn faces beside photographs, say.
import { DataOptionError } from '../errors.js';
import type { RecordPlace } from '../recordio/read-image.js';
import type { RecordSet } from './record-set.js';

const LARGEST_LABEL = 2 ** 31 - 1;

/**
 * The images of `first`, with their keys and labels, then those of `second`, whose keys and labels are moved up behind the first's: no
 * image and no person of one is taken for one of the other. Both remain the caller's to close.
 * @throws DataOptionError where one has no images, or the labels of both do not fit in 31 bits.
 */
export function joinRecords(first: RecordSet, second: RecordSet): JoinedRecords {
  for (const { path, imageCount } of [first, second])
    if (imageCount === 0) throw new DataOptionError(`joinRecords: ${path} has no images.`);
  const labelsFrom = largest(first.labels) + 1;
  const last = labelsFrom + largest(second.labels);
  if (last > LARGEST_LABEL)
    throw new DataOptionError(
      `joinRecords: behind the labels of ${first.path} those of ${second.path} rise to ${last}; the largest is ${LARGEST_LABEL}.`,
    );
  return new JoinedRecords(first, second, labelsFrom);
}

/** What `batches` needs of a record set, and `positionsOf`. */
export class JoinedRecords {
  readonly path: string;
  /** Ascending. */
  readonly keys: Float64Array;
  /** labels[i] is the identity of the image keys[i]. */
  readonly labels: Int32Array;
  /** By which the second's keys are moved up. */
  private readonly keysFrom: number;

  constructor(
    private readonly first: RecordSet,
    private readonly second: RecordSet,
    labelsFrom: number,
  ) {
    this.path = `${first.path} and ${second.path}`;
    this.keysFrom = first.keys.at(-1)! + 1;
    const count = first.imageCount + second.imageCount;
    this.keys = new Float64Array(count);
    this.keys.set(first.keys);
    this.keys.set(
      second.keys.map((key) => key + this.keysFrom),
      first.imageCount,
    );
    this.labels = new Int32Array(count);
    this.labels.set(first.labels);
    this.labels.set(
      second.labels.map((label) => label + labelsFrom),
      first.imageCount,
    );
  }

  /** Position of an image's key in `keys`. @throws RecordError when there is no such image. */
  positionOf(key: number): number {
    const [set, own] = this.ofSet(key);
    return (set === this.first ? 0 : this.first.imageCount) + set.positionOf(own);
  }

  /** Positions in `keys` of the images of `keys`, in their order. @throws RecordError where there is no such image. */
  positionsOf(keys: ArrayLike<number>): Uint32Array {
    return Uint32Array.from(keys, (key) => this.positionOf(key));
  }

  /** The byte of its .rec where an image's record begins. @throws RecordError when there is no such image. */
  offsetOf(key: number): number {
    const [set, own] = this.ofSet(key);
    return set.offsetOf(own);
  }

  /** With the key that the image has in its own set. @throws RecordError when there is no such image. */
  placeOf(key: number): RecordPlace {
    const [set, own] = this.ofSet(key);
    return set.placeOf(own);
  }

  /** `keys`, the first's in the order of its file, then the second's in that of its own. @throws RecordError for a key of neither. */
  inFileOrder(keys: ArrayLike<number> = this.keys): Float64Array {
    const all = Float64Array.from(keys);
    const ofFirst = this.first.inFileOrder(all.filter((key) => key < this.keysFrom));
    const ofSecond = this.second.inFileOrder(
      all.filter((key) => key >= this.keysFrom).map((key) => key - this.keysFrom),
    );
    all.set(ofFirst);
    all.set(
      ofSecond.map((key) => key + this.keysFrom),
      ofFirst.length,
    );
    return all;
  }

  /** As `RecordSet.readThrough`; from an image of the first to one of the second, nothing is read. */
  async readThrough(firstKey: number, lastKey: number): Promise<void> {
    const [[from, firstOwn], [to, lastOwn]] = [this.ofSet(firstKey), this.ofSet(lastKey)];
    if (from === to) await from.readThrough(firstOwn, lastOwn);
  }

  /** The set that a key is of, and its key there. */
  private ofSet(key: number): [set: RecordSet, own: number] {
    return key < this.keysFrom ? [this.first, key] : [this.second, key - this.keysFrom];
  }
}

const largest = (labels: Int32Array) => labels.reduce((most, label) => Math.max(most, label), 0);
