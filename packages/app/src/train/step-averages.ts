// Means over the steps since the last logged one.
import type { DistillationScalars, MetricsRow, StepFigures, TrainingStep } from '@lin/train';

type Step = TrainingStep<DistillationScalars>;

/** A line of metrics.jsonl. */
export interface RunMetricsRow extends MetricsRow, StepFigures<DistillationScalars> {
  epoch: number;
  learningRate: number;
  imagesPerSecond: number;
}

export class StepAverages {
  private steps: Step[] = [];

  add(step: Step): void {
    this.steps.push(step);
  }

  /** The row that is logged at `last`. */
  row({ step, epoch, scalars, learningRate }: Step): RunMetricsRow {
    return {
      step,
      epoch,
      ...this.meanScalars(scalars),
      learningRate,
      imagesPerSecond: this.mean(({ samples }) => samples) / this.secondsPerStep,
    };
  }

  get secondsPerStep(): number {
    return this.mean(({ seconds }) => seconds);
  }

  reset(): void {
    this.steps = [];
  }

  /** Of each scalar that steps report, by name. */
  private meanScalars<T extends Step['scalars']>(scalars: T): T {
    const names = Object.keys(scalars) as (keyof Step['scalars'])[];
    return Object.fromEntries(names.map((name) => [name, this.mean((step) => step.scalars[name])])) as T;
  }

  private mean(valueOf: (step: Step) => number): number {
    return this.steps.reduce((sum, step) => sum + valueOf(step), 0) / this.steps.length;
  }
}
