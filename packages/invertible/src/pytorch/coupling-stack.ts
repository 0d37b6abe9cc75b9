// Stacks of affine couplings that PyTorch trained, as chains: FrEIA's NICE, RNVP and GLOW coupling blocks, nflows' affine and additive
// coupling transforms with an MLP, and the couplings of the authors' notebook of the Linearizer; fixed permutations between them.
import * as tf from '@tensorflow/tfjs-core';
import { Concatenated } from '../conditioners/concatenated.js';
import type { Conditioner } from '../conditioners/conditioner.js';
import { additiveTransform, scaleAndShift } from '../transforms/affine-transform.js';
import { Coupling } from '../couplings/coupling.js';
import type { CouplingTransform } from '../transforms/coupling-transform.js';
import type { Invertible } from '../bijection/invertible.js';
import { Chain } from '../containers/chain.js';
import { Permutation } from '../rearrange/permutation.js';
import type { NamedTensor } from '@lin/safetensors';
import { StateDict } from './state-dict.js';

export interface CouplingStackOptions {
  /** What the names of the stack begin with, such as `g_x.invertible_net.`; other tensors are left alone. */
  prefix?: string;
  /** FrEIA's `clamp` and `clamp_activation`, which its state dict does not hold. */
  clamp?: number;
  clampActivation?: 'ATAN' | 'TANH' | 'SIGMOID';
  /** Names the file in errors. */
  source?: string;
}

/**
 * The chain of vectors [B, dim] that computes what a PyTorch stack of couplings computes: FrEIA's NICE, RNVP and GLOW coupling blocks
 * (https://github.com/vislearn/FrEIA), nflows' affine and additive coupling transforms (https://github.com/bayesiains/nflows), the
 * couplings of the authors' notebook; its parameters are tfjs variables and can be trained on. The table of names is in
 * docs/interoperation.md.
 * @param tensors By name, as `decodeSafetensors(…).tensors` of @lin/safetensors gives them.
 * @param options `prefix` of the stack's names; FrEIA's `clamp` and `clampActivation`; `source`, which names the file in errors.
 * @throws SafetensorsError for a tensor that is missing, of another shape, or below `prefix` and known to no reader here.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { couplingStackFromPyTorch } from '@lin/invertible';
 * const order = { dtype: 'I64' as const, shape: [3], data: BigInt64Array.of(2n, 0n, 1n) };
 * const flow = couplingStackFromPyTorch(new Map([['_transforms.0._permutation', order]]));
 * flow.apply(tf.tensor2d([[10, 20, 30]])).print();
 * ```
 * ```text
 * Tensor
 *      [[30, 10, 20],]
 * ```
 */
export function couplingStackFromPyTorch(
  tensors: ReadonlyMap<string, NamedTensor>,
  options: CouplingStackOptions = {},
): Chain {
  const { prefix = '', source = 'PyTorch state dict' } = options;
  const state = new StateDict(tensors, source);
  const list = LISTS.map((name) => `${prefix}${name}.`).find((name) => state.indicesBelow(name).length > 0);
  if (!list) throw state.error(`there is no ${LISTS.map((name) => `${prefix}${name}.0.…`).join(', ')}`);
  const layers: Invertible[] = [];
  try {
    for (const index of state.indicesBelow(list)) layers.push(...readModule(state, `${list}${index}.`, options));
    state.requireAllRead(prefix);
    return new Chain(layers);
  } catch (error) {
    state.dispose();
    layers.filter((layer) => layer instanceof Permutation).forEach((layer) => layer.dispose());
    throw error;
  }
}

/** How the three call their list of modules. */
const LISTS = ['blocks', 'module_list', '_transforms'];

type Reader = (state: StateDict, name: string, options: CouplingStackOptions) => Invertible[];

/** Readers by a name that only their module has. */
const READERS: Record<string, Reader> = {
  'scale_net.': readNotebook,
  'subnet_s1.': readRnvp,
  'subnet1.': readGlow,
  'F.': readNice,
  perm: readPermuteRandom,
  _permutation: (state, name) => [permutation(state.numbers(`${name}_permutation`))],
  'transform_net.': readNflows,
};

function readModule(state: StateDict, name: string, options: CouplingStackOptions): Invertible[] {
  const reader = Object.entries(READERS).find(([marker]) => state.namesBelow(name + marker).length > 0)?.[1];
  if (!reader) throw state.error(`the module "${name}" is of no kind that is known here`);
  return reader(state, name, options);
}

function readPermuteRandom(state: StateDict, name: string): Invertible[] {
  const [order, inverse] = [state.numbers(`${name}perm`), state.numbers(`${name}perm_inv`)];
  const isInverse = inverse.length === order.length && order.every((from, to) => inverse[from] === to);
  if (!isInverse) throw state.error(`"${name}perm_inv" is not the inverse of "${name}perm"`);
  return [permutation(order)];
}

/** y₂ = x₂ exp(tanh(scale(x₁))) + translate(x₁). */
function readNotebook(state: StateDict, name: string): Invertible[] {
  const networks = [state.sequential(`${name}scale_net`), state.sequential(`${name}translate_net`)];
  const [passing, transformed] = [networks[0]!.kernels[0]!.shape[0]!, networks[0]!.biases.at(-1)!.shape[0]!];
  return coupling(range(0, passing), range(passing, transformed), scaleAndShift(tf.tanh), new Concatenated(networks));
}

/** FrEIA transforms its first part by its second, and then the second by the new first. */
function readPair(
  second: Conditioner,
  first: Conditioner,
  sizes: [number, number],
  transform: CouplingTransform,
): Invertible[] {
  const [x1, x2] = [range(0, sizes[0]), range(sizes[0], sizes[1])];
  return [...coupling(x2, x1, transform, second), ...coupling(x1, x2, transform, first)];
}

function readRnvp(state: StateDict, name: string, options: CouplingStackOptions): Invertible[] {
  const [s1, t1, s2, t2] = ['s1', 't1', 's2', 't2'].map((subnet) => state.sequential(`${name}subnet_${subnet}`));
  const sizes: [number, number] = [s1!.kernels[0]!.shape[0]!, s2!.kernels[0]!.shape[0]!];
  return readPair(new Concatenated([s2!, t2!]), new Concatenated([s1!, t1!]), sizes, freiaAffine(options));
}

function readGlow(state: StateDict, name: string, options: CouplingStackOptions): Invertible[] {
  const [first, second] = [state.sequential(`${name}subnet1`), state.sequential(`${name}subnet2`)];
  return readPair(second, first, [first.kernels[0]!.shape[0]!, second.kernels[0]!.shape[0]!], freiaAffine(options));
}

function readNice(state: StateDict, name: string): Invertible[] {
  const [second, first] = [state.sequential(`${name}F`), state.sequential(`${name}G`)];
  return readPair(second, first, [first.kernels[0]!.shape[0]!, second.kernels[0]!.shape[0]!], additiveTransform());
}

/** y₂ = x₂ (σ(h + 2) + 10⁻³) + t, or x₂ + t where the network gives as many numbers as it transforms; its outputs are [t | h]. */
function readNflows(state: StateDict, name: string): Invertible[] {
  const passing = state.numbers(`${name}identity_features`);
  const transformed = state.numbers(`${name}transform_features`);
  const network = `${name}transform_net.`;
  const hidden = state.indicesBelow(`${network}_hidden_layers.`).map((index) => `${network}_hidden_layers.${index}`);
  const layers = [`${network}_input_layer`, ...hidden, `${network}_output_layer`];
  const outputs = state.take(`${network}_output_layer.bias`, 1).shape[0];
  if (outputs === transformed.length) return coupling(passing, transformed, additiveTransform(), state.mlp(layers));
  const swapHalves = (x: tf.Tensor) => tf.concat(tf.split(x, 2, x.rank - 1).toReversed(), x.rank - 1);
  const logScale = (h: tf.Tensor) => tf.log(tf.add(tf.sigmoid(tf.add(h, 2)), 1e-3));
  return coupling(passing, transformed, scaleAndShift(logScale), state.mlp(layers, swapHalves));
}

function freiaAffine({ clamp = 2, clampActivation = 'ATAN' }: CouplingStackOptions): CouplingTransform {
  const activations = {
    ATAN: (h: tf.Tensor) => tf.mul(tf.atan(h), 0.636),
    TANH: (h: tf.Tensor) => tf.tanh(h),
    SIGMOID: (h: tf.Tensor) => tf.mul(tf.sub(tf.sigmoid(h), 0.5), 2),
  };
  return scaleAndShift((h) => tf.mul(activations[clampActivation](h), clamp));
}

/** A coupling of any two sets of entries: a permutation brings each into a half, and its inverse brings them back. */
function coupling(
  passing: number[],
  transformed: number[],
  transform: CouplingTransform,
  network: Conditioner,
): Invertible[] {
  const passesFirst = passing.length >= transformed.length;
  const order = passesFirst ? [...passing, ...transformed] : [...transformed, ...passing];
  const shape = [order.length];
  const block = new Coupling({
    shape,
    transforms: passesFirst ? 'second' : 'first',
    transform,
    conditioner: () => network,
  });
  if (order.every((from, to) => from === to)) return [block];
  return [permutation(order), block, permutation(order.map((_, entry) => order.indexOf(entry)))];
}

const permutation = (order: number[]) => new Permutation({ shape: [order.length], order });
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
