// Who computes a step: one recorded graph where the backend can record, else op by op, with the same numbers.
import * as tf from '@tensorflow/tfjs-core';
import { canRecord, ClusterError, record, type Cluster, type RecordedStep, type SessionOptions } from '@lin/engine';
import type { Inputs, Objective, Scalars } from './objective.js';
import type { Optimiser } from '../optimisers/optimiser.js';
import { trainingStep, type StepInputs, type StepScalars, type TrainingStepOptions } from './training-step.js';

/** The scalars of a step as numbers. */
export type StepFigures<S extends Scalars> = { [name in keyof (S & { gradientNorm: unknown })]: number };

export interface StepRunner<I extends Inputs, S extends Scalars> {
  /** Runs one step; disposes of nothing it was given. */
  run(inputs: StepInputs<I>): Promise<StepFigures<S> & { stop?: number }>;
  /** Makes the tf.Variables those of the last step, wherever it was computed. */
  synchronise(): Promise<void>;
  /** Makes the next step start from the tf.Variables as they are; in a cluster, as they are in worker 0. */
  restart(): Promise<void>;
  /** Afterwards the tf.Variables are those of the last step. */
  close(): Promise<void>;
}

export interface StepRunnerOptions<I extends Inputs, S extends Scalars> extends TrainingStepOptions {
  objective: Objective<I, S>;
  optimiser: Optimiser;
  /** false: op by op even where a step can be recorded. */
  recorded?: boolean;
  /** Of the recorded graph. */
  session?: SessionOptions;
}

export function createStepRunner<I extends Inputs, S extends Scalars>({
  objective,
  optimiser,
  microBatches = 1,
  cluster,
  recorded = true,
  session = {},
}: StepRunnerOptions<I, S>): StepRunner<I, S> {
  const step = trainingStep(objective, optimiser, { microBatches, cluster });
  if (recorded && canRecord()) return new RecordedRunner(step, optimiser, session, cluster);
  if (cluster)
    throw new ClusterError('Workers train together in recorded steps only: on TensorFlow, and not op by op.');
  return new EagerRunner(step);
}

type Step<I extends Inputs, S extends Scalars> = ReturnType<typeof trainingStep<I, S>>;

class EagerRunner<I extends Inputs, S extends Scalars> implements StepRunner<I, S> {
  constructor(private readonly step: Step<I, S>) {}

  async run(inputs: StepInputs<I>): Promise<StepFigures<S>> {
    const outputs = Object.entries(this.step(inputs));
    try {
      const values = await Promise.all(outputs.map(([, tensor]) => tensor.data()));
      return figuresOf(outputs.map(([name], i) => [name, values[i]!]));
    } finally {
      tf.dispose(outputs.map(([, tensor]) => tensor));
    }
  }

  async synchronise(): Promise<void> {}

  async restart(): Promise<void> {}

  async close(): Promise<void> {}
}

class RecordedRunner<I extends Inputs, S extends Scalars> implements StepRunner<I, S> {
  /** Recorded with the first batch, whose shape is that of all others. */
  private recording: RecordedStep<StepInputs<I>, StepScalars<S>> | undefined;

  constructor(
    private readonly step: Step<I, S>,
    private readonly optimiser: Optimiser,
    private readonly session: SessionOptions,
    private readonly cluster: Cluster | undefined,
  ) {}

  async run(inputs: StepInputs<I>): Promise<StepFigures<S>> {
    this.recording ??= await record(this.step, {
      inputs,
      variables: this.variables(),
      release: true,
      ...(this.cluster && { cluster: this.cluster }),
      ...this.session,
    });
    return figuresOf(Object.entries(await this.recording.run(inputs)));
  }

  async synchronise(): Promise<void> {
    await this.recording?.read();
  }

  async restart(): Promise<void> {
    await this.recording?.write();
    if (this.cluster) await this.recording?.broadcast();
  }

  async close(): Promise<void> {
    const { recording } = this;
    this.recording = undefined;
    await recording?.read();
    await recording?.dispose();
  }

  private variables(): Map<string, tf.Variable> {
    const { name, parameters, count } = this.optimiser;
    const state = [...this.optimiser.namedState()].map(([slot, variable]) => [`${name}.${slot}`, variable] as const);
    return new Map<string, tf.Variable>([...parameters, ...state, [`${name}.count`, count as tf.Variable]]);
  }
}

const figuresOf = <S extends Scalars>(outputs: readonly (readonly [string, ArrayLike<number>])[]) =>
  Object.fromEntries(outputs.map(([name, values]) => [name, values[0]!])) as StepFigures<S>;
