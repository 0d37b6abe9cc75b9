import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { useBackend } from '../../test/backends.js';
import {
  ActNorm,
  Chain,
  disposeVariables,
  ImageFlow,
  namedVariables,
  trainableVariables,
  VectorFlow,
  type ImageFlowOptions,
} from '../index.js';

const TINY: ImageFlowOptions = {
  imageShape: [16, 16, 1],
  latentDim: 4,
  numBlocks: [1, 0, 1],
  hiddenDim: [4, 4, 4],
  coreFlow: { numBlocks: 1, hiddenDim: 8, numLayers: 2 },
};

const block = (layer: number) => [
  `scales.layers.${layer}.logScale`,
  `scales.layers.${layer}.bias`,
  `scales.layers.${layer}.initialized`,
  `scales.layers.${layer + 1}.normals`,
  ...['kernels', 'biases'].flatMap((kind) =>
    [0, 1, 2].map((i) => `scales.layers.${layer + 2}.conditioner.${kind}.${i}`),
  ),
];

/** A checkpoint holds these names: a change of one of them makes all checkpoints of before unreadable. */
const TINY_NAMES = [
  'readout.weights',
  ...block(1), // layer 0 is the squeeze
  ...block(6), // layers 4 and 5 are the squeezes of the second and third scale
  'coreLayers.layers.0.logScale',
  'coreLayers.layers.0.bias',
  'coreLayers.layers.0.initialized',
  'coreLayers.layers.1.blocks.layers.0.order',
  'coreLayers.layers.1.blocks.layers.1.conditioner.kernels.0',
  'coreLayers.layers.1.blocks.layers.1.conditioner.kernels.1',
  'coreLayers.layers.1.blocks.layers.1.conditioner.biases.0',
  'coreLayers.layers.1.blocks.layers.1.conditioner.biases.1',
];

const contents = (module: object) =>
  Object.fromEntries([...namedVariables(module)].map(([name, variable]) => [name, [...variable.dataSync()]]));

function withFlow<T>(options: ImageFlowOptions, use: (flow: ImageFlow) => T): T {
  const flow = new ImageFlow(options);
  try {
    return use(flow);
  } finally {
    flow.dispose();
  }
}

describe('the variables of an image flow', () => {
  useBackend('cpu');

  test('have the names that checkpoints hold', () => {
    withFlow(TINY, (flow) => expect([...namedVariables(flow).keys()].sort()).toEqual([...TINY_NAMES].sort()));
  });

  test('are trained, but for what is only saved', () => {
    withFlow(TINY, (flow) => {
      const trained = TINY_NAMES.filter((name) => !/(initialized|order)$/.test(name));
      expect([...trainableVariables(flow).keys()].sort()).toEqual(trained.sort());
    });
  });

  test('keep names and order from one instance to the next, and after use', () => {
    const names = (flow: ImageFlow) => [...namedVariables(flow).keys()];
    const fresh = withFlow(TINY, names);
    const used = withFlow({ ...TINY, seed: 9 }, (flow) => {
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R4>([4, 16, 16, 1], 0, 1, 'float32', 1);
        flow.initialize(x);
        const { core, residual } = flow.encode(x);
        flow.decode(core, residual);
      });
      return names(flow);
    });
    expect(used).toEqual(fresh);
  });

  test.each([0, 1, 42])('are the same for the same seed (%d), and others for another', (seed) => {
    const [first, second, other] = [seed, seed, seed + 1].map((value) => withFlow({ ...TINY, seed: value }, contents));
    expect(second).toEqual(first);
    for (const name of ['readout.weights', 'scales.layers.2.normals', 'scales.layers.3.conditioner.kernels.0']) {
      expect(other![name]).not.toEqual(first![name]);
    }
  });

  test('are disposed with it, all of them', () => {
    const flow = new ImageFlow(TINY);
    const variables = [...namedVariables(flow).values()];
    flow.dispose();
    expect(variables.every((variable) => variable.isDisposed)).toBe(true);
  });
});

describe('the walk over a module', () => {
  useBackend('cpu');

  test('finds no two layers that start alike: equal shapes, other values', () => {
    const flow = new VectorFlow({ dim: 6, numBlocks: 4, hiddenDim: 8, numLayers: 6, seed: 0 });
    const random = [...namedVariables(flow)]
      .filter(([name]) => /kernels\.[0-4]$/.test(name))
      .map(([, variable]) => String(variable.dataSync()));
    expect(random).toHaveLength(20);
    expect(new Set(random).size).toBe(20);
    flow.dispose();
  });

  test('gives a variable that is reached twice its first name only', () => {
    const shared = new ActNorm({ shape: [2] });
    expect([...namedVariables({ there: new Chain([shared]), again: shared }).keys()]).toEqual([
      'there.layers.0.logScale',
      'there.layers.0.bias',
      'there.layers.0.initialized',
    ]);
    shared.dispose();
  });

  test('passes over tensors that are no variables, typed arrays, and cycles', () => {
    const constant = tf.scalar(1);
    const variable = tf.tidy(() => tf.variable(tf.scalar(2)));
    const module: Record<string, unknown> = {
      constant,
      bytes: new Uint8Array(4),
      nothing: null,
      missing: undefined,
      text: 'kernel',
      inner: { variable },
    };
    module.self = module;
    expect([...namedVariables(module)]).toEqual([['inner.variable', variable]]);
    disposeVariables(module);
    expect([variable.isDisposed, constant.isDisposed]).toEqual([true, false]);
    constant.dispose();
  });
});
