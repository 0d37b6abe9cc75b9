import * as tf from '@tensorflow/tfjs';
import { Logit, ShapeError, Squeeze, VectorFlow } from '@lin/invertible';
import { DenseOperator } from '@lin/operator';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Linearizer, VectorEncoder, type InvertibleEncoder } from '../index.js';

let before: number;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => expect(tf.memory().numTensors).toBe(before));

/** From probabilities to log-odds: what the induced sum must be is known. */
const logOdds = () => new VectorEncoder(new Logit({ shape: [2], alpha: 0 }));

describe('a g_x of vectors', () => {
  test('gives the flow as core, nothing as residual, and the vector back', () => {
    const gx = logOdds();
    tf.tidy(() => {
      const x = tf.tensor2d([[0.5, 0.75]]);
      const { core, residual, logDet } = gx.encode(x);
      expect(core.dataSync()[1]).toBeCloseTo(Math.log(3), 6);
      expect(core.dataSync()).toEqual(gx.core(x).dataSync());
      expect(residual.shape).toEqual([1, 0]);
      expect(logDet.dataSync()[0]).toBeCloseTo(Math.log(4) + Math.log(16 / 3), 5); // 1 / (p (1 − p)) each
      expect(gx.decode(core, residual).dataSync()[1]).toBeCloseTo(0.75, 6);
    });
    gx.dispose();
  });

  test('is refused where it maps no vectors, with the shapes', () => {
    const squeeze = new Squeeze({ shape: [2, 2, 1], factor: 2 });
    expect(() => new VectorEncoder(squeeze)).toThrow(
      new ShapeError(
        'VectorEncoder: Squeeze maps [2, 2, 1] to [1, 1, 4]; expected vectors to vectors, without a context.',
      ),
    );
    const conditional = new VectorFlow({ dim: 2, numBlocks: 2, hiddenDim: 4, contextDim: 1 });
    expect(() => new VectorEncoder(conditional)).toThrow(/by a context; expected vectors to vectors/);
    conditional.dispose();
  });

  test('makes a Linearizer whose input space adds in its coordinates', async () => {
    const model = new Linearizer({
      gx: logOdds(),
      A: new DenseOperator({ inputDim: 2, outputDim: 3 }),
      gy: new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 4 }),
    });
    const space = model.inputSpace();
    const operator = await model.operator();
    tf.tidy(() => {
      const [p, q] = [tf.tensor2d([[0.5, 0.75]]), tf.tensor2d([[0.75, 0.75]])];
      const sum = [...space.add(p, q).dataSync()]; // odds multiply: 1 · 3, 3 · 3
      [0.75, 0.9].forEach((value, i) => expect(sum[i]).toBeCloseTo(value, 6));
      const [direct, induced] = [model.apply(p).dataSync(), operator.apply(p).dataSync()];
      induced.forEach((value, i) => expect(value).toBeCloseTo(direct[i]!, 5));
      expect(model.reconstruct(p).dataSync()[1]).toBeCloseTo(0.75, 6);
      expect(model.summary()).toContain('[B, 2] → [B, 2]');
    });
    operator.dispose();
    model.dispose();
  });

  test('may be of any class: an encoder says itself that its inputs are vectors', () => {
    const own = logOdds();
    const gx: InvertibleEncoder<tf.Tensor2D> = {
      latentDim: 2,
      imageShape: [2],
      numBlocks: 1,
      vectorNetwork: own.flow,
      core: (x) => own.core(x),
      encode: (x) => own.encode(x),
      decode: (core, residual) => own.decode(core, residual),
      dispose: () => own.dispose(),
    };
    const A = new DenseOperator({ inputDim: 2, outputDim: 2 });
    const model = new Linearizer({ gx, A, gy: new VectorFlow({ dim: 2, numBlocks: 2, hiddenDim: 4 }) });
    const space = model.inputSpace();
    const sum = tf.tidy(() => [...space.add(tf.tensor2d([[0.5, 0.75]]), tf.tensor2d([[0.75, 0.75]])).dataSync()]);
    [0.75, 0.9].forEach((value, i) => expect(sum[i]).toBeCloseTo(value, 6));
    model.dispose();
  });
});
