// One of every bijection, small enough for plain JavaScript, with odd and even channels: what the contract of `Invertible` is tested on.
import {
  ActNorm,
  Chain,
  inverseOf,
  OrthogonalMixing,
  Permutation,
  Squeeze,
  VectorFlow,
  type Invertible,
  type Shape,
} from '../src/index.js';
import { convolutionalCoupling, couplings, mlpCoupling, splineCouplings } from './couplings.js';
import { heat } from './hot.js';

export { convolutionalCoupling, mlpCoupling };

const imageBlock = (shape: Shape, seed: number): Invertible[] => [
  new ActNorm({ shape }),
  new OrthogonalMixing({ shape, reflections: 3, seed }),
  convolutionalCoupling(shape, 'second', seed),
];

/** Single blocks: their gain is bounded, so float32's rounding of values of up to 20 stays below 1e-5. */
const blocks: Record<string, (seed: number) => Invertible> = {
  ...couplings,
  'an actnorm of vectors': () => new ActNorm({ shape: [5] }),
  'an actnorm of images': () => new ActNorm({ shape: [2, 3, 3] }),
  'an actnorm of one channel': () => new ActNorm({ shape: [3, 2, 1] }),
  'a permutation of vectors': (seed) => new Permutation({ shape: [7], seed }),
  'a permutation of channels': (seed) => new Permutation({ shape: [2, 2, 5], seed }),
  'an orthogonal mixing of vectors': (seed) => new OrthogonalMixing({ shape: [7], reflections: 5, seed }),
  'an orthogonal mixing of channels': (seed) => new OrthogonalMixing({ shape: [2, 2, 4], seed }),
  'one reflection': (seed) => new OrthogonalMixing({ shape: [5], reflections: 1, seed }),
  'a squeeze by 2': () => new Squeeze({ shape: [4, 2, 3] }),
  'a squeeze by 3': () => new Squeeze({ shape: [3, 6, 1], factor: 3 }),
  'an inverted coupling': (seed) => inverseOf(heat(mlpCoupling([5], 'second', seed), seed)),
};

/** Compositions: errors grow with the gain of the inverse. */
const compositions: Record<string, (seed: number) => Invertible> = {
  'a chain of image blocks': (seed) =>
    new Chain([new Squeeze({ shape: [4, 4, 1] }), ...imageBlock([2, 2, 4], seed), ...imageBlock([2, 2, 4], seed + 1)]),
  'a chain in a chain': (seed) =>
    new Chain([new Chain([new Permutation({ shape: [5], seed })]), mlpCoupling([5], 'first', seed)]),
  'a vector flow': (seed) => new VectorFlow({ dim: 8, numBlocks: 4, hiddenDim: 16, seed }),
  'a vector flow of odd length': (seed) => new VectorFlow({ dim: 5, numBlocks: 3, hiddenDim: 16, numLayers: 2, seed }),
};

/** Name, and how to make one with hot parameters. */
export const bijections: [name: string, make: (seed: number) => Invertible][] = Object.entries({
  ...blocks,
  ...splineCouplings,
  ...compositions,
}).map(([name, make]) => [name, (seed) => heat(make(seed), seed)]);

/** The largest round-trip error of a single block; of a composition it depends on the gain. */
export function blockTolerance(name: string): number | undefined {
  if (name in splineCouplings) return 1e-4;
  return name in blocks ? 1e-5 : undefined;
}
