// How a model does while it trains, on people that it is neither trained nor tested on: a fixed part of their images, kept in memory.
import { isInvertible } from '@lin/linearizer';
import type { ImagePair } from '@lin/data';
import { embedBy, scoreInverse, type DistillationBatch } from '@lin/train';
import { verifyPairs } from '@lin/verification';
import { UsageError } from '@lin/command-line';
import { balancedPairs } from '../evaluate/held-out-pairs.js';
import { canBeMeasured } from '../prepare/check-packs.js';
import type { Run } from '../run/run.js';
import { validationKeys } from './validation-keys.js';

export interface ValidationFigures {
  /** Mean cosine to the teacher, in [−1, 1]. */
  cosine: number;
  /** Share of pairs told apart, one person or two, in ten folds; left out where the images give too few pairs. */
  accuracy?: number;
  /** Where these are of a moving average: the mean cosine of the parameters themselves. */
  cosineAsTrained?: number;
  /** Largest pixel error of g_x⁻¹(g_x(x)) over the first batch; left out where g_x has no inverse that can be computed here. */
  inverseError?: number;
}

type Model = Run['model'];
type KnownBatch = DistillationBatch & { keys: ArrayLike<number> };

export class Validation {
  private constructor(
    private readonly batches: readonly KnownBatch[],
    private readonly pairs: readonly ImagePair[],
    private readonly measuresInverse: boolean,
  ) {}

  /** Reads the images, once. @returns undefined where the config sets no identities aside. */
  static async open(run: Run): Promise<Validation | undefined> {
    const { records, split } = run.dataset;
    if (split.validation.length === 0) return undefined;
    const images = { keys: split.validation, labels: records.labelsOf(split.validation) };
    const keys = validationKeys(images, run.config.validation.images);
    const batches: KnownBatch[] = [];
    for await (const batch of run.testBatches(keys)) batches.push(batch as KnownBatch);
    if (batches.length === 0)
      throw new UsageError('No image of the validation identities can be read; set validation.identities to 0.');
    const there = new Set(batches.flatMap((batch) => Array.from(batch.keys)));
    const pairs = balancedPairs({ keys, labels: records.labelsOf(keys) }, run.config.data.seed);
    const measuresInverse = run.engine.backend !== 'webgpu'; // which cannot read values while it computes
    return new Validation(
      batches,
      pairs.filter(({ first, second }) => there.has(first) && there.has(second)),
      measuresInverse,
    );
  }

  /** What is looked at, in words. */
  describe(interval: number): string {
    const images = this.batches.reduce((sum, { size }) => sum + size, 0);
    const teacher = this.accuracyOf(new Map(this.batches.flatMap(({ keys, targets }) => rowsOf(keys, targets))));
    const apart =
      teacher === undefined ? '' : `; the teacher tells ${(100 * teacher).toFixed(2)} % of their pairs apart`;
    return `${images} images of people who are neither trained nor tested on, every ${interval} steps${apart}`;
  }

  /** Draws nothing from the training's random numbers, and changes nothing of the model. */
  async measure(model: Model): Promise<ValidationFigures> {
    const { cosine, rows } = await this.embed(model);
    return withoutNaN({ cosine, accuracy: this.accuracyOf(rows), inverseError: await this.inverse(model) });
  }

  /** The mean cosine alone. */
  async cosineOf(model: Model): Promise<number> {
    return (await this.embed(model)).cosine;
  }

  private async embed(model: Model): Promise<{ cosine: number; rows: Map<number, Float32Array> }> {
    const embed = embedBy(model);
    const rows = new Map<number, Float32Array>();
    let sum = 0;
    for (const { images, keys, targets } of this.batches) {
      const wanted = new Map(rowsOf(keys, targets));
      for (const [key, row] of rowsOf(keys, await embed(images))) {
        sum += cosine(row, wanted.get(key)!);
        rows.set(key, row);
      }
    }
    return { cosine: sum / rows.size, rows };
  }

  private accuracyOf(rows: ReadonlyMap<number, Float32Array>): number | undefined {
    const same = this.pairs.map((pair) => pair.same);
    if (!canBeMeasured(same)) return undefined;
    const size = [...rows.values()][0]!.length;
    const embeddings = new Float32Array(2 * same.length * size);
    this.pairs
      .flatMap(({ first, second }) => [first, second])
      .forEach((key, i) => embeddings.set(rows.get(key)!, i * size));
    return embeddings.every(Number.isFinite) ? verifyPairs({ embeddings, same }).accuracy.mean : undefined;
  }

  private async inverse({ gx }: Model): Promise<number | undefined> {
    const [first] = this.batches;
    if (!this.measuresInverse || !isInvertible(gx)) return undefined;
    return (await scoreInverse(gx, inOrder([first!]))).maxError;
  }
}

/** Each key with its row of numbers. */
function rowsOf(keys: ArrayLike<number>, numbers: Float32Array): [key: number, row: Float32Array][] {
  const length = numbers.length / keys.length;
  return Array.from(keys, (key, i) => [key, numbers.subarray(i * length, (i + 1) * length)]);
}

/** Of a row of any length and a unit vector. */
function cosine(row: Float32Array, unit: Float32Array): number {
  let [dot, squares] = [0, 0];
  for (let i = 0; i < row.length; i++) {
    dot += row[i]! * unit[i]!;
    squares += row[i]! * row[i]!;
  }
  return squares === 0 ? 0 : dot / Math.sqrt(squares);
}

async function* inOrder<T>(values: readonly T[]): AsyncGenerator<T, void, void> {
  yield* values;
}

const withoutNaN = ({
  cosine,
  ...others
}: { [key in keyof ValidationFigures]: number | undefined }): ValidationFigures => ({
  cosine: cosine!,
  ...Object.fromEntries(Object.entries(others).filter(([, value]) => Number.isFinite(value))),
});
