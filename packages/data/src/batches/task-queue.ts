/** Runs tasks in the order they are added, at most `atOnce` at a time. */
export class TaskQueue {
  private readonly waiting: (() => Promise<void>)[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly atOnce: number) {}

  /** Settles as the task does. */
  add<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => task().then(resolve, reject));
      this.startNext();
    });
  }

  /** Drops the tasks that have not begun, for which `add` never settles, and resolves when none is running. */
  async stop(): Promise<void> {
    this.waiting.length = 0;
    await Promise.all(this.running);
  }

  private startNext(): void {
    while (this.running.size < this.atOnce && this.waiting.length > 0) {
      const run = this.waiting.shift()!().finally(() => {
        this.running.delete(run);
        this.startNext();
      });
      this.running.add(run);
    }
  }
}
