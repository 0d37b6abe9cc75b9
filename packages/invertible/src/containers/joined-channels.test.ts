import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import {
  ActNorm,
  CayleyMixing,
  chain,
  ImageFlow,
  namedVariables,
  OrthogonalMixing,
  Squeeze,
  type Chain,
} from '../index.js';

const SHAPE = [4, 3, 3];
/** Rounding of float32, in sums of as many values as there are positions in a batch. */
const ROUNDING = 1e-5;

/** Two actnorms and two mixings that are far from the identity. */
function neighbours(): Chain {
  const actNorms = [1, 2].map((seed) => {
    const layer = new ActNorm({ shape: SHAPE });
    tf.tidy(() => {
      layer.logScale.assign(tf.randomNormal([3], 0, 1, 'float32', seed));
      layer.bias.assign(tf.randomNormal([3], 0, 1, 'float32', seed + 9));
    });
    return layer;
  });
  const mixing = new CayleyMixing({ shape: SHAPE, seed: 3 });
  return chain(actNorms[0]!, new OrthogonalMixing({ shape: SHAPE, reflections: 2, seed: 4 }), mixing, actNorms[1]!);
}

const oneByOne = ({ layers }: Chain, x: tf.Tensor) => layers.reduce((value, layer) => layer.apply(value), x);
const batch = () => tf.randomNormal([5, ...SHAPE], 0, 1, 'float32', 7);

function largestDifference(a: tf.Tensor, b: tf.Tensor): number {
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);
}

describe.each(backends)('neighbours that map channels alike, joined in a chain (%s)', (backend) => {
  useBackend(backend);

  test('give what they give one by one, log-determinant and all', () => {
    const flow = neighbours();
    tf.tidy(() => {
      const x = batch();
      const { y, logDet } = flow.applyWithLogDet(x);
      expect(largestDifference(y, oneByOne(flow, x))).toBeLessThan(ROUNDING);
      expect(largestDifference(flow.apply(x), y)).toBeLessThan(ROUNDING);
      const logDets = flow.layers.map((layer) => layer.applyWithLogDet(x).logDet);
      expect(largestDifference(logDet, tf.addN(logDets))).toBeLessThan(ROUNDING);
      expect(largestDifference(flow.invert(y), x)).toBeLessThan(ROUNDING);
    });
    flow.dispose();
  });

  test('have the gradients that they have one by one, of the batch and of every parameter', () => {
    const flow = neighbours();
    tf.tidy(() => {
      const [x, weights] = [batch(), tf.randomNormal([5, ...SHAPE], 0, 1, 'float32', 8)];
      const gradients = (map: (x: tf.Tensor) => tf.Tensor) => {
        const loss = (input: tf.Tensor) => tf.sum(tf.mul(tf.sin(map(input)), weights)) as tf.Scalar;
        return [tf.grad(loss)(x), ...Object.values(tf.variableGrads(() => loss(x)).grads)];
      };
      const [joined, single] = [gradients((input) => flow.apply(input)), gradients((input) => oneByOne(flow, input))];
      expect(joined).toHaveLength(1 + [...namedVariables(flow).values()].filter(({ trainable }) => trainable).length);
      const norm = (gradient: tf.Tensor) => Math.max(tf.norm(gradient).dataSync()[0]!, 1);
      joined.forEach((gradient, i) =>
        expect(largestDifference(gradient, single[i]!) / norm(gradient)).toBeLessThan(ROUNDING),
      );
    });
    flow.dispose();
  });
});

describe('joining', () => {
  useBackend('cpu');

  test('keeps the names and the number of parameters, and frees what it makes', () => {
    const flow = neighbours();
    const names = ['0.logScale', '0.bias', '0.initialized', '1.normals', '2.generator'];
    expect([...namedVariables(flow).keys()].slice(0, 5)).toEqual(names.map((name) => `layers.${name}`));
    const x = batch();
    tf.dispose([flow.apply(x), flow.invert(x), ...Object.values(flow.applyWithLogDet(x))]);
    x.dispose();
    flow.dispose(); // the suite counts the tensors
  });

  test('leaves alone what has fewer positions than channels', async () => {
    const mixing = new OrthogonalMixing({ shape: [1, 2, 12], reflections: 2, seed: 1 });
    const wide = chain(new Squeeze({ shape: [2, 4, 3], factor: 2 }), new ActNorm({ shape: [1, 2, 12] }), mixing);
    const [x, square] = [tf.zeros([2, 2, 4, 3]), batch()];
    const kernelsOf = async (map: () => tf.Tensor) => {
      const { result, kernels } = await tf.profile(map);
      tf.dispose(result);
      return kernels.map(({ name }) => name);
    };
    const narrow = neighbours();
    const single = (flow: Chain, input: tf.Tensor) => () => tf.tidy(() => oneByOne(flow, input));
    expect(await kernelsOf(() => wide.apply(x))).toEqual(await kernelsOf(single(wide, x)));
    expect(await kernelsOf(() => narrow.apply(square))).not.toEqual(await kernelsOf(single(narrow, square)));
    tf.dispose([x, square]);
    wide.dispose();
    narrow.dispose();
  });

  test('is what an image flow does with its actnorms and mixings, and its inverse stays exact', () => {
    const flow = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [2, 1, 1], hiddenDim: [4, 4, 4] });
    tf.tidy(() => {
      const x = tf.sub(
        tf.div(tf.floor(tf.randomUniform([4, 16, 16, 1], 0, 256, 'float32', 1)), 127.5),
        1,
      ) as tf.Tensor4D;
      flow.initialize(x);
      const { core, residual } = flow.encode(x);
      expect(largestDifference(flow.decode(core, residual), x)).toBeLessThan(ROUNDING);
    });
    flow.dispose();
  });
});
