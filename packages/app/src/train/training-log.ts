// Where the figures of a training go: the screen, metrics.jsonl and, at the end of a session, .csv, and TensorBoard.
import { appendMetrics, readMetrics, TensorBoardWriter, type DistillationScalars, type TrainingStep } from '@lin/train';
import { replaceFile } from '@lin/files';
import type { RunFolder } from '../run/run-folder.js';
import { TrainingProgress } from '../terminal/training-progress.js';
import type { ValidationFigures } from '../validation/validation.js';
import { describeSolution, type OperatorFigures } from '../run/operator-solution.js';
import { metricsCsv } from './metrics-csv.js';
import { StepAverages, termsOf, type RunMetricsRow } from './step-averages.js';

type Step = TrainingStep<DistillationScalars>;

/** What was found after a step beside it. */
interface Found {
  validation?: ValidationFigures | undefined;
  operator?: OperatorFigures | undefined;
}

export class TrainingLog {
  private readonly averages = new StepAverages();
  private last: RunMetricsRow | undefined;

  private constructor(
    private readonly metrics: string,
    private readonly events: TensorBoardWriter,
    private readonly progress: TrainingProgress,
  ) {}

  /** @param doneSteps Steps of earlier sessions. */
  static async open(
    { metrics, events }: Pick<RunFolder, 'metrics' | 'events'>,
    totals: { steps: number; epochs: number },
    doneSteps: number,
  ): Promise<TrainingLog> {
    const writer = await TensorBoardWriter.create(events, { firstStep: doneSteps + 1 });
    return new TrainingLog(metrics, writer, new TrainingProgress(totals, doneSteps));
  }

  /** After every step. */
  add(step: Step): void {
    this.averages.add(step);
    this.progress.step(step.step);
  }

  /** After every logged interval: means over it, and what validation and a solution of A found where there was one. */
  async write(step: Step, { validation, operator }: Found = {}): Promise<void> {
    const row = this.averages.row(step);
    this.last = row;
    this.progress.log(row, this.averages.secondsPerStep);
    if (operator) this.progress.solved(step.step, describeSolution(operator));
    if (validation) this.progress.validated(step.step, validation);
    this.averages.reset();
    await appendMetrics(this.metrics, {
      ...row,
      ...named('validation.', validation),
      ...named('operator.', operator),
    });
    const { loss, cosine, gradientNorm, learningRate, imagesPerSecond } = row;
    await this.events.scalars(step.step, {
      loss,
      cosine,
      gradient_norm: gradientNorm,
      learning_rate: learningRate,
      images_per_second: imagesPerSecond,
      ...termsOf(row),
      ...named('validation/', validation),
      ...named('operator/', operator),
    });
  }

  /** A solution that belongs to no step that is logged. */
  async solved(step: number, operator: OperatorFigures): Promise<void> {
    this.progress.solved(step, describeSolution(operator));
    await appendMetrics(this.metrics, { ...this.last, step, ...named('operator.', operator) });
  }

  /** At the end of a session, however it ends; writes the table of all rows. */
  async close(): Promise<void> {
    this.progress.close();
    await this.events.close();
    const rows = await readMetrics(this.metrics);
    await replaceFile(this.metrics.replace(/\.jsonl$/, '.csv'), metricsCsv(rows));
  }
}

const named = (prefix: string, figures: ValidationFigures | OperatorFigures | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(figures ?? {}).map(([name, value]) => [prefix + name, value as number]));
