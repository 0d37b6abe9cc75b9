// Means over the steps since the last logged one.
import type { MetricsRow, TrainingStep } from '@lin/train';

export class StepAverages {
  private steps: TrainingStep[] = [];

  add(step: TrainingStep): void {
    this.steps.push(step);
  }

  /** The row that is logged at `last`. */
  row({ step, epoch, learningRate }: TrainingStep): MetricsRow {
    return {
      step,
      epoch,
      loss: this.mean('loss'),
      cosine: this.mean('cosine'),
      gradientNorm: this.mean('gradientNorm'),
      learningRate,
      imagesPerSecond: this.mean('images') / this.secondsPerStep,
    };
  }

  get secondsPerStep(): number {
    return this.mean('seconds');
  }

  reset(): void {
    this.steps = [];
  }

  private mean(key: 'loss' | 'cosine' | 'gradientNorm' | 'images' | 'seconds'): number {
    return this.steps.reduce((sum, step) => sum + step[key], 0) / this.steps.length;
  }
}
