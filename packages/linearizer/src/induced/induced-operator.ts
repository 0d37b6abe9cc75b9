// A network that is linear between two induced spaces, as an operator (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §3): f(x) = h⁻¹(A
// g(x)). A acts on cores, in float64 until it is applied. The residual is dropped, or, where f maps a space to itself, multiplied by a
// number ρ: in coordinates f is the block-diagonal matrix A ⊕ ρ I, and each operation below is that of this matrix.
import * as tf from '@tensorflow/tfjs-core';
import {
  add,
  eigen,
  expm,
  fourSubspaces,
  identity,
  multiply,
  powm,
  pseudoInverse,
  rank,
  scale,
  svd,
  toTensor,
  transpose,
  type Complex,
  type Matrix,
} from '@lin/operator';
import { LinearizerError } from '../errors.js';
import type { InducedSpace } from './induced-space.js';
import { InducedSubspace } from './induced-subspace.js';
import { preimage, type PreimageOptions } from './preimage.js';

export interface InducedOperatorParts<X extends tf.Tensor, Y extends tf.Tensor> {
  domain: InducedSpace<X>;
  codomain: InducedSpace<Y>;
  /** A, codomain.coreDim × domain.coreDim. */
  matrix: Matrix;
  /** ρ, what the residual is multiplied by. Default 0: f drops it. 1 keeps it. */
  residualGain?: number;
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

export interface InducedEigen<X extends tf.Tensor> {
  /** Of A; on the residual f is multiplication by ρ. A complex pair is a + bi, a − bi. */
  values: Complex[];
  /** g⁻¹(Re v) and g⁻¹(Im v), with residual zero: f(real) = a ⊙ real ⊖ b ⊙ imaginary, f(imaginary) = b ⊙ real ⊕ a ⊙ imaginary. */
  real: X;
  imaginary: X;
}

/**
 * A network that is linear between two induced spaces, as a linear operator with all that belongs to one: adjoint, pseudo-inverse, powers,
 * exponential, singular and eigenvalues, kernel, image and preimages (Berman, Hallak, Shocher 2025, https://arxiv.org/abs/2510.08570, §3).
 * Each is computed in float64 from A. `Linearizer.operator()` makes one of a model.
 * It holds one tensor of A's size, made when first applied, until `dispose`; it owns neither of the networks.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Logit } from '@lin/invertible';
 * import { InducedOperator, InducedSpace, vectorChart } from '@lin/linearizer';
 * import { fromRows } from '@lin/operator';
 *
 * const space = new InducedSpace(vectorChart(new Logit({ shape: [2], alpha: 0 })));
 * const f = new InducedOperator({ domain: space, codomain: space, matrix: fromRows([[2, 0], [1, 1]]) });
 * const x = tf.tensor2d([[0.75, 0.5]]);
 * const [twice, atOnce] = [f.apply(f.apply(x)), f.power(2).apply(x)];
 * console.log([...twice.dataSync()].map((p) => p.toFixed(3)), tf.max(tf.abs(tf.sub(twice, atOnce))).dataSync()[0]! < 1e-6);
 * console.log(f.eigen().values.map(({ re }) => re.toFixed(3)), f.rank());
 * ```
 * ```text
 * [ '0.988', '0.964' ] true
 * [ '2.000', '1.000' ] 2
 * ```
 */
export class InducedOperator<X extends tf.Tensor = tf.Tensor, Y extends tf.Tensor = tf.Tensor> {
  readonly domain: InducedSpace<X>;
  readonly codomain: InducedSpace<Y>;
  readonly matrix: Matrix;
  readonly residualGain: number;
  private tensor: tf.Tensor2D | undefined;

  /** @throws LinearizerError where A does not fit the spaces, or ρ is not 0 between two of them. */
  constructor({ domain, codomain, matrix, residualGain = 0 }: InducedOperatorParts<X, Y>) {
    const [m, n] = [codomain.chart.coreDim, domain.chart.coreDim];
    if (matrix.rows !== m || matrix.cols !== n) {
      throw new LinearizerError(
        `InducedOperator: A is ${matrix.rows}×${matrix.cols}, but the cores are of ${m} and ${n}; expected ${m}×${n}.`,
      );
    }
    if (residualGain !== 0 && !isSame(domain, codomain)) {
      throw new LinearizerError(
        'InducedOperator: a residual can only be kept within one space; domain and codomain are of two networks.',
      );
    }
    this.domain = domain;
    this.codomain = codomain;
    this.matrix = matrix;
    this.residualGain = residualGain;
  }

  /** f(x), row by row. */
  apply(x: X): Y {
    this.tensor ??= tf.keep(toTensor(this.matrix));
    const A = this.tensor;
    return tf.tidy(() => {
      const { core, residual } = this.domain.split(x);
      const mapped = tf.matMul<tf.Tensor2D>(core, A, false, true);
      return this.residualGain === 0
        ? this.codomain.fromCore(mapped)
        : this.codomain.join(mapped, tf.mul(residual, this.residualGain));
    });
  }

  /** f*, with ⟨f(x), y⟩ = ⟨x, f*(y)⟩: g⁻¹(Aᵀ h(y)). */
  adjoint(): InducedOperator<Y, X> {
    return this.backwards(transpose(this.matrix), this.residualGain);
  }

  /** f†(y) = g⁻¹(A⁺ h(y)): the x of least norm of those that f maps nearest to y, both in the induced metrics; f f† f = f. */
  pinv({ rcond = this.rcond }: RcondOptions = {}): InducedOperator<Y, X> {
    return this.backwards(
      pseudoInverse(this.matrix, { rcond }).matrix,
      this.residualGain === 0 ? 0 : 1 / this.residualGain,
    );
  }

  /**
   * f ∘ other: first `other`, then this one. @throws LinearizerError unless other ends in the space, that is the very network, that this
   * one begins in.
   */
  compose<W extends tf.Tensor>(other: InducedOperator<W, X>): InducedOperator<W, Y> {
    if (!isSame(this.domain, other.codomain)) {
      throw new LinearizerError(
        'compose: the first operator ends in the space of another network than this one begins in, ' +
          'so their composition is not one matrix; share one network between them.',
      );
    }
    return new InducedOperator({
      domain: other.domain,
      codomain: this.codomain,
      matrix: multiply(this.matrix, other.matrix),
      residualGain: this.residualGain * other.residualGain,
    });
  }

  /** (f ⊕ other)(x) = f(x) ⊕ other(x): A + B. @throws LinearizerError unless both map the same two spaces, of the very same networks. */
  add(other: InducedOperator<X, Y>): InducedOperator<X, Y> {
    if (!isSame(this.domain, other.domain) || !isSame(this.codomain, other.codomain)) {
      throw new LinearizerError(
        'add: the two operators are between the spaces of different networks, so their sum is not one matrix; ' +
          'share g_x and g_y between them.',
      );
    }
    return this.within(add(this.matrix, other.matrix), this.residualGain + other.residualGain);
  }

  /** (a ⊙ f)(x) = a ⊙ f(x): a A. */
  scale(a: number): InducedOperator<X, Y> {
    if (!Number.isFinite(a)) throw new LinearizerError(`scale: the factor is ${a}; expected a finite number.`);
    return this.within(scale(this.matrix, a), a * this.residualGain);
  }

  /**
   * f ∘ f ∘ … ∘ f, n times, in one application: by squaring, in float64. A fraction is the principal power: power(½) twice is f.
   * @throws LinearizerError unless domain and codomain are one space and n > 0, and, of a fraction, ρ ≥ 0; MatrixFunctionError of
   * @lin/operator for a fraction where an eigenvalue of A is negative or zero.
   */
  power(n: number): InducedOperator<X, Y> {
    this.requireOneSpace('power');
    if (!(n > 0 && n < Infinity)) throw new LinearizerError(`power: n is ${n}; expected a number above 0.`);
    if (!Number.isInteger(n)) {
      if (this.residualGain < 0)
        throw new LinearizerError(
          `power: the residual is multiplied by ${this.residualGain}, which has no power ${n}.`,
        );
      return this.within(powm(this.matrix, n), this.residualGain ** n);
    }
    let [result, square] = [identity(this.matrix.rows), this.matrix];
    for (let left = n; left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = multiply(square, result);
      if (left > 1) square = multiply(square, square);
    }
    return this.within(result, this.residualGain ** n);
  }

  /** exp(f) = id ⊕ f ⊕ f∘f / 2! ⊕ …: on the residual it is e^ρ. @throws LinearizerError unless domain and codomain are one space. */
  exp(): InducedOperator<X, Y> {
    this.requireOneSpace('exp');
    return this.within(expm(this.matrix), Math.exp(this.residualGain));
  }

  /** λ and the elements v with f(v) = λ ⊙ v, largest |λ| first. @throws LinearizerError unless domain and codomain are one space. */
  eigen(): InducedEigen<X> {
    this.requireOneSpace('eigen');
    const { values, vectors } = eigen(this.matrix);
    const [real, imaginary] = tf.tidy(() =>
      [vectors.re, vectors.im].map((part) => this.domain.fromCore(leading(part, values.length))),
    );
    return { values, real: real!, imaginary: imaginary! };
  }

  /** The first `count` singular triples of f, as elements. */
  svd({ count = Math.min(this.matrix.rows, this.matrix.cols) }: { count?: number } = {}): InducedSingularValues<X, Y> {
    const { U, s, V } = svd(this.matrix);
    const [left, right] = tf.tidy(() => [
      this.codomain.fromCore(leading(U, count)),
      this.domain.fromCore(leading(V, count)),
    ]);
    return { values: s.slice(0, count), right, left };
  }

  /** Of A: where the residual is kept, its directions are not counted. */
  rank({ rcond = this.rcond }: RcondOptions = {}): number {
    return rank(this.matrix, { rcond });
  }

  /** { x : f(x) = 0 }: the residual, where it is dropped, and the null space of A. */
  kernel({ rcond = this.rcond }: RcondOptions = {}): InducedSubspace<X> {
    const { nullSpace } = fourSubspaces(this.matrix, { rcond });
    return new InducedSubspace({ space: this.domain, core: nullSpace.basis, wholeResidual: this.residualGain === 0 });
  }

  /** { f(x) }. */
  image({ rcond = this.rcond }: RcondOptions = {}): InducedSubspace<Y> {
    const { range } = fourSubspaces(this.matrix, { rcond });
    return new InducedSubspace({ space: this.codomain, core: range.basis, wholeResidual: this.residualGain !== 0 });
  }

  /**
   * Inputs that f maps to y, exactly: f†(y) ⊕ an element of the kernel, which `residual` chooses.
   * @throws LinearizerError where f does not reach y: it says how far off.
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

  private backwards(matrix: Matrix, residualGain: number): InducedOperator<Y, X> {
    return new InducedOperator({ domain: this.codomain, codomain: this.domain, matrix, residualGain });
  }

  private within(matrix: Matrix, residualGain: number): InducedOperator<X, Y> {
    return new InducedOperator({ domain: this.domain, codomain: this.codomain, matrix, residualGain });
  }

  private requireOneSpace(operation: string): void {
    if (isSame(this.domain, this.codomain)) return;
    throw new LinearizerError(
      `${operation}: this network maps one space to another; ${operation} is defined where g_x and g_y are one network.`,
    );
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
