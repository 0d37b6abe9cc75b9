// Progress on standard error: a bar on a terminal, elsewhere a plain line now and then. Results go to standard output, alone.
import cliProgress from 'cli-progress';

const LINE_EVERY_MS = 10_000;

export class Progress {
  private bar: cliProgress.SingleBar | undefined;
  private readonly started = Date.now();
  private lastLine = Date.now();
  private first: number | undefined;

  /** `unit` is what is counted: "images", "MB". */
  constructor(private readonly unit: string) {}

  /** May be called as often as there is progress. */
  readonly update = ({ done, total }: { done: number; total: number }): void => {
    this.first ??= done; // what an earlier run had done says nothing of this one's speed
    if (process.stderr.isTTY) this.draw(done, total);
    else if (Date.now() - this.lastLine >= LINE_EVERY_MS) this.line(done, total);
  };

  /** Leaves the terminal in order; at an error, too. */
  end(): void {
    this.bar?.stop();
  }

  private draw(done: number, total: number): void {
    if (!this.bar) {
      this.bar = new cliProgress.SingleBar({
        format: `{bar} {value}/{total} ${this.unit}  ETA {eta_formatted}`,
        stream: process.stderr,
        hideCursor: true,
        etaBuffer: 100,
        gracefulExit: false, // Ctrl-C is the command's
      });
      this.bar.start(total, done);
    }
    this.bar.update(done);
  }

  private line(done: number, total: number): void {
    this.lastLine = Date.now();
    const speed = (done - this.first!) / ((this.lastLine - this.started) / 1000);
    const eta = speed > 0 ? `, ${Math.ceil((total - done) / speed)} s to go` : '';
    process.stderr.write(`${done} of ${total} ${this.unit}${eta}\n`);
  }
}
