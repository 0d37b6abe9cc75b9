import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../engine.js';
import { TensorFlowError } from '../errors.js';
import { activeTensorFlow } from './active.js';
import type { Float64Matrix } from './float64-kernels.js';

const skipped = await tensorFlowMissing();

const matrix = (rows: number[][]): Float64Matrix => ({
  rows: rows.length,
  cols: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

/** The kernel as @lin/operator finds it. */
function run(name: string, matrices: Float64Matrix[], options: Record<string, boolean> = {}): Float64Matrix[] {
  const kernelFunc = tf.getKernel(`Float64${name}`, 'tensorflow').kernelFunc as unknown as (
    call: object,
  ) => Float64Matrix[];
  return kernelFunc({ backend: tf.backend(), attrs: { matrices, options } });
}

const rounded = ({ data }: Float64Matrix) => Array.from(data, (value) => Number(value.toFixed(14)) + 0);
const tiny = 2 ** -40; // float32 has no 1 + 2⁻⁴⁰

describe.skipIf(skipped)(`float64 kernels of TensorFlow${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test('multiply without rounding to float32, transposed where asked', () => {
    const a = matrix([
      [1 + tiny, 2],
      [3, 4],
      [5, 6],
    ]);
    expect([...run('MatMul', [a, matrix([[1], [1]])])[0]!.data]).toEqual([3 + tiny, 7, 11]);
    expect(run('MatMul', [a, matrix([[1], [0], [0]])], { transpose_a: true })[0]).toEqual(matrix([[1 + tiny], [2]]));
  });

  test('decompose: values as one row, factors as matrices', () => {
    const [s, U, V] = run(
      'Svd',
      [
        matrix([
          [3, 0],
          [0, -4],
          [0, 0],
        ]),
      ],
      { compute_uv: true, full_matrices: false },
    );
    expect([s!.rows, s!.cols, U!.rows, U!.cols, V!.rows, V!.cols]).toEqual([1, 2, 3, 2, 2, 2]);
    expect(rounded(s!)).toEqual([4, 3]);
    expect(
      rounded(
        run(
          'SelfAdjointEigV2',
          [
            matrix([
              [2, 1],
              [1, 2],
            ]),
          ],
          { compute_v: true },
        )[0]!,
      ),
    ).toEqual([1, 3]);
    const [Q, R] = run('Qr', [
      matrix([
        [3, 1],
        [4, 1],
      ]),
    ]);
    expect(rounded(run('MatMul', [Q!, R!])[0]!)).toEqual([3, 1, 4, 1]);
    expect(
      rounded(
        run('Cholesky', [
          matrix([
            [4, 2],
            [2, 10],
          ]),
        ])[0]!,
      ),
    ).toEqual([2, 0, 1, 3]);
    const [packed, permutation] = run('Lu', [
      matrix([
        [1, 2],
        [4, 4],
      ]),
    ]);
    expect(rounded(packed!)).toEqual([4, 4, 0.25, 1]);
    expect([...permutation!.data]).toEqual([1, 0]);
    expect(
      rounded(
        run(
          'MatrixTriangularSolve',
          [
            matrix([
              [2, 0],
              [1, 4],
            ]),
            matrix([[2], [9]]),
          ],
          { lower: true },
        )[0]!,
      ),
    ).toEqual([1, 2]);
  });

  test('leave no tensor behind, and throw TensorFlowError for what TensorFlow refuses', () => {
    const before = activeTensorFlow()!.binding.getNumOfTensors();
    run('Svd', [
      matrix([
        [1, 2],
        [3, 4],
      ]),
    ]);
    expect(() =>
      run('Lu', [
        matrix([
          [1, 2],
          [2, 4],
        ]),
      ]),
    ).toThrow(TensorFlowError);
    expect(() => run('MatMul', [matrix([[1, 2]]), matrix([[1, 2]])])).toThrow(TensorFlowError);
    expect(activeTensorFlow()!.binding.getNumOfTensors()).toBe(before);
  });
});
