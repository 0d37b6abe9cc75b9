// Embedding on the screen: a line that counts up on a terminal, one plain line for every twentieth elsewhere. Silent where nothing is done.
import { duration } from '@lin/command-line';

export interface EmbeddingStep {
  images: number;
  total: number;
  /** Of `images`, those that earlier sessions had done. */
  found: number;
}

const PLAIN_LINES = 20;

export class EmbeddingProgress {
  private readonly startedAt = performance.now();
  private lastLine = -1;

  constructor(
    private readonly label: string,
    private readonly stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stdout,
  ) {}

  update({ images, total, found }: EmbeddingStep): void {
    const line = Math.floor((images * PLAIN_LINES) / total);
    if (!this.stream.isTTY && line === this.lastLine) return;
    this.lastLine = line;
    const perSecond = (images - found) / Math.max(1e-3, (performance.now() - this.startedAt) / 1000);
    const text = `${this.label}: ${images}/${total}  ${perSecond.toFixed(0)} images/s  ETA ${duration((total - images) / perSecond)}`;
    if (!this.stream.isTTY) this.stream.write(`${text}\n`);
    else this.stream.write(`\r${text}\u001b[K${images === total ? '\n' : ''}`);
  }
}
