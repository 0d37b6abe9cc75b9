// Functions of one and of two numbers, over shapes and dtypes, and what they make of NaN, infinities and zero.
import * as tf from '@tensorflow/tfjs-core';
import { bools, exactly } from '../op-cases/inputs.js';
import { spaced, wholes } from './spaced.js';
import type { SweepCase } from './sweep-case.js';

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const SHAPES = [[], [1], [7], [0], [2, 3], [2, 1, 3, 2], [1, 2, 2, 2, 2]];

/** Where a function is defined and differentiable. */
const RANGES: Record<string, [Unary, from: number, to: number]> = {
  abs: [tf.abs, -2, 2],
  acos: [tf.acos, -0.9, 0.9],
  acosh: [tf.acosh, 1.2, 3],
  asin: [tf.asin, -0.9, 0.9],
  asinh: [tf.asinh, -2, 2],
  atan: [tf.atan, -2, 2],
  atanh: [tf.atanh, -0.9, 0.9],
  ceil: [tf.ceil, -2, 2],
  cos: [tf.cos, -3, 3],
  cosh: [tf.cosh, -2, 2],
  elu: [tf.elu, -2, 2],
  erf: [tf.erf, -2, 2],
  exp: [tf.exp, -2, 2],
  expm1: [tf.expm1, -2, 2],
  floor: [tf.floor, -2, 2],
  isFinite: [tf.isFinite, -2, 2],
  leakyRelu: [tf.leakyRelu, -2, 2],
  log: [tf.log, 0.2, 3],
  log1p: [tf.log1p, -0.7, 3],
  logSigmoid: [tf.logSigmoid, -2, 2],
  neg: [tf.neg, -2, 2],
  reciprocal: [tf.reciprocal, 0.4, 3],
  relu: [tf.relu, -2, 2],
  relu6: [tf.relu6, -2, 8],
  round: [tf.round, -2, 2],
  rsqrt: [tf.rsqrt, 0.4, 3],
  selu: [tf.selu, -2, 2],
  sigmoid: [tf.sigmoid, -2, 2],
  sign: [tf.sign, -2, 2],
  sin: [tf.sin, -3, 3],
  sinh: [tf.sinh, -2, 2],
  softplus: [tf.softplus, -2, 2],
  sqrt: [tf.sqrt, 0.3, 3],
  square: [tf.square, -2, 2],
  step: [tf.step, -2, 2],
  tan: [tf.tan, -1.2, 1.2],
  tanh: [tf.tanh, -2, 2],
  clip: [(x) => tf.clipByValue(x, -1.01, 1.01), -2, 2],
  powOfTwo: [(x) => tf.pow(x, 2), -2, 2],
};
const COARSE = new Set(['sin', 'cos', 'tan', 'acos', 'asin', 'atan', 'erf', 'asinh', 'acosh', 'atanh']); // WGSL

const unary = Object.entries(RANGES).flatMap(([name, [op, from, to]]) =>
  SHAPES.map((shape): SweepCase => ({
    name: `${name} of [${shape}]`,
    inputs: [spaced(shape, { from: from + 0.013, to: to + 0.013 })],
    run: op,
    differentiable: true,
    ...(COARSE.has(name) && { webgpuTolerance: 5e-3 }),
  })),
);

const BINARY: Record<string, [Binary, from: number, to: number]> = {
  add: [tf.add, -2, 2],
  sub: [tf.sub, -2, 2],
  mul: [tf.mul, -2, 2],
  div: [tf.div, 0.5, 2],
  maximum: [tf.maximum, -2, 2],
  minimum: [tf.minimum, -2, 2],
  pow: [tf.pow, 0.3, 2],
  mod: [tf.mod, 1, 3],
  squaredDifference: [tf.squaredDifference, -2, 2],
  atan2: [tf.atan2, 0.5, 2],
  floorDiv: [(a, b) => tf.cast(tf.floorDiv(a, b), 'float32'), 0.6, 3],
  prelu: [tf.prelu, -2, 2],
};
const PAIRS = [
  [[], []],
  [[4], [4]],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[0], [1]],
  [[2, 3, 2, 2], [2]],
];
/** tfjs's gradients of these do not sum over what was broadcast: it refuses them, on every backend. */
const NO_BROADCAST_GRADIENT = new Set(['maximum', 'minimum', 'squaredDifference']);

const binary = Object.entries(BINARY).flatMap(([name, [op, from, to]]) =>
  PAIRS.map(([a, b]): SweepCase => ({
    name: `${name} of [${a}] and [${b}]`,
    inputs: [spaced(a!, { from, to }), spaced(b!, { seed: 3, from: from + 0.037, to: to + 0.037 })],
    run: op,
    differentiable: name !== 'prelu' && (a!.join() === b!.join() || !NO_BROADCAST_GRADIENT.has(name)),
    webgpuTolerance: 5e-3,
  })),
);

const OF_INTEGERS: Record<string, Binary> = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  maximum: tf.maximum,
  minimum: tf.minimum,
  floorDiv: tf.floorDiv,
  mod: tf.mod,
  squaredDifference: tf.squaredDifference,
  pow: tf.pow,
  equal: tf.equal,
  less: tf.less,
  greaterEqual: tf.greaterEqual,
};

const integers = Object.entries(OF_INTEGERS).flatMap(([name, op]) =>
  PAIRS.map(([a, b]): SweepCase => ({
    name: `${name} of int32 [${a}] and [${b}]`,
    inputs: [wholes(a!, 7), { ...wholes(b!, 4, 2), values: wholes(b!, 4, 2).values.map((v) => v + 1) }],
    run: op,
    differentiable: false,
  })),
);

const LOGICAL: Record<string, Binary> = {
  and: tf.logicalAnd,
  or: tf.logicalOr,
  xor: tf.logicalXor,
  equal: tf.equal,
  notEqual: tf.notEqual,
};

const logical = Object.entries(LOGICAL).flatMap(([name, op]) =>
  PAIRS.map(([a, b]): SweepCase => ({
    name: `${name} of bool [${a}] and [${b}]`,
    inputs: [bools(a!, 1), bools(b!, 2)],
    run: op,
    differentiable: false,
  })),
);

const ODD = exactly([NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5]);
const oddUnary = Object.entries(RANGES).map(([name, [op]]): SweepCase => ({
  name: `${name} of NaN, infinities and zero`,
  inputs: [ODD],
  run: (x: tf.Tensor) => op(x),
  differentiable: false,
  ...(COARSE.has(name) && { webgpuTolerance: 5e-3 }),
}));
const ODD_PAIRS = pairsOf([NaN, Infinity, -Infinity, 0, 1, -1, 2.5, -3]);
const oddBinary = Object.entries(BINARY)
  .filter(([name]) => name !== 'mod') // of a number and an infinity: NaN on cpu, TensorFlow's has the infinity's sign
  .map(([name, [op]]): SweepCase => ({
    name: `${name} of NaN, infinities and zero`,
    inputs: inputsOf(ODD_PAIRS, 'float32'),
    run: op,
    differentiable: false,
    webgpuTolerance: 5e-3,
    ...(name === 'pow' && { truth: () => ODD_PAIRS.map(([a, b]) => (isOneToAny(a, b) ? 1 : a ** b)) }),
  }));

function pairsOf(values: readonly number[]): [number, number][] {
  return values.flatMap((a) => values.map((b): [number, number] => [a, b]));
}

function inputsOf(pairs: readonly [number, number][], dtype: 'float32' | 'int32') {
  const column = (which: 0 | 1) => pairs.map((pair) => pair[which]);
  return [exactly(column(0), dtype), exactly(column(1), dtype)];
}

/** IEEE 754, 9.2.1; JavaScript's is NaN. */
function isOneToAny(a: number, b: number): boolean {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity);
}

const LARGE = [0, 1, -1, 5, -7, 2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 25 + 1, 2 ** 31 - 1, 1 - 2 ** 31, 123456789];
const OF_LARGE: Record<string, [Unary, truth: (x: number) => number]> = {
  abs: [tf.abs, Math.abs],
  neg: [tf.neg, (x) => -x],
  square: [tf.square, (x) => Math.imul(x, x)],
  relu: [tf.relu, (x) => Math.max(x, 0)],
  relu6: [tf.relu6, (x) => Math.min(Math.max(x, 0), 6)],
  clipByValue: [(x) => tf.clipByValue(x, -20000001, 20000001), (x) => Math.min(Math.max(x, -20000001), 20000001)],
  sign: [tf.sign, Math.sign],
  step: [tf.step, (x) => Number(x > 0)],
  round: [tf.round, (x) => x],
  isNaN: [tf.isNaN, () => 0],
  isInf: [tf.isInf, () => 0],
  isFinite: [tf.isFinite, () => 1],
  'twice reverse': [(x) => tf.reverse(tf.reverse(x)), (x) => x],
};
const LARGE_PAIRS = pairsOf(LARGE).filter(([, b]) => b !== 0);
const OF_LARGE_PAIRS: Record<string, [Binary, truth: (a: number, b: number) => number]> = {
  add: [tf.add, (a, b) => (a + b) | 0],
  sub: [tf.sub, (a, b) => (a - b) | 0],
  mul: [tf.mul, Math.imul],
  floorDiv: [tf.floorDiv, (a, b) => Math.floor(a / b)],
  squaredDifference: [tf.squaredDifference, (a, b) => Math.imul(a - b, a - b)],
  maximum: [tf.maximum, Math.max],
  minimum: [tf.minimum, Math.min],
};
const largeIntegers = [
  ...Object.entries(OF_LARGE).map(([name, [run, truth]]) => ({
    name,
    run,
    inputs: [exactly(LARGE, 'int32')],
    truth: () => LARGE.map(truth),
  })),
  ...Object.entries(OF_LARGE_PAIRS).map(([name, [run, truth]]) => ({
    name,
    run,
    inputs: inputsOf(LARGE_PAIRS, 'int32'),
    truth: () => LARGE_PAIRS.map(([a, b]) => truth(a, b)),
  })),
].map((each): SweepCase => ({
  ...each,
  name: `${each.name} of int32 beyond 2²⁴`,
  differentiable: false,
  skippedOn: ['webgpu'], // int32 passes through float32 there
}));
const signNear0: SweepCase = {
  name: 'sign of what is near 0',
  inputs: [exactly([1e-30, -1e-30, 1e-7])],
  run: (x: tf.Tensor) => tf.sign(x),
  differentiable: false,
};
const softmaxOfNaN: SweepCase = {
  name: 'softmax of rows with NaN',
  inputs: [exactly([NaN, 1, 2, 3, Infinity, 1, -Infinity, 1], 'float32', [4, 2])],
  run: (x: tf.Tensor) => tf.softmax(x),
  differentiable: false,
};
const oddReductions = Object.entries({ max: tf.max, min: tf.min, mean: tf.mean, sum: tf.sum, prod: tf.prod }).map(
  ([name, op]): SweepCase => ({
    name: `${name} of rows with NaN`,
    inputs: [exactly([NaN, 1, 2, 1, NaN, 2, 3, 2, NaN, 1, 2, 3], 'float32', [4, 3])],
    run: (x: tf.Tensor) => op(x, 1),
    differentiable: false,
  }),
);
const oddPool: SweepCase = {
  name: 'maxPool of windows with NaN',
  inputs: [exactly([NaN, 1, 2, 3, 5, 6, 7, 8, -1, -2, -3, NaN, -5, -6, -7, -8], 'float32', [1, 4, 4, 1])],
  run: (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, 'valid'),
  differentiable: false,
};

export const functionCases: readonly SweepCase[] = [
  ...unary,
  ...binary,
  ...integers,
  ...logical,
  ...oddUnary,
  ...oddBinary,
  ...oddReductions,
  oddPool,
  softmaxOfNaN,
  signNear0,
  ...largeIntegers,
  { name: 'isNaN of NaN, infinities and zero', inputs: [ODD], run: tf.isNaN, differentiable: false },
  { name: 'isInf of NaN, infinities and zero', inputs: [ODD], run: tf.isInf, differentiable: false },
];
