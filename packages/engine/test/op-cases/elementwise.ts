// Arithmetic, comparison and the functions of one number.
import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from '../op-case.js';
import { bools, exactly, floats, integers, positive } from './inputs.js';

const BINARY = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
};

const BROADCASTS: [number[], number[]][] = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [[2, 3, 4], [4]],
  [
    [3, 4],
    [2, 3, 4],
  ],
  [
    [2, 1, 4],
    [3, 1],
  ],
  [[], [5]],
  [
    [2, 3, 2, 5],
    [1, 3, 1, 1],
  ],
];

// tfjs's gradients of these do not sum over what was broadcast: it refuses them, on every backend.
const NO_BROADCAST_GRADIENT = new Set(['maximum', 'minimum', 'squaredDifference']);

const binary: OpCase[] = Object.entries(BINARY).flatMap(([name, op]) =>
  BROADCASTS.map(([a, b]) => ({
    name: `${name} of [${a}] and [${b}]`,
    inputs: [floats(a, 1), floats(b, 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => op(x, y),
    differentiable: a.join() === b.join() || !NO_BROADCAST_GRADIENT.has(name),
  })),
);

const UNARY = {
  neg: tf.neg,
  abs: tf.abs,
  exp: tf.exp,
  square: tf.square,
  tanh: tf.tanh,
  relu: tf.relu,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  elu: tf.elu,
  leakyRelu: tf.leakyRelu,
  relu6: tf.relu6,
  sin: tf.sin,
  cos: tf.cos,
  round: tf.round,
  floor: tf.floor,
  sign: tf.sign,
  step: tf.step,
  reciprocal: tf.reciprocal,
  expm1: tf.expm1,
  zerosLike: tf.zerosLike,
  onesLike: tf.onesLike,
  clone: tf.clone,
};

// Of sine and cosine WGSL promises no more on [−π, π].
const WGSL_TOLERANCE: Record<string, number> = { sin: 2 ** -11, cos: 2 ** -11 };

const POSITIVE = { log: tf.log, log1p: tf.log1p, sqrt: tf.sqrt, rsqrt: tf.rsqrt };

const unary: OpCase[] = [
  ...Object.entries(UNARY).map(([name, op]) => ({ name, op, input: floats([3, 5, 7]) })),
  ...Object.entries(POSITIVE).map(([name, op]) => ({ name, op, input: positive([3, 5, 7]) })),
].map(({ name, op, input }) => ({
  name,
  inputs: [input],
  run: (x: tf.Tensor) => op(x),
  differentiable: true,
  ...(name in WGSL_TOLERANCE && { webgpuTolerance: WGSL_TOLERANCE[name]! }),
}));

const COMPARISONS = {
  equal: tf.equal,
  notEqual: tf.notEqual,
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
};

const comparisons: OpCase[] = Object.entries(COMPARISONS).flatMap(([name, op]) => [
  {
    name: `${name} of float32, broadcast`,
    inputs: [exactly([1, 2, 3, 4, 5, 6], 'float32', [2, 3]), exactly([1, 3, 3])],
    run: (x: tf.Tensor, y: tf.Tensor) => op(x, y),
    differentiable: false,
  },
  {
    name: `${name} of int32`,
    inputs: [integers([4, 6], 4, 1), integers([4, 6], 4, 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => op(x, y),
    differentiable: false,
  },
]);

export const elementwise: OpCase[] = [
  ...binary,
  ...unary,
  ...comparisons,
  { name: 'mul by a number', inputs: [floats([4, 3])], run: (x: tf.Tensor) => tf.mul(x, 127.5), differentiable: true },
  {
    name: 'a number less a tensor',
    inputs: [floats([4, 3])],
    run: (x: tf.Tensor) => tf.sub(1, x),
    differentiable: true,
  },
  {
    name: 'pow',
    inputs: [positive([4, 3]), floats([3], 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.pow(x, y),
    differentiable: true,
  },
  {
    name: 'addN',
    inputs: [floats([4, 3], 1), floats([4, 3], 2), floats([4, 3], 3)],
    run: (...x: tf.Tensor[]) => tf.addN(x),
    differentiable: true,
  },
  {
    name: 'addN of 30, more than a shader binds',
    inputs: Array.from({ length: 30 }, (_, i) => floats([2, 3], i + 1)),
    run: (...x: tf.Tensor[]) => tf.addN(x),
    differentiable: true,
  },
  {
    name: 'clipByValue',
    inputs: [floats([4, 9])],
    run: (x: tf.Tensor) => tf.clipByValue(x, -1, 0.7),
    differentiable: true,
  },
  {
    name: 'divNoNan',
    inputs: [floats([4]), exactly([0, 2, 0, -3])],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.divNoNan(x, y),
    differentiable: false,
  },
  {
    name: 'round of halves, to even',
    inputs: [exactly([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 254.5])],
    run: (x: tf.Tensor) => tf.round(x),
    differentiable: false,
  },
  {
    name: 'where',
    inputs: [bools([3, 4]), floats([3, 4], 2), floats([3, 4], 3)],
    run: (condition: tf.Tensor, x: tf.Tensor, y: tf.Tensor) => tf.where(condition, x, y),
    differentiable: true,
  },
  {
    name: 'logicalAnd, logicalOr, logicalNot',
    inputs: [bools([3, 4], 1), bools([3, 4], 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => [tf.logicalAnd(x, y), tf.logicalOr(x, y), tf.logicalNot(x)],
    differentiable: false,
  },
  {
    name: 'add, sub, mul and maximum of int32',
    inputs: [integers([3, 4], 90, 1), integers([4], 90, 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => [tf.add(x, y), tf.sub(x, y), tf.mul(x, y), tf.maximum(x, y)],
    differentiable: false,
  },
  {
    name: 'div and mod of int32',
    inputs: [exactly([7, -7, 8, -8, 0], 'int32'), exactly([2, 2, -3, -3, 5], 'int32')],
    run: (x: tf.Tensor, y: tf.Tensor) => [tf.div(x, y), tf.mod(x, y)],
    differentiable: false,
  },
  {
    name: 'pow of int32',
    inputs: [integers([3, 5], 9), exactly([0, 1, 2, 3, 4], 'int32')],
    run: (x: tf.Tensor, y: tf.Tensor) => tf.pow(x, y),
    differentiable: false,
  },
  {
    name: 'int32 and float32 together',
    inputs: [integers([3, 4], 9, 1), floats([4], 2)],
    run: (x: tf.Tensor, y: tf.Tensor) => [tf.add(x, y), tf.mul(x, y)],
    differentiable: true,
  },
  {
    name: 'NaN and infinities through add, mul, exp and log',
    inputs: [exactly([NaN, Infinity, -Infinity, 0, 1, -1])],
    run: (x: tf.Tensor) => [tf.add(x, 1), tf.mul(x, 0), tf.exp(x), tf.log(x), tf.sub(x, x)],
    differentiable: false,
  },
  {
    name: 'NaN and infinities through functions of one number',
    inputs: [exactly([NaN, Infinity, -Infinity, 0, 1, -1])],
    run: (x: tf.Tensor) => [
      tf.abs(x),
      tf.neg(x),
      tf.square(x),
      tf.sqrt(x),
      tf.tanh(x),
      tf.relu(x),
      tf.leakyRelu(x),
      tf.elu(x),
      tf.sigmoid(x),
      tf.softplus(x),
      tf.expm1(x),
      tf.log1p(x),
      tf.relu6(x),
      tf.clipByValue(x, -1, 1),
      tf.step(x),
      tf.reciprocal(x),
      tf.round(x),
      tf.isNaN(x),
      tf.isFinite(x),
      tf.isInf(x),
    ],
    differentiable: false,
  },
  {
    name: 'NaN and infinities compared, chosen and summed',
    inputs: [exactly([NaN, Infinity, -Infinity, 0, 1, -1])],
    run: (x: tf.Tensor) => [
      tf.less(x, Infinity),
      tf.greater(x, -Infinity),
      tf.equal(x, x),
      tf.notEqual(x, x),
      tf.maximum(x, 0),
      tf.minimum(x, 0),
      tf.where(tf.isFinite(x), x, 0),
      tf.sum(x),
      tf.mean(x),
      tf.max(x),
      tf.min(x),
    ],
    differentiable: false,
  },
];
