// Random matrices in float64, by seed and without a backend.
import type { Matrix } from '@lin/operator';

/** Normal numbers by Box and Muller from a linear congruential generator. */
export function normals(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Entries of a normal distribution, divided by √cols: of spectral norm about 2 where it is square. */
export function randomMatrix(rows: number, cols: number, seed: number): Matrix {
  const normal = normals(seed);
  return { rows, cols, data: Float64Array.from({ length: rows * cols }, () => normal() / Math.sqrt(cols)) };
}
