// The edit that changes retained values least, min E‖Δ z‖², of those with Δ M = −(A Z̄ − d 1ᵀ) diag(γ):
// Δ = −(A Z̄ − d 1ᵀ) diag(γ) W, W = (Mᵀ S⁻¹ M)⁻¹ Mᵀ S⁻¹ (Lagrange). Row i of W reads off a latent how much of person i it holds, A z̄ᵢ is
// what A makes of the person, d is where the person goes instead, and γᵢ takes out all of the way.
import {
  add,
  columnOf,
  dotInOrder,
  fromRows,
  multiply,
  pseudoInverse,
  rowOf,
  scale,
  scaleColumns,
  transpose,
  type Matrix,
} from '@lin/operator/linear-algebra';
import { functionsOf } from './covariance-functions.js';
import { meanOfRows, type LatentPopulation } from './latent-population.js';
import { retainedChange, type EditFactors } from './operator-edit.js';

export interface LeastSquaresEditOptions {
  A: Matrix;
  identities: ReadonlyMap<number, Matrix>;
  retained: LatentPopulation;
  /** What a forgotten person's mean is mapped to, m. */
  destination: Float64Array;
  tolerance: number;
}

/**
 * M holds each person's mean as it is to be expected of images not seen; γ is such that latents which took no part keep nothing of A z̄, on
 * average. Weakened as a whole where `tolerance` asks for that.
 */
export function leastSquaresEdit({
  A,
  identities,
  retained,
  destination,
  tolerance,
}: LeastSquaresEditOptions): EditFactors {
  const groups = [...identities.values()];
  const precision = functionsOf(retained.secondMoment)((value) => 1 / value);
  const expectedMean = expectation(retained);
  const means = transpose(fromRows(groups.map((latents) => expectedMean(latents, allBut(latents)))));
  const values = multiply(A, transpose(fromRows(groups.map((latents) => meanOfRows(latents, allBut(latents)))))); // A Z̄
  const readersWithout = (group: number, left: number) =>
    readersOf(withColumn(means, group, expectedMean(groups[group]!, allBut(groups[group]!, left))), precision);
  const gains = groups.map((latents, group) =>
    gainOf(A, latents, (left) => columnOf(readersWithout(group, left), group)),
  );
  const gaps = withoutFromColumns(values, destination); // A Z̄ − d 1ᵀ
  const factors = { left: scale(scaleColumns(gaps, gains), -1), right: readersOf(means, precision) };
  const change = retainedChange(A, factors, retained);
  return change > tolerance ? { ...factors, left: scale(factors.left, tolerance / change) } : factors;
}

/**
 * E[a person's mean | the mean z̄ of k latents] = m + B (B + W/k)⁻¹ (z̄ − m), m the mean over persons, B between and W within them: it
 * leaves out what chance explains of z̄.
 */
function expectation({ mean, between, within }: LatentPopulation): (latents: Matrix, rows: number[]) => Float64Array {
  const byCount = new Map<number, Matrix>();
  return (latents, rows) => {
    const k = rows.length;
    const shrinkage =
      byCount.get(k) ??
      multiply(
        between,
        functionsOf(add(between, scale(within, 1 / k)))((value) => (value > 0 ? 1 / value : 0)),
      );
    byCount.set(k, shrinkage);
    const data = meanOfRows(latents, rows).map((value, i) => value - mean[i]!);
    return multiply(shrinkage, { rows: data.length, cols: 1, data }).data.map((value, i) => mean[i]! + value);
  };
}

/** Wᵀ = S⁻¹ M (Mᵀ S⁻¹ M)⁺, n × k. */
function readersOf(means: Matrix, precision: Matrix): Matrix {
  const white = multiply(precision, means);
  return multiply(white, pseudoInverse(multiply(transpose(means), white)).matrix);
}

/** Readings are never amplified more: images that have less in common give no direction to take out. */
const LARGEST_GAIN = 2;

/**
 * γ: what a latent holds of A z̄, ⟨A z, A z̄⟩ / ‖A z̄‖², over what it reads, each with z̄ and reader made without that latent. 1 where
 * there is but one.
 */
function gainOf(A: Matrix, latents: Matrix, readerWithout: (left: number) => Float64Array): number {
  if (latents.rows < 2) return 1;
  const values = multiply(latents, transpose(A)); // A z, as rows
  let [held, read] = [0, 0];
  for (let left = 0; left < latents.rows; left++) {
    const mean = meanOfRows(values, allBut(values, left));
    held += dotInOrder(rowOf(values, left), mean) / dotInOrder(mean, mean);
    read += dotInOrder(rowOf(latents, left), readerWithout(left));
  }
  return read > held / LARGEST_GAIN ? Math.max(0, held / read) : LARGEST_GAIN;
}

function allBut({ rows }: Matrix, left = -1): number[] {
  return Array.from({ length: rows }, (_, i) => i).filter((i) => i !== left);
}

function withoutFromColumns(a: Matrix, column: Float64Array): Matrix {
  return { ...a, data: a.data.map((value, k) => value - column[Math.floor(k / a.cols)]!) };
}

function withColumn(a: Matrix, j: number, values: Float64Array): Matrix {
  const data = a.data.slice();
  for (let i = 0; i < a.rows; i++) data[i * a.cols + j] = values[i]!;
  return { ...a, data };
}
