// The images of each identity, from the labels alone: nothing more in memory where labels ascend, as in InsightFace's layout; else 4 bytes
// an image.
import { ascendingOrder } from '../recordio/ascending-order.js';
import { countBelow } from '../recordio/search.js';

export class Identities {
  /** How many have an image. */
  readonly count: number;
  /** Positions by label, where labels do not ascend. */
  private readonly order: Uint32Array | undefined;

  constructor(private readonly labels: Int32Array) {
    const ascends = labels.every((label, i) => i === 0 || label >= labels[i - 1]!);
    this.order = ascends ? undefined : ascendingOrder(labels.length, (i) => labels[i]!);
    let count = 0;
    for (let i = 0; i < labels.length; i++) if (i === 0 || this.labelAt(i) !== this.labelAt(i - 1)) count++;
    this.count = count;
  }

  /** Positions of the images of identity `label`, ascending. */
  positionsOf(label: number): Uint32Array {
    const below = (value: number) => countBelow(value, this.labels.length, (i) => this.labelAt(i));
    const [start, end] = [below(label), below(label + 1)];
    return this.order?.slice(start, end) ?? Uint32Array.from({ length: end - start }, (_, i) => start + i);
  }

  private labelAt(i: number): number {
    return this.labels[this.order ? this.order[i]! : i]!;
  }
}
