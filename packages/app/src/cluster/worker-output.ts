// What a worker other than 0 prints goes to a file of the run's folder: the screen is worker 0's.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export class WorkerOutput {
  private waiting: string[] | undefined = [];
  private path: string | undefined;
  private readonly write = process.stdout.write;

  /** From now on standard output is kept, until `into` says where it goes. */
  constructor() {
    process.stdout.write = (text: string | Uint8Array) => {
      const line = typeof text === 'string' ? text : Buffer.from(text).toString();
      if (this.path) appendFileSync(this.path, line);
      else this.waiting?.push(line);
      return true;
    };
  }

  /** workers/<index>.log of a run's folder. */
  into(folder: string, index: number): void {
    const path = join(folder, 'workers', `${index}.log`);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, (this.waiting ?? []).join(''));
    [this.path, this.waiting] = [path, undefined];
  }

  close(): void {
    process.stdout.write = this.write;
  }
}
