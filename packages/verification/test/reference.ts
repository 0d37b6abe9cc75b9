// The same pairs that reference_verification.py makes, and the figures that it found for them.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '../../../tools/random-for-tests.js';

export const SCRIPT = fileURLToPath(new URL('reference_verification.py', import.meta.url));

export interface EmbeddingsCase {
  kind: 'embeddings';
  seed: number;
  pairs: number;
  size: number;
  noise: number;
}

export interface ScoresCase {
  kind: 'scores';
  seed: number;
  pairs: number;
  levels: number;
}

export interface Sweep {
  auc: number;
  eer: number;
  bestAccuracy: number;
  'tarAtFar1e-2': { far: number; tar: number; low: number; high: number };
  roc: { fpr: number[]; tpr: number[] } | null;
}

export interface Protocol {
  accuracy: { folds: number[]; thresholds: number[]; mean: number; std: number };
  validation: { val: number; std: number; measuredFar: number } | null;
  sweep: Sweep;
}

export interface Ijb {
  similarity: number[];
  tarAtFar: Record<string, number>;
}

const ALL = JSON.parse(await readFile(new URL('figures.json', import.meta.url), 'utf8')) as {
  case: { kind: string };
  figures: unknown;
}[];

export const figuresOf = <Case, Figures>(kind: string) =>
  ALL.filter((entry) => entry.case.kind === kind) as { case: Case; figures: Figures }[];

export function makeEmbeddings({ seed, pairs, size, noise }: EmbeddingsCase): {
  embeddings: Float64Array;
  same: boolean[];
} {
  const random = new Random(seed);
  const vector = (scale: number) => Array.from({ length: size }, () => scale * (2 * random.uniform() - 1));
  const same = Array.from({ length: pairs }, (_, pair) => pair % 20 < 10);
  const rows = same.flatMap((isSame) => {
    const person = vector(1);
    const other = isSame ? person : vector(1);
    return [person, other].flatMap((face) => {
      const offset = vector(noise);
      return face.map((value, i) => value + offset[i]!);
    });
  });
  return { embeddings: Float64Array.from(rows), same };
}

export function makeScores({ seed, pairs, levels }: ScoresCase): { scores: number[]; same: boolean[] } {
  const random = new Random(seed);
  const same = Array.from({ length: pairs }, () => random.uniform() < 0.4);
  return { scores: same.map((flag) => Math.floor(levels * (random.uniform() + 0.3 * Number(flag)))), same };
}
