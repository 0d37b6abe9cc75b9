// Progress: a bar on a terminal, elsewhere a plain line now and then. On standard error, so that results have standard output alone.
import cliProgress from 'cli-progress';
import { duration } from './duration.js';

export interface ProgressOptions {
  /** What is counted: "images", "MB". */
  unit: string;
  /** How much of what `update` is told makes one of them. Default 1. */
  scale?: number;
  /** What is done; stands before the numbers. */
  label?: string;
  stream?: NodeJS.WriteStream;
  /** Milliseconds between two lines where there is no terminal. Default 10 s. */
  lineEveryMs?: number;
}

export class Progress {
  private bar: cliProgress.SingleBar | undefined;
  private readonly started = Date.now();
  private lastLine = this.started;
  private first: number | undefined;
  private readonly options: Required<ProgressOptions>;

  constructor(options: ProgressOptions) {
    this.options = { scale: 1, label: '', stream: process.stderr, lineEveryMs: 10_000, ...options };
  }

  /** May be called as often as there is progress. */
  readonly update = ({ done, total }: { done: number; total: number }): void => {
    const { scale, stream, lineEveryMs } = this.options;
    const [shown, of] = [Math.floor(done / scale), Math.ceil(total / scale)];
    this.first ??= shown; // what an earlier run had done says nothing of this one's speed
    if (stream.isTTY) this.draw(shown, of);
    else if (Date.now() - this.lastLine >= lineEveryMs) this.line(shown, of);
  };

  /** Leaves the terminal in order; at an error, too. */
  close(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  private draw(done: number, total: number): void {
    const { label, unit, stream } = this.options;
    if (!this.bar) {
      this.bar = new cliProgress.SingleBar({
        format: `${label && `${label}  `}{bar} {value}/{total} ${unit}  ETA {eta_formatted}`,
        stream,
        hideCursor: true,
        etaBuffer: 100,
        gracefulExit: false, // Ctrl-C is the command's
      });
      this.bar.start(total, done);
    }
    this.bar.update(done);
  }

  private line(done: number, total: number): void {
    const { label, unit, stream } = this.options;
    this.lastLine = Date.now();
    const speed = (done - this.first!) / ((this.lastLine - this.started) / 1000);
    const eta = speed > 0 ? `, ${duration((total - done) / speed)} to go` : '';
    stream.write(`${label && `${label}: `}${done} of ${total} ${unit}${eta}\n`);
  }
}
