// Seeded randomness that is the same on every machine: SplitMix32 (Steele, Lea, Flood 2014, OOPSLA, in its 32-bit form).

/** A stream of uniform numbers. */
export class Random {
  private state: number;

  /**
   * Integers, of which the lower 32 bits count. Every `path` under a seed, e.g. `new Random(seed, epoch)`, begins at a place of its own
   * on the generator's one cycle of 2³² numbers.
   */
  constructor(seed: number, ...path: number[]) {
    this.state = path.reduce((state, part) => mix(state ^ mix(part + 0x9e37_79b9)), mix(seed));
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(low = 0, high = 1): number {
    this.state = (this.state + 0x9e37_79b9) | 0;
    return low + (high - low) * ((mix(this.state) >>> 0) / 2 ** 32);
  }

  /** Normal with mean 0 and variance 1 (Box–Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Fisher–Yates, in place. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }
}

function mix(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
  return z ^ (z >>> 15);
}
