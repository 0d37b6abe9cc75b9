// Training on the screen: a bar on a terminal, one plain line per logged interval elsewhere.
import cliProgress from 'cli-progress';
import { note } from './console.js';
import { duration } from '@lin/command-line';

/** What is shown of a logged interval. */
export interface ShownFigures {
  step: number;
  epoch: number;
  loss: number;
  cosine: number;
  imagesPerSecond: number;
}

/** What validation found, where it could be measured. */
export interface ShownValidation {
  cosine: number;
  accuracy?: number;
  inverseError?: number;
}

export class TrainingProgress {
  private readonly bar: cliProgress.SingleBar | undefined;
  private readonly below: string[] = [];

  constructor(
    private readonly totals: { steps: number; epochs: number },
    private readonly startStep: number,
  ) {
    if (!process.stdout.isTTY) return;
    this.bar = new cliProgress.SingleBar({
      format:
        '{bar} {value}/{total}  epoch {epoch}  {speed} images/s  loss {loss}  cosine {cosine}  validation ' +
        '{validation}  ETA {eta_formatted}',
      stream: process.stdout,
      hideCursor: true,
      etaBuffer: 30,
    });
    this.bar.start(totals.steps, startStep, { epoch: '–', speed: '–', loss: '–', cosine: '–', validation: '–' });
  }

  /** After every step. */
  step(step: number): void {
    this.bar?.update(step);
  }

  /** After every logged interval. */
  log({ step, epoch, loss, cosine, imagesPerSecond }: ShownFigures, secondsPerStep: number): void {
    const shown = {
      epoch: `${epoch + 1}/${this.totals.epochs}`,
      speed: imagesPerSecond.toFixed(1),
      loss: loss.toExponential(3),
      cosine: cosine.toFixed(4),
    };
    if (this.bar) this.bar.update(step, shown);
    else {
      const isFirst = step === this.startStep + 1; // it records the step and warms everything up
      const eta = isFirst ? '–' : duration((this.totals.steps - step) * secondsPerStep);
      note(
        `step ${step}/${this.totals.steps}  epoch ${shown.epoch}  ${shown.speed} images/s  loss ${shown.loss}  ` +
          `cosine ${shown.cosine}  ETA ${eta}`,
      );
    }
  }

  validated(step: number, { cosine, accuracy, inverseError }: ShownValidation): void {
    if (this.bar) {
      this.bar.update(step, { validation: cosine.toFixed(4) });
      return;
    }
    const pairs = accuracy === undefined ? '' : `  pairs told apart ${(100 * accuracy).toFixed(2)} %`;
    const inverse = inverseError === undefined ? '' : `  inverse error ${inverseError.toExponential(2)}`;
    note(`step ${step}/${this.totals.steps}  validation  cosine ${cosine.toFixed(4)}${pairs}${inverse}`);
  }

  /** A in closed form, in words: beside a bar they would not fit, and stand below it once it has ended. */
  solved(step: number, words: string): void {
    const line = `step ${step}/${this.totals.steps}  operator  ${words}`;
    if (this.bar) this.below.push(line);
    else note(line);
  }

  close(): void {
    this.bar?.stop();
    this.below.splice(0).forEach(note);
  }
}
