// The sample teacher learns to tell identities apart: ArcFace's margin loss, Adam, one recorded step.
import * as tf from '@tensorflow/tfjs-core';
import { batchCount, batches, IMAGE_SIZE, Random, type RecordSet } from '@lin/data';
import {
  Adam,
  imagesToTensor,
  learningRateAt,
  marginSoftmax,
  trainingSteps,
  type TrainingBatch,
  type TrainingData,
} from '@lin/train';
import { EMBEDDING_SIZE, sampleTeacher } from './network.js';
import { TrainingLayers } from './training-layers.js';

export interface TrainOptions {
  epochs: number;
  batchSize: number;
  learningRate: number;
  scale: number;
  margin: number;
  seed: number;
  onProgress: (progress: { step: number; steps: number; loss: number; imagesPerSecond: number }) => void;
}

const WARMUP_STEPS = 100;
const PROGRESS_EVERY = 50;

interface LabelledFaces extends TrainingBatch {
  images: Uint8Array;
  labels: Int32Array;
}

/** The network after training, its layers' variables as they then are. */
export async function trainNetwork(
  faces: RecordSet,
  { epochs, batchSize, learningRate, scale, margin, seed, onProgress }: TrainOptions,
): Promise<TrainingLayers> {
  const layers = new TrainingLayers(seed);
  tf.tidy(() => void sampleTeacher(layers, tf.zeros([1, IMAGE_SIZE, IMAGE_SIZE, 3]))); // makes the variables
  const classes = directions(faces.identityCount, seed);
  const parameters = new Map([...layers.variables, ['classes', classes] as const]);
  const optimiser = new Adam(parameters, { clipNorm: 5 });
  const data = shuffled(faces, { batchSize, seed });
  const totalSteps = epochs * data.stepsPerEpoch;
  const steps = trainingSteps({
    objective: marginSoftmax((x) => sampleTeacher(layers, x as tf.Tensor4D) as tf.Tensor2D, classes, { scale, margin }),
    inputs: ({ images, labels, size }: LabelledFaces) => ({
      x: imagesToTensor(images, [size, IMAGE_SIZE, IMAGE_SIZE, 3]),
      labels: tf.tensor1d(labels, 'int32'),
    }),
    optimiser,
    data,
    epochs,
    session: { precision: 'auto' },
    learningRate: (step) =>
      learningRateAt(step, { learningRate, schedule: 'cosine', warmupSteps: WARMUP_STEPS, totalSteps }),
  });
  let [lossSum, since] = [0, performance.now()];
  for await (const { step, scalars } of steps) {
    lossSum += scalars.loss;
    if (step % PROGRESS_EVERY !== 0) continue;
    const now = performance.now();
    const imagesPerSecond = (PROGRESS_EVERY * batchSize * 1000) / (now - since);
    onProgress({ step, steps: totalSteps, loss: lossSum / PROGRESS_EVERY, imagesPerSecond });
    [lossSum, since] = [0, now];
  }
  optimiser.dispose();
  classes.dispose();
  return layers;
}

/** Whole batches of all faces, mirrored or not, in an order of each epoch's own. */
function shuffled(
  faces: RecordSet,
  { batchSize, seed }: { batchSize: number; seed: number },
): TrainingData<LabelledFaces> {
  return {
    stepsPerEpoch: batchCount(faces.imageCount, { batchSize, last: 'drop' }),
    batches: ({ epoch }) =>
      batches(faces, { batchSize, last: 'drop', shuffle: { seed, epoch }, augment: { flip: 0.5 } }),
  };
}

/** A random direction for each identity, [count, 512]. */
function directions(count: number, seed: number): tf.Variable<tf.Rank.R2> {
  const random = new Random(seed, 1);
  const values = Float32Array.from({ length: count * EMBEDDING_SIZE }, () => random.normal());
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [count, EMBEDDING_SIZE])));
}
