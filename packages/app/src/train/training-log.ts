// Where the figures of a training go: the screen, and the run's loggers.
import type { DistillationScalars, LogOutcome, TrainingStep } from '@lin/train';
import type { Run } from '../run/run.js';
import { TrainingProgress } from '../terminal/training-progress.js';
import type { ValidationFigures } from '../validation/validation.js';
import { describeSolution, type OperatorFigures } from '../run/operator-solution.js';
import { RunLoggers } from './run-loggers.js';
import { StepAverages, type RunMetricsRow } from './step-averages.js';

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
    private readonly loggers: RunLoggers,
    private readonly progress: TrainingProgress,
  ) {}

  /**
   * Writes nothing yet.
   * @param doneSteps Steps of earlier sessions.
   * @throws LoggerError where a server that the config names is not there.
   */
  static async open(
    run: Pick<Run, 'config' | 'folder'>,
    totals: { steps: number; epochs: number },
    doneSteps: number,
  ): Promise<TrainingLog> {
    const loggers = await RunLoggers.connect(run, doneSteps);
    return new TrainingLog(loggers, new TrainingProgress(totals, doneSteps));
  }

  /** Before the first row: from here on the run's folder is written to. */
  begin(): Promise<void> {
    return this.loggers.begin();
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
    await this.tell(row, { ...named('validation.', validation), ...named('operator.', operator) });
  }

  /** A solution that belongs to no step that is logged. */
  async solved(step: number, operator: OperatorFigures): Promise<void> {
    this.progress.solved(step, describeSolution(operator));
    await this.tell({ ...this.last!, step }, named('operator.', operator));
  }

  /** At the end of a session, however it ends. */
  async close(outcome: LogOutcome): Promise<void> {
    this.progress.close();
    await this.loggers.close(outcome);
  }

  private tell({ step, ...figures }: RunMetricsRow, more: Record<string, number>): Promise<void> {
    return this.loggers.scalars(step, { ...figures, ...more });
  }
}

const named = (prefix: string, figures: ValidationFigures | OperatorFigures | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(figures ?? {}).map(([name, value]) => [prefix + name, value as number]));
