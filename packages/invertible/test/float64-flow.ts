// Flows of couplings once more, in float64 and one number at a time, from the papers' equations: what the package's own are held against.
// Values are read from variables by name; nothing else of the package is used.
import type * as tf from '@tensorflow/tfjs-core';

type Vector = number[];

/** Every variable by name, as numbers, with its shape. */
export type Values = Map<string, { shape: number[]; data: Vector }>;

export const valuesOf = (variables: Map<string, tf.Variable>): Values =>
  new Map(
    [...variables].map(([name, variable]) => [name, { shape: variable.shape, data: Array.from(variable.dataSync()) }]),
  );

interface Mapped {
  y: number;
  logDerivative: number;
}

type ElementMap = (x: number, parameters: Vector) => Mapped;

/** RealNVP, eq. 7–8, with Lin's soft clamp. */
export const affine =
  (c: number): ElementMap =>
  (x, [h, t]) => {
    const s = c * Math.tanh(h! / c);
    return { y: x * Math.exp(s) + t!, logDerivative: s };
  };

/**
 * Neural Spline Flows, §3.1: knots by softmax and cumulative sums, inner slopes by softplus, eq. 4 between them and eq. 5 for the slope.
 */
export const spline =
  (
    bins: number,
    bound: number,
    { width: minWidth, height: minHeight, slope: minSlope } = { width: 0.08 / bins, height: 0.4 / bins, slope: 0.1 },
  ): ElementMap =>
  (x, parameters) => {
    if (Math.abs(x) >= bound) return { y: x, logDerivative: 0 };
    const sizes = (logits: Vector, smallest: number) => {
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return logits.map((logit) => 2 * bound * (smallest + (1 - smallest * bins) * (Math.exp(logit) / total)));
    };
    const widths = sizes(parameters.slice(0, bins), minWidth);
    const heights = sizes(parameters.slice(bins, 2 * bins), minHeight);
    const shift = Math.log(Math.exp(1 - minSlope) - 1);
    const slopes = [1, ...parameters.slice(2 * bins).map((raw) => minSlope + Math.log(1 + Math.exp(raw + shift))), 1];
    let [left, bottom, k] = [-bound, -bound, 0];
    while (k < bins - 1 && x >= left + widths[k]!) {
      left += widths[k]!;
      bottom += heights[k]!;
      k++;
    }
    const [width, height, d0, d1] = [widths[k]!, heights[k]!, slopes[k]!, slopes[k + 1]!];
    const s = height / width;
    const xi = (x - left) / width;
    const denominator = s + (d1 + d0 - 2 * s) * xi * (1 - xi);
    return {
      y: bottom + (height * (s * xi ** 2 + d0 * xi * (1 - xi))) / denominator,
      logDerivative: Math.log(
        (s ** 2 * (d1 * xi ** 2 + 2 * s * xi * (1 - xi) + d0 * (1 - xi) ** 2)) / denominator ** 2,
      ),
    };
  };

/** W_L relu(… W_1 x + b_1 …) + b_L, of the kernels and biases below `name`. */
function perceptron(values: Values, name: string, input: Vector): Vector {
  let h = input;
  for (let layer = 0; values.has(`${name}.kernels.${layer}`); layer++) {
    const { shape, data } = values.get(`${name}.kernels.${layer}`)!;
    const bias = values.get(`${name}.biases.${layer}`)!.data;
    const from = layer === 0 ? h : h.map((value) => Math.max(value, 0));
    h = bias.map((b, j) => from.reduce((sum, value, i) => sum + value * data[i * shape[1]! + j]!, b));
  }
  return h;
}

/** Pairs of couplings, second half and first, a permutation before each pair: layer after layer of `name` until there is none. */
export function couplingFlow(
  values: Values,
  name: string,
  element: ElementMap,
  x: Vector,
  context: Vector = [],
): { y: Vector; logDet: number } {
  let [y, logDet, couplings] = [x, 0, 0];
  for (let layer = 0; ; layer++) {
    const order = values.get(`${name}.${layer}.order`)?.data;
    if (order) y = order.map((from) => y[from]!);
    else if (values.has(`${name}.${layer}.conditioner.kernels.0`)) {
      const half = Math.ceil(y.length / 2);
      const [first, second] = [y.slice(0, half), y.slice(half)];
      const [passing, transformed] = couplings++ % 2 === 0 ? [first, second] : [second, first];
      const parameters = perceptron(values, `${name}.${layer}.conditioner`, [...passing, ...context]);
      const mapped = transformed.map((value, i) =>
        element(
          value,
          parameters.filter((_, j) => j % transformed.length === i),
        ),
      );
      logDet += mapped.reduce((sum, { logDerivative }) => sum + logDerivative, 0);
      const changed = mapped.map((one) => one.y);
      y = passing === first ? [...passing, ...changed] : [...changed, ...passing];
    } else return { y, logDet };
  }
}
