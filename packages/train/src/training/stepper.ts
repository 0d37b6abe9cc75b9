// Who computes a step: one recorded graph where the backend can record, else op by op, with the same numbers.
import * as tf from '@tensorflow/tfjs-core';
import { canRecord, record, type RecordedStep, type SessionOptions } from '@lin/engine';
import type { Encoder, Linearizer } from '@lin/linearizer';
import type { Adam } from '../optimisers/adam.js';
import { distillationStep, type DistillationInputs, type DistillationOutputs } from './distillation-step.js';
import { imagesToTensor } from './pixels.js';
import type { TrainingBatch } from './steps.js';

export interface StepMetrics {
  loss: number;
  /** Mean cosine of the batch to its targets. */
  cosine: number;
  /** Global gradient norm before clipping. */
  gradientNorm: number;
}

export interface Stepper {
  run(batch: TrainingBatch, learningRate: number): Promise<StepMetrics>;
  /** Afterwards model and optimiser are those of the last step. */
  dispose(): Promise<void>;
}

export interface StepperOptions {
  model: Linearizer<Encoder>;
  optimiser: Adam;
  /** false: op by op even where a step can be recorded. */
  recorded?: boolean;
  /** Of the recorded graph. */
  session?: SessionOptions;
}

export function createStepper({ model, optimiser, recorded = true, session = {} }: StepperOptions): Stepper {
  return recorded && canRecord() ? new RecordedStepper(model, optimiser, session) : new EagerStepper(model, optimiser);
}

class EagerStepper implements Stepper {
  private readonly step: ReturnType<typeof distillationStep>;

  constructor(model: Linearizer<Encoder>, optimiser: Adam) {
    this.step = distillationStep(model, optimiser);
  }

  async run(batch: TrainingBatch, learningRate: number): Promise<StepMetrics> {
    const inputs = tensorsOf(batch, learningRate);
    const outputs = this.step(inputs);
    try {
      const [loss, cosine, gradientNorm] = await Promise.all(
        [outputs.loss, outputs.cosine, outputs.gradientNorm].map((tensor) => tensor.data()),
      );
      return metricsOf({ loss, cosine, gradientNorm }, (values) => values![0]!);
    } finally {
      tf.dispose([inputs, outputs]);
    }
  }

  async dispose(): Promise<void> {}
}

class RecordedStepper implements Stepper {
  /** Recorded with the first batch, whose shape is that of all others. */
  private step: RecordedStep<DistillationInputs, DistillationOutputs> | undefined;

  constructor(
    private readonly model: Linearizer<Encoder>,
    private readonly optimiser: Adam,
    private readonly session: SessionOptions,
  ) {}

  async run(batch: TrainingBatch, learningRate: number): Promise<StepMetrics> {
    const tensors = tensorsOf(batch, learningRate);
    try {
      this.step ??= await this.record(tensors);
      return metricsOf(await this.step.run(tensors), (values) => values[0]!);
    } finally {
      tf.dispose(tensors);
    }
  }

  async dispose(): Promise<void> {
    await this.optimiser.synchronise();
    this.optimiser.detach();
    await this.step?.dispose();
  }

  private async record(inputs: DistillationInputs) {
    const moments = [...this.optimiser.namedState()].map(([name, variable]) => [`adam.${name}`, variable] as const);
    const variables = new Map<string, tf.Variable>([
      ...this.model.namedVariables(),
      ...moments,
      ['adam.count', this.optimiser.count as tf.Variable],
    ]);
    const step = await record(distillationStep(this.model, this.optimiser), {
      inputs,
      variables,
      release: true,
      ...this.session,
    });
    this.optimiser.attach(step);
    return step;
  }
}

function tensorsOf({ images, size, targets }: TrainingBatch, learningRate: number): DistillationInputs {
  return {
    images: imagesToTensor(images, size),
    targets: tf.tensor2d(targets, [size, targets.length / size]),
    learningRate: tf.scalar(learningRate),
  };
}

const metricsOf = <T>(
  { loss, cosine, gradientNorm }: Record<keyof StepMetrics, T>,
  read: (value: T) => number,
): StepMetrics => ({
  loss: read(loss),
  cosine: read(cosine),
  gradientNorm: read(gradientNorm),
});
