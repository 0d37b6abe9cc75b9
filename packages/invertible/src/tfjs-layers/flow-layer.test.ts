import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { ActNorm, Chain, namedVariables, ShapeError, Squeeze, trainableVariables, VectorFlow } from '../index.js';
import { flowLayer } from './index.js';

const DIM = 4;

const vectorFlow = (seed = 1) => new VectorFlow({ dim: DIM, numBlocks: 2, hiddenDim: 8, seed });

const valuesOf = (module: object) =>
  [...namedVariables(module).values()].map((variable) => Array.from(variable.dataSync()));

const largestDifference = (a: tf.Tensor, b: tf.Tensor) => tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

/** An optimiser that was handed to `compile` outlives the model. */
function disposeCompiled(model: tfl.LayersModel): void {
  const { optimizer } = model;
  model.dispose();
  optimizer.dispose();
}

/** A curved bijection of a flow's kind to learn: y = x P, scaled by its neighbour. */
function regression() {
  const x = normal([64, DIM], 5);
  const y = tf.tidy(() => tf.mul(tf.reverse(x, 1), tf.exp(tf.mul(0.5, tf.tanh(x)))));
  return { x, y };
}

describe.each(backends)('a flow layer on %s', (backend) => {
  useBackend(backend);

  test('gives what the transform gives, and its inverse undoes it', () => {
    const transform = heat(vectorFlow(), 3);
    const [there, back] = [flowLayer({ transform }), flowLayer({ transform, direction: 'inverse' })];
    const model = tfl.sequential({ layers: [there] });
    const both = tfl.sequential({ layers: [there, back] });
    tf.tidy(() => {
      const x = normal([5, DIM], 7);
      expect(largestDifference(model.predict(x) as tf.Tensor, transform.apply(x))).toBe(0);
      expect(largestDifference(both.predict(x) as tf.Tensor, x)).toBeLessThan(1e-5); // the gate of a block in float32
    });
    transform.dispose();
  });

  test('is trained by model.fit: the loss falls, and the flow itself is what has changed', async () => {
    const transform = vectorFlow();
    const before = valuesOf(transform);
    const model = tfl.sequential({ layers: [flowLayer({ transform }), tfl.layers.dense({ units: DIM })] });
    model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
    const { x, y } = regression();
    const { history } = await model.fit(x, y, { epochs: 30, batchSize: 16, shuffle: false, verbose: 0 });
    expect(history.loss!.at(-1) as number).toBeLessThan(0.3 * (history.loss![0] as number));
    const changed = valuesOf(transform).map((values, i) => String(values) !== String(before[i]));
    const trainable = [...namedVariables(transform).values()].map((variable) => variable.trainable);
    expect(changed).toEqual(trainable);
    tf.dispose([x, y]);
    disposeCompiled(model);
    transform.dispose();
  });
});

describe('a flow layer', () => {
  useBackend('cpu');

  test('and its inverse in one model are one transform, trained once a step as its gradient says', async () => {
    const transform = heat(vectorFlow(), 2, 0.1);
    const A = tfl.layers.dense({
      units: DIM,
      useBias: false,
      kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }),
    });
    const g = flowLayer({ transform });
    const model = tfl.sequential({ layers: [g, A, g.inverse()] });
    const rate = 0.1;
    model.compile({ optimizer: tf.train.sgd(rate), loss: 'meanSquaredError' });
    const { x, y } = regression();
    const own = [...trainableVariables(transform).values()];
    const before = own.map((variable) => Array.from(variable.dataSync()));
    const expected = tf.tidy(() => {
      const kernel = A.getWeights()[0] as tf.Tensor2D;
      const { grads } = tf.variableGrads(
        () =>
          tf.losses.meanSquaredError(
            y,
            transform.invert(tf.matMul(transform.apply(x) as tf.Tensor2D, kernel)),
          ) as tf.Scalar,
        own,
      );
      return own.map((variable) => Array.from(tf.sub(variable, tf.mul(grads[variable.name]!, rate)).dataSync()));
    });
    await model.trainOnBatch(x, y);
    const [start, end] = [before, own.map((variable) => Array.from(variable.dataSync()))].map((values) =>
      values.flat(),
    );
    const errors = expected.flat().map((value, i) => Math.abs(value - end![i]!));
    expect(Math.max(...errors)).toBeLessThan(1e-5); // sums in another order
    expect(Math.max(...expected.flat().map((value, i) => Math.abs(value - start![i]!)))).toBeGreaterThan(1e-2);
    disposeCompiled(model);
    tf.dispose([x, y]);
    transform.dispose();
  });

  test('may be trained in one model after the other', async () => {
    const transform = vectorFlow();
    const models = ['forward', 'inverse'].map((direction) =>
      tfl.sequential({ layers: [flowLayer({ transform, direction: direction as 'forward' })] }),
    );
    const { x, y } = regression();
    for (const model of models) model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    for (const model of [...models, ...models]) expect(await model.trainOnBatch(x, y)).toBeGreaterThan(0);
    models.forEach(disposeCompiled);
    tf.dispose([x, y]);
    transform.dispose();
  });

  test('names its weights by layer and dotted path, and gives and takes their values', () => {
    const [transform, other] = [heat(vectorFlow(), 4), vectorFlow(2)];
    const [layer, target] = [flowLayer({ transform, name: 'g' }), flowLayer({ transform: other })];
    expect(layer.trainableWeights.map(({ originalName }) => originalName)).toEqual(
      [...trainableVariables(transform).keys()].map((path) => `g/${path}`),
    );
    expect(layer.nonTrainableWeights.map(({ originalName }) => originalName)).toEqual(['g/blocks.layers.0.order']);
    target.setWeights(layer.getWeights());
    expect(valuesOf(other)).toEqual(valuesOf(transform));
    transform.dispose();
    other.dispose();
  });

  test('freezes the transform with trainable: false, in every layer of it, and thaws it', async () => {
    const transform = heat(vectorFlow(), 6);
    const layer = flowLayer({ transform, trainable: false });
    const other = flowLayer({ transform, direction: 'inverse' });
    expect([trainableVariables(transform).size, other.trainableWeights.length]).toEqual([0, 0]);
    const before = valuesOf(transform);
    const model = tfl.sequential({ layers: [layer, tfl.layers.dense({ units: 1 })] });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const [x, y] = [normal([8, DIM], 1), normal([8, 1], 2)];
    await model.trainOnBatch(x, y);
    expect(valuesOf(transform)).toEqual(before);
    layer.trainable = true;
    expect(trainableVariables(transform).size).toBe(layer.trainableWeights.length);
    disposeCompiled(model);
    tf.dispose([x, y]);
    transform.dispose();
  });

  test('knows its output shape in both directions', () => {
    const transform = new Squeeze({ shape: [4, 6, 1], factor: 2 });
    expect(flowLayer({ transform }).computeOutputShape([null, 4, 6, 1])).toEqual([null, 2, 3, 4]);
    expect(flowLayer({ transform, direction: 'inverse' }).computeOutputShape([null, 2, 3, 4])).toEqual([null, 4, 6, 1]);
    const model = tfl.sequential({ layers: [flowLayer({ transform }), tfl.layers.flatten()] });
    expect(model.outputShape).toEqual([null, 24]);
  });

  test('takes the context of a conditional transform as a second input', () => {
    const transform = heat(new VectorFlow({ dim: DIM, numBlocks: 2, hiddenDim: 8, contextDim: 3 }), 1);
    const inputs = [tfl.input({ shape: [DIM] }), tfl.input({ shape: [3] })];
    const model = tfl.model({ inputs, outputs: flowLayer({ transform }).apply(inputs) as tfl.SymbolicTensor });
    tf.tidy(() => {
      const [x, context] = [normal([5, DIM], 1), normal([5, 3], 2)];
      expect(largestDifference(model.predict([x, context]) as tf.Tensor, transform.apply(x, context))).toBe(0);
    });
    expect(() => flowLayer({ transform, name: 'g' }).apply(inputs[0]!)).toThrow(
      'FlowLayer g: expected samples of shape [4] and a context of [3], but got [4].',
    );
    transform.dispose();
  });

  test('refuses other shapes with both in the message, where layers are put together and where tensors come in', () => {
    const transform = vectorFlow();
    const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 5, inputShape: [2] })] });
    expect(() => model.add(flowLayer({ transform, name: 'g' }))).toThrow(
      new ShapeError('FlowLayer g: expected samples of shape [4], but got [5].'),
    );
    tf.tidy(() => {
      expect(() => flowLayer({ transform }).call(tf.zeros([2, 5]))).toThrow(ShapeError);
    });
    model.dispose();
    transform.dispose();
  });

  test('is saved with a model: weights come back by name into a model built anew; a configuration alone is refused', async () => {
    const build = (seed: number) => {
      const transform = new Chain([new ActNorm({ shape: [DIM] }), vectorFlow(seed)]);
      return { transform, model: tfl.sequential({ layers: [flowLayer({ transform, name: 'g' })] }) };
    };
    const [saved, anew] = [build(1), build(2)];
    heat(saved.transform, 9);
    let artifacts: tf.io.ModelArtifacts | undefined;
    await saved.model.save(
      tf.io.withSaveHandler(async (given) => {
        artifacts = given;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(given) };
      }),
    );
    const weights = tf.io.decodeWeights(artifacts!.weightData as ArrayBuffer, artifacts!.weightSpecs!);
    anew.model.loadWeights(weights);
    expect(valuesOf(anew.transform)).toEqual(valuesOf(saved.transform));
    await expect(tfl.loadLayersModel(tf.io.fromMemory(artifacts!))).rejects.toThrow(
      'FlowLayer: a saved configuration does not hold the transform',
    );
    tf.dispose(weights);
    for (const { model, transform } of [saved, anew]) {
      model.dispose();
      transform.dispose();
    }
  });
});

// Without useBackend, which counts tensors: tfjs keeps those that a training step has saved when the step throws.
describe('two flow layers of one transform', () => {
  test('are not trained in one model, where tfjs would step twice along their variables', async () => {
    const transform = vectorFlow();
    const model = tfl.sequential({
      layers: [flowLayer({ transform, name: 'a' }), flowLayer({ transform, direction: 'inverse', name: 'b' })],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
    const x = normal([8, DIM], 1);
    const before = valuesOf(transform);
    await expect(model.trainOnBatch(x, x)).rejects.toThrow(
      'FlowLayer b: its weights are those of a too, and a step would train them twice; use a.inverse()',
    );
    expect(valuesOf(transform)).toEqual(before);
    disposeCompiled(model);
    x.dispose();
    transform.dispose();
  });
});
