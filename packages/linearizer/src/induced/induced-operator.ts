// A network that is linear between two induced spaces, as an operator (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §3): f(x) = h⁻¹(A g(x)).
// A acts on cores, in float64 until it is applied. The residual is dropped, as in the kernel of f, or kept, where f maps a space to itself:
// in coordinates f is A ⊕ 0 or A ⊕ I, and each operation below is that of this block-diagonal matrix.
import * as tf from '@tensorflow/tfjs-core';
import { fourSubspaces, identity, multiply, pseudoInverse, rank, svd, toTensor, transpose, type Matrix } from '@lin/operator';
import { LinearizerError } from '../errors.js';
import type { InducedSpace } from './induced-space.js';
import { InducedSubspace } from './induced-subspace.js';
import { preimage, type PreimageOptions } from './preimage.js';

export interface InducedOperatorParts<X extends tf.Tensor, Y extends tf.Tensor> {
  domain: InducedSpace<X>;
  codomain: InducedSpace<Y>;
  /** A, codomain.coreDim × domain.coreDim. */
  matrix: Matrix;
  /** Default false: f drops the residual. */
  keepsResidual?: boolean;
}

export interface RcondOptions {
  /** Singular values up to this times the largest count as zero. Default max(m, n) · 2⁻²³: A comes from float32 entries. */
  rcond?: number;
}

export interface InducedSingularValues<X extends tf.Tensor, Y extends tf.Tensor> {
  /** Largest first. */
  values: Float64Array;
  /** g⁻¹(v_i): orthonormal elements of the domain, with residual zero. */
  right: X;
  /** h⁻¹(u_i): f maps right[i] to values[i] ⊙ left[i]. */
  left: Y;
}

/** Holds one tensor of A's size, made when first applied, until `dispose`. It owns neither of the networks. */
export class InducedOperator<X extends tf.Tensor = tf.Tensor, Y extends tf.Tensor = tf.Tensor> {
  readonly domain: InducedSpace<X>;
  readonly codomain: InducedSpace<Y>;
  readonly matrix: Matrix;
  readonly keepsResidual: boolean;
  private tensor: tf.Tensor2D | undefined;

  /** @throws LinearizerError where A does not fit the spaces, or a residual is kept between two of them. */
  constructor({ domain, codomain, matrix, keepsResidual = false }: InducedOperatorParts<X, Y>) {
    const [m, n] = [codomain.chart.coreDim, domain.chart.coreDim];
    if (matrix.rows !== m || matrix.cols !== n) {
      throw new LinearizerError(`InducedOperator: A is ${matrix.rows}×${matrix.cols}, but the cores are of ${m} and ${n}; expected ${m}×${n}.`);
    }
    if (keepsResidual && !isSame(domain, codomain)) {
      throw new LinearizerError('InducedOperator: a residual can only be kept within one space; domain and codomain are of two networks.');
    }
    this.domain = domain;
    this.codomain = codomain;
    this.matrix = matrix;
    this.keepsResidual = keepsResidual;
  }

  /** f(x), row by row. */
  apply(x: X): Y {
    this.tensor ??= tf.keep(toTensor(this.matrix));
    const A = this.tensor;
    return tf.tidy(() => {
      const { core, residual } = this.domain.split(x);
      const mapped = tf.matMul<tf.Tensor2D>(core, A, false, true);
      return this.keepsResidual ? this.codomain.join(mapped, residual) : this.codomain.fromCore(mapped);
    });
  }

  /** f*, with ⟨f(x), y⟩ = ⟨x, f*(y)⟩: g⁻¹(Aᵀ h(y)). */
  adjoint(): InducedOperator<Y, X> {
    return this.backwards(transpose(this.matrix));
  }

  /** f†(y) = g⁻¹(A⁺ h(y)): the x of least norm of those that f maps nearest to y, both in the induced metrics; f f† f = f. */
  pinv({ rcond = this.rcond }: RcondOptions = {}): InducedOperator<Y, X> {
    return this.backwards(pseudoInverse(this.matrix, { rcond }).matrix);
  }

  /** f ∘ other: first `other`, then this one. @throws LinearizerError unless other ends in the space, that is the very network, that this one begins in. */
  compose<W extends tf.Tensor>(other: InducedOperator<W, X>): InducedOperator<W, Y> {
    if (!isSame(this.domain, other.codomain)) {
      throw new LinearizerError(
        'compose: the first operator ends in the space of another network than this one begins in, so their composition is not one matrix; share one network between them.',
      );
    }
    return new InducedOperator({
      domain: other.domain,
      codomain: this.codomain,
      matrix: multiply(this.matrix, other.matrix),
      keepsResidual: this.keepsResidual && other.keepsResidual,
    });
  }

  /** f ∘ f ∘ … ∘ f, n times, in one application: by squaring, in float64. @throws LinearizerError unless domain and codomain are one space and n ≥ 1. */
  power(n: number): InducedOperator<X, Y> {
    this.requireOneSpace('power');
    if (!Number.isInteger(n) || n < 1) throw new LinearizerError(`power: n is ${n}; expected an integer of at least 1.`);
    let [result, square] = [identity(this.matrix.rows), this.matrix];
    for (let left = n; left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = multiply(square, result);
      if (left > 1) square = multiply(square, square);
    }
    return this.within(result, this.keepsResidual);
  }

  /** The first `count` singular triples of f, as elements. */
  svd({ count = Math.min(this.matrix.rows, this.matrix.cols) }: { count?: number } = {}): InducedSingularValues<X, Y> {
    const { U, s, V } = svd(this.matrix);
    const [left, right] = tf.tidy(() => [this.codomain.fromCore(leading(U, count)), this.domain.fromCore(leading(V, count))]);
    return { values: s.slice(0, count), right, left };
  }

  /** Of A; where the residual is kept, its directions are not counted. */
  rank({ rcond = this.rcond }: RcondOptions = {}): number {
    return rank(this.matrix, { rcond });
  }

  /** { x : f(x) = 0 }: the residual, where it is dropped, and the null space of A. */
  kernel({ rcond = this.rcond }: RcondOptions = {}): InducedSubspace<X> {
    const { nullSpace } = fourSubspaces(this.matrix, { rcond });
    return new InducedSubspace({ space: this.domain, core: nullSpace.basis, wholeResidual: !this.keepsResidual });
  }

  /** { f(x) }. */
  image({ rcond = this.rcond }: RcondOptions = {}): InducedSubspace<Y> {
    const { range } = fourSubspaces(this.matrix, { rcond });
    return new InducedSubspace({ space: this.codomain, core: range.basis, wholeResidual: this.keepsResidual });
  }

  /**
   * Inputs that f maps to y, exactly: f†(y) ⊕ an element of the kernel, which `residual` chooses.
   * @throws LinearizerError where y is none of f's values: it says how far off.
   */
  preimage(y: Y, options: PreimageOptions<X> = {}): Promise<X> {
    return preimage(this, y, options);
  }

  dispose(): void {
    this.tensor?.dispose();
    this.tensor = undefined;
  }

  private get rcond(): number {
    return Math.max(this.matrix.rows, this.matrix.cols) * 2 ** -23;
  }

  private backwards(matrix: Matrix): InducedOperator<Y, X> {
    return new InducedOperator({ domain: this.codomain, codomain: this.domain, matrix, keepsResidual: this.keepsResidual });
  }

  private within(matrix: Matrix, keepsResidual: boolean): InducedOperator<X, Y> {
    return new InducedOperator({ domain: this.domain, codomain: this.codomain, matrix, keepsResidual });
  }

  private requireOneSpace(operation: string): void {
    if (isSame(this.domain, this.codomain)) return;
    throw new LinearizerError(`${operation}: this network maps one space to another; ${operation} is defined where g_x and g_y are one network.`);
  }
}

/** Of one network, and so of one dimension. */
function isSame(a: { chart: { network: object } }, b: { chart: { network: object } }): boolean {
  return a.chart.network === b.chart.network;
}

/** The first `count` columns, as rows. */
function leading(columns: Matrix, count: number): tf.Tensor2D {
  return tf.slice(toTensor(transpose(columns)), [0, 0], [Math.min(count, columns.cols), columns.rows]);
}
