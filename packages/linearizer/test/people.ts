// Latents of made-up people in float64: each person has a mean, and their images scatter about it, more in some directions than in others.
import { fromRows, type Matrix } from '@lin/operator';
import { normals } from './random-matrix.js';

export interface People {
  latents: Matrix;
  labels: number[];
}

/** Persons numbered from `first`. */
export function people({ count = 60, images = 8, dim = 24, scatter = 0.4, seed = 1, first = 0 }): People {
  const normal = normals(seed);
  const width = (j: number) => 0.5 + j / dim; // of the scatter
  const labels: number[] = [];
  const rows = Array.from({ length: count }, (_, person) => {
    const mean = Array.from({ length: dim }, normal);
    return Array.from({ length: images }, () => {
      labels.push(first + person);
      return mean.map((value, j) => value + scatter * width(j) * normal());
    });
  }).flat();
  return { latents: fromRows(rows), labels };
}

export function rowsOf({ latents, labels }: People, label: number): Matrix {
  const { cols, data } = latents;
  return fromRows(labels.flatMap((other, i) => (other === label ? [data.subarray(i * cols, (i + 1) * cols)] : [])));
}
