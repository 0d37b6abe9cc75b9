// Progress on standard error: a bar on a terminal, elsewhere a plain line now and then. Results go to standard output, alone.
import cliProgress from 'cli-progress';

const LINE_EVERY_MS = 10_000;

export class Progress {
  private bar: cliProgress.SingleBar | undefined;
  private lastLine = Date.now();

  /** `unit` is what is counted: "MB", of `scale` of what `update` is told. */
  constructor(
    private readonly unit: string,
    private readonly scale = 1,
  ) {}

  /** May be called as often as there is progress. */
  readonly update = ({ done, total }: { done: number; total: number }): void => {
    const [shown, of] = [Math.floor(done / this.scale), Math.ceil(total / this.scale)];
    if (process.stderr.isTTY) this.draw(shown, of);
    else if (Date.now() - this.lastLine >= LINE_EVERY_MS) this.line(shown, of);
  };

  /** Leaves the terminal in order; at an error, too. */
  end(): void {
    this.bar?.stop();
  }

  private draw(done: number, total: number): void {
    if (!this.bar) {
      const format = `{bar} {value}/{total} ${this.unit}  ETA {eta_formatted}`;
      this.bar = new cliProgress.SingleBar({
        format,
        stream: process.stderr,
        hideCursor: true,
        etaBuffer: 100,
        gracefulExit: false,
      }); // Ctrl-C is the command's
      this.bar.start(total, done);
    }
    this.bar.update(done);
  }

  private line(done: number, total: number): void {
    this.lastLine = Date.now();
    process.stderr.write(`${done} of ${total} ${this.unit}\n`);
  }
}
