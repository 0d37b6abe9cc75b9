// The calls of something that is closed in the end: closing lets those that were begun finish, and no others begin.
import { TeacherError } from './errors.js';

export class OpenCalls {
  private readonly running = new Set<Promise<unknown>>();
  private isClosed = false;

  /** `what` is closed, says a call that comes too late. */
  constructor(private readonly what: string) {}

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.isClosed) throw new TeacherError(`${this.what} is closed; open it again.`);
    const result = call();
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.running);
  }
}
