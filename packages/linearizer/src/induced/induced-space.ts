// The vector space that a bijection g induces on its inputs (Berman, Hallak, Shocher 2025, arXiv 2510.08570, §2): u ⊕ v = g⁻¹(g(u) + g(v)).
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError } from '@lin/invertible';
import { LinearizerError } from '../errors.js';
import type { Chart } from './chart.js';
import { orthonormalRows } from './orthonormal-rows.js';

export interface Neighbour {
  /** Row among the candidates. */
  index: number;
  /** In the induced metric. */
  distance: number;
}

/**
 * The vector space that a bijection g makes of what it takes: u ⊕ v = g⁻¹(g(u) + g(v)), a ⊙ u = g⁻¹(a g(u)), with the inner product of the
 * coordinates g(u) (Berman, Hallak, Shocher 2025, https://arxiv.org/abs/2510.08570, §2).
 * Arguments are batches of elements, [B, …shape], paired row by row; one row pairs with every row of the other. Results are the caller's to
 * dispose of.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Logit } from '@lin/invertible';
 * import { InducedSpace, vectorChart } from '@lin/linearizer';
 *
 * // With log-odds as coordinates, probabilities add as independent evidence does: odds are multiplied, 1/2 is zero.
 * const space = new InducedSpace(vectorChart(new Logit({ shape: [1], alpha: 0 })));
 * const p = tf.tensor2d([[0.75]]);
 * console.log(space.add(p, p).dataSync()[0]!.toFixed(3), space.zero().dataSync()[0]);
 * console.log(space.scale(-1, p).dataSync()[0]!.toFixed(3), space.norm(p).dataSync()[0]!.toFixed(3));
 * ```
 * ```text
 * 0.900 0.5
 * 0.250 1.099
 * ```
 */
export class InducedSpace<Element extends tf.Tensor = tf.Tensor> {
  /** @param chart Of the network that makes the space, such as `imageChart(gx)` or `vectorChart(g)`. */
  constructor(readonly chart: Chart<Element>) {}

  /** x₁ ⊕ x₂ = g⁻¹(g(x₁) + g(x₂)). */
  add(x1: Element, x2: Element): Element {
    return tf.tidy(() => this.element(tf.add(this.coordinates(x1), this.coordinates(x2))));
  }

  /** x₁ ⊖ x₂ = g⁻¹(g(x₁) − g(x₂)). */
  subtract(x1: Element, x2: Element): Element {
    return tf.tidy(() => this.element(tf.sub(this.coordinates(x1), this.coordinates(x2))));
  }

  /** a ⊙ x = g⁻¹(a g(x)). */
  scale(a: number, x: Element): Element {
    return tf.tidy(() => this.element(tf.mul(this.coordinates(x), a)));
  }

  /** w₁ ⊙ x₁ ⊕ … ⊕ wₙ ⊙ xₙ over the rows of `xs`: one element. @throws LinearizerError unless there is a weight for each. */
  sum(weights: readonly number[], xs: Element): Element {
    if (weights.length !== xs.shape[0]) {
      throw new LinearizerError(
        `sum: there are ${weights.length} weights for ${xs.shape[0]} elements; expected one for each.`,
      );
    }
    return tf.tidy(() => this.element(tf.matMul(tf.tensor2d([...weights], [1, weights.length]), this.coordinates(xs))));
  }

  /** g⁻¹(0), `count` times: not the image of zeros. */
  zero(count = 1): Element {
    return tf.tidy(() => this.element(tf.zeros([count, this.chart.coordinateCount])));
  }

  /** ⟨x₁, x₂⟩ = g(x₁)ᵀ g(x₂), [B]. */
  inner(x1: Element, x2: Element): tf.Tensor1D {
    return tf.tidy(() => tf.sum(tf.mul(this.coordinates(x1), this.coordinates(x2)), 1));
  }

  /** √⟨x, x⟩, [B]. */
  norm(x: Element): tf.Tensor1D {
    return tf.tidy(() => tf.norm(this.coordinates(x), 'euclidean', 1) as tf.Tensor1D);
  }

  /** ‖x₁ ⊖ x₂‖, [B]. */
  distance(x1: Element, x2: Element): tf.Tensor1D {
    return tf.tidy(() => tf.norm(tf.sub(this.coordinates(x1), this.coordinates(x2)), 'euclidean', 1) as tf.Tensor1D);
  }

  /** (1 − t) ⊙ x₁ ⊕ t ⊙ x₂: the straight line of this space from x₁ to x₂; t may lie outside [0, 1]. */
  interpolate(x1: Element, x2: Element, t: number): Element {
    return tf.tidy(() => this.element(tf.add(tf.mul(this.coordinates(x1), 1 - t), tf.mul(this.coordinates(x2), t))));
  }

  /** The element nearest to each of `x` in the span of the rows of `onto`, which may depend on each other. */
  async project(x: Element, onto: Element): Promise<Element> {
    const { rows } = await this.orthonormal(onto);
    const projection = tf.tidy(() => this.element(tf.matMul(tf.matMul(this.coordinates(x), rows, false, true), rows)));
    rows.dispose();
    return projection;
  }

  /**
   * Gram–Schmidt: orthonormal elements of which the first k span what the first k of `xs` do. @throws LinearizerError where one depends on
   * those before.
   */
  async gramSchmidt(xs: Element): Promise<Element> {
    const { rows, sources } = await this.orthonormal(xs);
    try {
      const dependent = sources.findIndex((source, i) => source !== i);
      if (sources.length < xs.shape[0]) {
        throw new LinearizerError(
          `gramSchmidt: element ${dependent < 0 ? sources.length : dependent} is a combination of those before ` +
            'it; leave it out, or use project, which allows that.',
        );
      }
      return tf.tidy(() => this.element(rows));
    } finally {
      rows.dispose();
    }
  }

  /** The core of x₁ with the residual of x₂: what operators see of the one, and all the rest of the other. */
  swap(x1: Element, x2: Element): Element {
    return tf.tidy(() => this.join(this.split(x1).core, this.split(x2).residual));
  }

  /** For each of `x` its `count` nearest rows of `among`, nearest first. */
  async neighbours(x: Element, among: Element, { count = 5 }: { count?: number } = {}): Promise<Neighbour[][]> {
    const distances = tf.tidy(() => {
      const candidates = this.coordinates(among);
      // Differences, not |a|² + |b|² − 2 ab, which loses the digits of a small distance.
      return tf.unstack(this.coordinates(x)).map((u) => tf.norm(tf.sub(candidates, u), 'euclidean', 1));
    });
    const found: Neighbour[][] = [];
    for (const row of distances) {
      const sorted = Array.from(await row.data(), (distance, index) => ({ index, distance })).sort(
        (a, b) => a.distance - b.distance,
      );
      found.push(sorted.slice(0, count));
    }
    tf.dispose(distances);
    return found;
  }

  /** g(x), [B, N]. @throws ShapeError */
  coordinates(x: Element): tf.Tensor2D {
    const { shape } = this.chart;
    if (x.rank !== shape.length + 1 || shape.some((size, i) => size !== x.shape[i + 1])) {
      throw new ShapeError(
        `InducedSpace: expected elements of shape [B, ${shape.join(', ')}], but got [${x.shape.join(', ')}].`,
      );
    }
    return this.chart.toCoordinates(x);
  }

  /** g⁻¹(u). */
  element(u: tf.Tensor2D): Element {
    return this.chart.fromCoordinates(u);
  }

  /** g(x) in its two parts: the core, [B, coreDim], and the residual, [B, N − coreDim], which has no columns where all is core. */
  split(x: Element): { core: tf.Tensor2D; residual: tf.Tensor2D } {
    const { coreDim } = this.chart;
    return tf.tidy(() => {
      const u = this.coordinates(x);
      const [core, residual] = tf.split<tf.Tensor2D>(u, [coreDim, u.shape[1] - coreDim], 1);
      return { core: core!, residual: residual! };
    });
  }

  /** g⁻¹(core, residual). */
  join(core: tf.Tensor2D, residual: tf.Tensor2D): Element {
    return tf.tidy(() => this.element(tf.concat([core, residual], 1)));
  }

  /** g⁻¹(core, 0). */
  fromCore(core: tf.Tensor2D): Element {
    const { coreDim, coordinateCount } = this.chart;
    return tf.tidy(() => this.join(core, tf.zeros([core.shape[0], coordinateCount - coreDim])));
  }

  private async orthonormal(xs: Element) {
    const u = this.coordinates(xs);
    try {
      return await orthonormalRows(u);
    } finally {
      u.dispose();
    }
  }
}
