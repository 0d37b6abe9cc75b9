// One of each operator with random parameters, and what tests need to look into them.
import * as tf from '@tensorflow/tfjs-core';
import {
  AdjointOperator,
  BlockOperator,
  ConvolutionOperator,
  DenseOperator,
  DiagonalOperator,
  IdentityOperator,
  KroneckerOperator,
  LowRankOperator,
  OrthogonalOperator,
  ProductOperator,
  ProjectorOperator,
  ScaledOperator,
  ShiftedLowRankOperator,
  SumOperator,
  TimeDependentLowRankOperator,
  type LinearOperator,
} from '../src/index.js';

/** Numbers in [−1, 1): the high bits of a linear congruential generator (Knuth's MMIX constants). */
export function uniform(seed: number): () => number {
  let state = BigInt.asUintN(64, BigInt(seed) * 2_654_435_761n + 1n);
  return () => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number(state >> 33n) / 2 ** 30 - 1;
  };
}

/** Every variable of an operator by dotted path. */
export function variablesOf(module: object, path = ''): [string, tf.Variable][] {
  return Object.entries(module).flatMap(([key, value]) => {
    if (value instanceof tf.Variable) return [[path + key, value] as [string, tf.Variable]];
    return typeof value === 'object' && value !== null ? variablesOf(value as object, `${path}${key}.`) : [];
  });
}

const random = (shape: [number, number], next: () => number) =>
  tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, next), shape);

function shiftedLowRank(n: number, rank: number, next: () => number) {
  const [U, V] = [random([n, rank], next), random([n, rank], next)];
  const operator = new ShiftedLowRankOperator({ shift: 1.5, U, V });
  tf.dispose([U, V]);
  return operator;
}

function atTime(dim: number, t: number): LinearOperator {
  const flow = new TimeDependentLowRankOperator({ dim, rank: Math.min(2, dim), hiddenDim: 8 });
  const operator = flow.at(t);
  flow.dispose();
  return operator;
}

/** By name: m × n operators; the square ones use n alone. Parameters are random, so that nothing is special. */
export const OPERATORS: Record<string, (m: number, n: number, next: () => number) => LinearOperator> = {
  dense: (m, n, next) => randomised(new DenseOperator({ inputDim: n, outputDim: m }), next),
  diagonal: (_, n, next) => randomised(new DiagonalOperator({ dim: n }), next),
  identity: (_, n) => new IdentityOperator({ dim: n }),
  'low-rank': (m, n, next) =>
    randomised(new LowRankOperator({ inputDim: n, outputDim: m, rank: Math.min(m, n, 2) }), next),
  'shifted low-rank': (_, n, next) => shiftedLowRank(n, 2, next),
  'time-dependent low-rank at a time': (_, n, next) => atTime(n, Math.abs(next())),
  scaled: (m, n, next) =>
    randomised(
      new ScaledOperator({ operator: new DenseOperator({ inputDim: n, outputDim: m }), factor: 1, trainable: true }),
      next,
    ),
  'orthogonal of one reflection': (_, n, next) => randomised(new OrthogonalOperator({ dim: n, reflections: 1 }), next),
  'orthogonal of many reflections': (_, n, next) =>
    randomised(new OrthogonalOperator({ dim: n, reflections: n + 2 }), next),
  'diagonal projector': (_, n, next) => randomised(new ProjectorOperator({ dim: n }), next),
  projector: (_, n, next) => randomised(new ProjectorOperator({ dim: n, reflections: 3 }), next),
  sum: (m, n, next) =>
    randomised(
      new SumOperator([
        new DenseOperator({ inputDim: n, outputDim: m }),
        new LowRankOperator({ inputDim: n, outputDim: m, rank: 1 }),
      ]),
      next,
    ),
  product: (m, n, next) =>
    randomised(
      new ProductOperator([
        new DenseOperator({ inputDim: n, outputDim: m }),
        new OrthogonalOperator({ dim: n }),
        new DiagonalOperator({ dim: n }),
      ]),
      next,
    ),
  adjoint: (m, n, next) => randomised(new AdjointOperator(new DenseOperator({ inputDim: m, outputDim: n })), next),
  block: (m, n, next) =>
    randomised(
      new BlockOperator([
        [new DenseOperator({ inputDim: n, outputDim: m }), new LowRankOperator({ inputDim: 2, outputDim: m, rank: 1 })],
        [null, new DiagonalOperator({ dim: 2 })],
      ]),
      next,
    ),
  convolution: (m, n, next) => randomised(new ConvolutionOperator({ imageShape: [2, 2, n], outputChannels: m }), next),
  Kronecker: (m, n, next) =>
    randomised(
      new KroneckerOperator({
        left: new DenseOperator({ inputDim: n, outputDim: m }),
        right: new DenseOperator({ inputDim: 2, outputDim: 3 }),
      }),
      next,
    ),
};

function randomised<O extends LinearOperator>(operator: O, next: () => number): O {
  tf.tidy(() =>
    variablesOf(operator).forEach(([, variable]) =>
      variable.assign(tf.tensor(Float32Array.from({ length: variable.size }, next), variable.shape)),
    ),
  );
  return operator;
}
