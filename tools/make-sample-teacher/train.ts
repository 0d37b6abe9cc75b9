// The sample teacher learns to tell identities apart: ArcFace's margin loss, Adam, one recorded step.
import * as tf from '@tensorflow/tfjs-core';
import { batchCount, batches, Random, type RecordSet } from '@lin/data';
import { record } from '@lin/engine';
import { Adam, arcFaceLoss, imagesToTensor, learningRateAt } from '@lin/train';
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

interface StepInputs extends Record<string, tf.Tensor> {
  images: tf.Tensor4D;
  labels: tf.Tensor1D;
  learningRate: tf.Scalar;
}

/** The network after training, its layers' variables as they then are. */
export async function trainNetwork(
  faces: RecordSet,
  { epochs, batchSize, learningRate, scale, margin, seed, onProgress }: TrainOptions,
): Promise<TrainingLayers> {
  const layers = new TrainingLayers(seed);
  tf.tidy(() => void sampleTeacher(layers, tf.zeros([1, 112, 112, 3]))); // makes the variables
  const classes = directions(faces.identityCount, seed);
  const variables = new Map([...layers.variables, ['classes', classes] as const]);
  const optimiser = new Adam(variables, { clipNorm: 5 });
  const step = ({ images, labels, learningRate }: StepInputs) =>
    tf.tidy(() => {
      const { value: loss, grads } = tf.variableGrads(
        () =>
          arcFaceLoss(sampleTeacher(layers, images) as tf.Tensor2D, classes as unknown as tf.Tensor2D, labels, {
            scale,
            margin,
          }),
        optimiser.variables,
      );
      return { loss, gradientNorm: optimiser.applyGradients(grads, learningRate) };
    });

  const stepsPerEpoch = batchCount(faces.imageCount, { batchSize, last: 'drop' });
  const steps = epochs * stepsPerEpoch;
  let recorded: Awaited<ReturnType<typeof record<StepInputs, ReturnType<typeof step>>>> | undefined;
  let done = 0;
  let [lossSum, since] = [0, performance.now()];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for await (const batch of batches(faces, {
      batchSize,
      last: 'drop',
      shuffle: { seed, epoch },
      augment: { flip: 0.5 },
    })) {
      const inputs: StepInputs = {
        images: imagesToTensor(batch.images, batch.size),
        labels: tf.tensor1d(batch.labels, 'int32'),
        learningRate: tf.scalar(
          learningRateAt(done, { learningRate, schedule: 'cosine', warmupSteps: WARMUP_STEPS, totalSteps: steps }),
        ),
      };
      recorded ??= await record(step, { inputs, variables: allVariables(variables, optimiser), precision: 'auto' });
      const { loss } = await recorded.run(inputs);
      tf.dispose(inputs);
      lossSum += loss[0]!;
      if (++done % PROGRESS_EVERY === 0) {
        const now = performance.now();
        onProgress({
          step: done,
          steps,
          loss: lossSum / PROGRESS_EVERY,
          imagesPerSecond: (PROGRESS_EVERY * batchSize * 1000) / (now - since),
        });
        [lossSum, since] = [0, now];
      }
    }
  }
  await recorded!.read();
  await recorded!.dispose();
  optimiser.dispose();
  classes.dispose();
  return layers;
}

/** A random direction for each identity, [count, 512]. */
function directions(count: number, seed: number): tf.Variable {
  const random = new Random(seed, 1);
  const values = Float32Array.from({ length: count * EMBEDDING_SIZE }, () => random.normal());
  return tf.tidy(() => tf.variable(tf.tensor(values, [count, EMBEDDING_SIZE])));
}

function allVariables(variables: ReadonlyMap<string, tf.Variable>, optimiser: Adam): Map<string, tf.Variable> {
  const moments = [...optimiser.namedState()].map(([name, variable]) => [`adam.${name}`, variable] as const);
  return new Map<string, tf.Variable>([...variables, ...moments, ['adam.count', optimiser.count as tf.Variable]]);
}
