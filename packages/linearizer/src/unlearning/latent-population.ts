// Second moments of the latents that are to stay as they are: how they vary among identities, and within one.
import {
  add,
  eigenSymmetric,
  multiply,
  scale,
  subtract,
  transpose,
  zeros,
  type Matrix,
} from '@lin/operator/linear-algebra';
import { LinearizerError } from '../errors.js';

/** What `unlearn` is told of the latents that are to stay as they are. */
export interface LatentPopulation {
  /** Latents seen. */
  count: number;
  /** The mean over identities of their means, n. */
  mean: Float64Array;
  /** S = E[z zᵀ], n × n, about zero: linear operators know no other origin. */
  secondMoment: Matrix;
  /** Covariance of latents about their identity's mean, pooled. */
  within: Matrix;
  /** Covariance of the identities' true means: that of the observed ones, less what `within` adds to it; positive semidefinite. */
  between: Matrix;
}

/**
 * How latents vary among people and within one, from a sample of them (an unbalanced one-way analysis of variance).
 * @param latents As rows, count × n.
 * @param labels The identity of each row, count.
 * @throws LinearizerError where labels and rows differ in number, there are fewer than two identities, or no identity has two latents.
 * @example
 * ```ts
 * import { latentPopulation } from '@lin/linearizer';
 * import { fromRows, toRows } from '@lin/operator';
 *
 * const latents = fromRows([[2, 0], [2, 1], [-2, 0], [-2, 1]]);
 * const { count, within, between } = latentPopulation(latents, [7, 7, 8, 8]);
 * console.log(count, toRows(within), between.data[0]!.toFixed(3));
 * ```
 * ```text
 * 4 [ [ 0, 0 ], [ 0, 0.5 ] ] 8.000
 * ```
 */
export function latentPopulation(latents: Matrix, labels: ArrayLike<number>): LatentPopulation {
  if (labels.length !== latents.rows)
    throw new LinearizerError(
      `latentPopulation: there are ${labels.length} labels for ${latents.rows} latents; expected one for each.`,
    );
  const groups = groupsOf(labels);
  const repeated = latents.rows - groups.length;
  if (groups.length < 2 || repeated < 1) {
    throw new LinearizerError(
      `latentPopulation: ${latents.rows} latents of ${groups.length} identities; ` +
        'expected at least two identities, and two latents of one of them.',
    );
  }
  const means = zeros(groups.length, latents.cols);
  const centred: Matrix = { ...latents, data: latents.data.slice() };
  groups.forEach((rows, group) => {
    const mean = means.data.subarray(group * latents.cols, (group + 1) * latents.cols);
    mean.set(meanOfRows(latents, rows));
    for (const row of rows) subtractFrom(centred, row, mean);
  });
  const within = scale(gram(centred), 1 / repeated);
  const grandMean = meanOfRows(means, groups.keys());
  groups.forEach((_, group) => subtractFrom(means, group, grandMean));
  const spread = scale(gram(means), 1 / (groups.length - 1));
  const noise = groups.reduce((sum, rows) => sum + 1 / rows.length, 0) / groups.length; // of a mean of k latents: within / k
  return {
    count: latents.rows,
    mean: grandMean,
    secondMoment: scale(gram(latents), 1 / latents.rows),
    within,
    between: positivePart(subtract(spread, scale(within, noise))),
  };
}

/**
 * Latents less their identity's mean, as rows of those identities that have two and more; times √(k / (k − 1)) for k latents, so that
 * they spread as latents do about the true mean.
 */
export function deviationsWithin(latents: Matrix, labels: ArrayLike<number>): Matrix {
  const groups = groupsOf(labels).filter(({ length }) => length > 1);
  const { cols } = latents;
  const data = groups.flatMap((rows) => {
    const mean = meanOfRows(latents, rows);
    const widened = Math.sqrt(rows.length / (rows.length - 1));
    const rowAt = (row: number) => latents.data.subarray(row * cols, (row + 1) * cols);
    return rows.map((row) => rowAt(row).map((value, i) => widened * (value - mean[i]!)));
  });
  return { rows: data.length, cols, data: Float64Array.from(data.flatMap((row) => [...row])) };
}

export function meanOfRows({ cols, data }: Matrix, rows: Iterable<number>): Float64Array {
  const mean = new Float64Array(cols);
  let count = 0;
  for (const row of rows) {
    for (let j = 0; j < cols; j++) mean[j]! += data[row * cols + j]!;
    count++;
  }
  return mean.map((value) => value / count);
}

function groupsOf(labels: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const group = groups.get(labels[row]!);
    if (group) group.push(row);
    else groups.set(labels[row]!, [row]);
  }
  return [...groups.values()];
}

function subtractFrom({ cols, data }: Matrix, row: number, values: Float64Array): void {
  for (let j = 0; j < cols; j++) data[row * cols + j]! -= values[j]!;
}

const gram = (rows: Matrix): Matrix => symmetric(multiply(transpose(rows), rows));

const symmetric = (a: Matrix): Matrix => scale(add(a, transpose(a)), 0.5);

/** The nearest positive semidefinite matrix: eigenvalues below zero become zero. */
function positivePart(a: Matrix): Matrix {
  const { values, vectors } = eigenSymmetric(symmetric(a));
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  const half = { ...vectors, data: vectors.data.map((value, k) => value * roots[k % vectors.cols]!) };
  return multiply(half, transpose(half));
}
