// A Linearizer small enough for the plain JavaScript backend, and data whose targets are known.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { VectorFlow } from '@lin/invertible';
import { Linearizer, type Encoder } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { LOSSES } from '../src/losses/losses.js';
import { distillationInputs, type DistillationBatch } from '../src/objectives/distillation-inputs.js';
import { distillation } from '../src/objectives/distillation.js';
import type { Optimiser } from '../src/optimisers/optimiser.js';
import { OPTIMISERS, type OptimiserName } from '../src/optimisers/optimisers.js';
import type { TrainingData } from '../src/training/training-data.js';
import { EMBEDDING, SIDE, toyBatch } from './toy-batch.js';

export { EMBEDDING, toyBatch };

/** The colours of a 2×2 mosaic of the image, times a matrix. */
export class MosaicEncoder implements Encoder {
  readonly latentDim = 4;
  readonly imageShape = [SIDE, SIDE, 3];
  readonly numBlocks = 0;
  readonly weights: tf.Variable;

  constructor(seed: number) {
    this.weights = tf.tidy(() => tf.variable(tf.randomNormal([12, 4], 0, 0.5, 'float32', seed)));
  }

  core(x: tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => {
      const mosaic = tf.avgPool(x as tf.Tensor4D, SIDE / 2, SIDE / 2, 'valid');
      return tf.matMul(tf.reshape(mosaic, [-1, 12]) as tf.Tensor2D, this.weights as tf.Tensor2D);
    });
  }

  dispose(): void {
    this.weights.dispose();
  }
}

export function toyModel(seed = 1): Linearizer<MosaicEncoder, DenseOperator> {
  return new Linearizer({
    gx: new MosaicEncoder(seed),
    A: new DenseOperator({ inputDim: 4, outputDim: EMBEDDING }),
    gy: new VectorFlow({ dim: EMBEDDING, numBlocks: 2, hiddenDim: 8, numLayers: 2, seed }),
  });
}

export interface Session {
  model: ReturnType<typeof toyModel>;
  optimiser: Optimiser;
}

export function newSession(seed?: number, optimiser: OptimiserName = 'adam'): Session {
  const model = toyModel(seed);
  return { model, optimiser: new OPTIMISERS[optimiser](model.namedVariables()) };
}

export function disposeOf(...sessions: Session[]): void {
  for (const { model, optimiser } of sessions) {
    model.dispose();
    optimiser.dispose();
  }
}

/** What `trainingSteps` needs to distil into the session's model. */
export const distillationOf = ({ model, optimiser }: Session) => ({
  objective: distillation(model, LOSSES['unit-mse']),
  inputs: toyInputs,
  optimiser,
});

export const toyInputs = distillationInputs([SIDE, SIDE, 3]);

export function toyData(stepsPerEpoch: number): TrainingData<DistillationBatch> {
  return {
    stepsPerEpoch,
    async *batches({ epoch, batch }) {
      for (let step = batch; step < stepsPerEpoch; step++) yield toyBatch(epoch * stepsPerEpoch + step);
    },
  };
}

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-train-'));

/** Every parameter's values, by name. */
export function parametersOf(model: Linearizer<Encoder>): Record<string, number[]> {
  return Object.fromEntries(
    [...model.namedVariables()].map(([name, variable]) => [name, Array.from(variable.dataSync())]),
  );
}
