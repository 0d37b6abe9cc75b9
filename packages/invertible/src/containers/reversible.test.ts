import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { mlpCoupling } from '../../test/bijections.js';
import { heat, normal } from '../../test/hot.js';
import {
  ActNorm,
  Chain,
  disposeVariables,
  namedVariables,
  OrthogonalMixing,
  reversible,
  Squeeze,
  trainableVariables,
  type Invertible,
} from '../index.js';

/** Vectors of 6 through a chain of all kinds of layers: with parameters and without, a chain in it, one coupling used twice. */
function vectors(): Chain {
  const shape = [6];
  const shared = mlpCoupling(shape, 'first', 3, 0.5);
  return heat(
    new Chain([
      new ActNorm({ shape }),
      shared,
      new Chain([new OrthogonalMixing({ shape, reflections: 3, seed: 1 }), mlpCoupling(shape, 'second', 4, 0.5)]),
      shared,
    ]),
    5,
    0.3,
  );
}

const images = () =>
  heat(
    new Chain([
      new Squeeze({ shape: [4, 4, 2] }),
      new ActNorm({ shape: [2, 2, 8] }),
      new OrthogonalMixing({ shape: [2, 2, 8], reflections: 3, seed: 1 }),
    ]),
    6,
    0.3,
  );

const randomSum = (x: tf.Tensor, seed: number) => tf.sum(tf.mul(x, normal(x.shape, seed)));

/** One scalar of everything that a direction gives. */
const losses: Record<string, (g: Invertible, x: tf.Tensor) => tf.Scalar> = {
  apply: (g, x) => randomSum(g.apply(x), 1) as tf.Scalar,
  invert: (g, x) => randomSum(g.invert(x), 2) as tf.Scalar,
  forward: (g, x) => {
    const { y, logDet } = g.applyWithLogDet(x);
    return tf.add(randomSum(y, 3), randomSum(logDet, 4));
  },
  inverse: (g, y) => {
    const { x, logDet } = g.invertWithLogDet(y);
    return tf.add(randomSum(x, 5), randomSum(logDet, 6));
  },
};

describe.each(backends)('a reversible chain on %s', (backend) => {
  useBackend(backend);

  describe.each([
    ['vectors', vectors],
    ['images', images],
  ])('of %s', (_, make) => {
    test.each(Object.keys(losses))(
      '%s: gradients of input and parameters are those of stored activations, within 1e-4',
      (direction) => {
        const chain = make();
        const loss = losses[direction]!;
        const variables = [...trainableVariables(chain).values()];
        tf.tidy(() => {
          const shape = direction.startsWith('inv') ? chain.outputShape : chain.inputShape;
          const x = normal([3, ...shape], 7);
          const gradientsOf = (g: Invertible) => {
            const input = tf.grad((value: tf.Tensor) => loss(g, value))(x);
            const { value, grads } = tf.variableGrads(() => loss(g, x), variables);
            return [value, input, ...variables.map(({ name }) => grads[name]!)].map((tensor) => tensor.dataSync());
          };
          const stored = gradientsOf(chain);
          const recomputed = gradientsOf(reversible(chain));
          stored.forEach((values, i) => {
            const scale = Math.max(1, ...values.map(Math.abs));
            values.forEach((value, j) => expect(Math.abs(recomputed[i]![j]! - value) / scale).toBeLessThan(1e-4));
          });
        });
        disposeVariables(chain);
      },
    );
  });

  test('passes the gradient of a context on', () => {
    const shape = [4];
    // A bijection that adds a function of its context.
    const shift: Invertible = {
      name: 'shift',
      inputShape: shape,
      outputShape: shape,
      contextShape: [4],
      apply: (x, context) => tf.add(x, tf.square(context!)),
      invert: (y, context) => tf.sub(y, tf.square(context!)),
      applyWithLogDet: (x, context) => ({ y: tf.add(x, tf.square(context!)), logDet: tf.zeros([x.shape[0]!]) }),
      invertWithLogDet: (y, context) => ({ x: tf.sub(y, tf.square(context!)), logDet: tf.zeros([y.shape[0]!]) }),
      dispose: () => {},
    };
    const chain = reversible(new Chain([shift, shift]));
    tf.tidy(() => {
      const context = normal([2, 4], 8);
      const gradient = tf.grad((c: tf.Tensor) => tf.sum(chain.apply(normal([2, 4], 9), c)))(context);
      const largest = tf.max(tf.abs(tf.sub(gradient, tf.mul(context, 4)))).dataSync()[0]!; // d/dc of 2 c² is 4 c
      expect(largest).toBeLessThan(1e-6);
    });
  });

  test('leaves the tape of an outer gradient whole: what else the loss is made of has its gradient, too', () => {
    const chain = vectors();
    tf.tidy(() => {
      const x = normal([3, 6], 10);
      const loss = (g: Invertible) => (value: tf.Tensor) => tf.sum(tf.mul(tf.square(value), g.apply(tf.sin(value))));
      const [stored, recomputed] = [chain, reversible(chain)].map((g) => tf.grad(loss(g))(x).dataSync());
      stored!.forEach((value, i) => expect(recomputed![i]).toBeCloseTo(value, 4));
    });
    disposeVariables(chain);
  });
});

describe('a reversible chain', () => {
  useBackend('wasm');

  test('has the names of the chain, so that checkpoints fit both', () => {
    const chain = vectors();
    expect([...namedVariables(reversible(chain)).keys()]).toEqual([...namedVariables(chain).keys()]);
    disposeVariables(chain);
  });

  test('takes batches of none', () => {
    const chain = vectors();
    const { y, logDet } = tf.tidy(() => reversible(chain).applyWithLogDet(tf.zeros([0, 6])));
    expect([y.shape, logDet.shape]).toEqual([[0, 6], [0]]);
    tf.dispose([y, logDet]);
    disposeVariables(chain);
  });

  test('keeps no more activations for 64 blocks than for 4', async () => {
    const [few, many, stored] = [
      await peakBytes(4, reversible),
      await peakBytes(64, reversible),
      await peakBytes(64, (chain) => chain),
    ];
    expect(many / few).toBeLessThan(1.05);
    expect(stored / many).toBeGreaterThan(8);
  });
});

const ROWS = 512;

/** The most bytes that a gradient takes beyond what was there before and the gradients of parameters, which do grow with their number. */
async function peakBytes(blocks: number, of: (chain: Chain) => Chain): Promise<number> {
  const chain = of(
    new Chain(Array.from({ length: blocks }, (_, i) => mlpCoupling([16], i % 2 === 0 ? 'first' : 'second', i, 0.1))),
  );
  const x = normal([ROWS, 16], 11);
  const variables = [...trainableVariables(chain).values()];
  const ofParameters = variables.reduce((bytes, { size }) => bytes + 4 * size, 0);
  const { numBytes } = tf.memory();
  const { peakBytes: peak, result } = await tf.profile(() => {
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(chain.apply(x))) as tf.Scalar, variables);
    tf.dispose(grads);
    return value;
  });
  tf.dispose(result);
  disposeVariables(chain);
  x.dispose();
  return peak - numBytes - ofParameters;
}
