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

const ODD = exactly([NaN, Infinity, -Infinity, 0, -0, 1]);
// what NaN is turned into is what cpu says: a comparison with NaN is false, Math.sign(NaN) is NaN
const oddUnary = Object.entries(RANGES)
  .filter(([name]) => !['isFinite', 'round'].includes(name))
  .map(([name, [op]]): SweepCase => ({
    name: `${name} of NaN, infinities and zero`,
    inputs: [exactly([NaN])],
    run: (x: tf.Tensor) => op(x),
    differentiable: false,
  }));
const oddBinary = ['maximum', 'minimum', 'add', 'mul', 'squaredDifference'].map((name): SweepCase => ({
  name: `${name} with NaN`,
  inputs: [exactly([NaN, 1, NaN, 2]), exactly([1, NaN, NaN, 3])],
  run: BINARY[name]![0],
  differentiable: false,
}));
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
  passesOverNaN: ['tensorflow', 'webgpu'], // as oneDNN and WGSL do
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
  { name: 'isNaN of NaN, infinities and zero', inputs: [ODD], run: tf.isNaN, differentiable: false },
  { name: 'isInf of NaN, infinities and zero', inputs: [ODD], run: tf.isInf, differentiable: false },
];
