// Threads that read and decode. They are kept for the next epoch once an epoch is over, and hold no file and no process open while they
// have nothing to do.
import { AnsweringThread } from '../answering-thread.js';
import { RecordError } from '../errors.js';
import type { DecodedGroup, RecordGroup } from './decode-group.js';
import type { Reply, Request } from './decode-worker.js';

const idle: DecodeThread[] = [];

/** Up to `most` threads for one consumer, begun as they are needed; give them back by `close`, with no group under way. */
export class DecodeThreads {
  private readonly threads: DecodeThread[] = [];

  constructor(private readonly most: number) {}

  /** On the thread with the least to do. @throws RecordError where a .rec cannot be opened; Error when the thread dies. */
  decode(group: RecordGroup): Promise<DecodedGroup> {
    const idlest = this.threads.reduce<DecodeThread | undefined>(
      (least, thread) => (least && least.load <= thread.load ? least : thread),
      undefined,
    );
    return (idlest && (idlest.load === 0 || this.threads.length === this.most) ? idlest : this.begin()).decode(group);
  }

  async close(): Promise<void> {
    const threads = this.threads.splice(0);
    await Promise.allSettled(threads.map((thread) => thread.closeFile()));
    idle.push(...threads.filter((thread) => thread.isAlive));
  }

  private begin(): DecodeThread {
    const thread = idle.pop() ?? new DecodeThread();
    this.threads.push(thread);
    return thread;
  }
}

class DecodeThread extends AnsweringThread<Request, Reply> {
  constructor() {
    super(new URL('./decode-worker.js', import.meta.url), 'decoding');
  }

  async decode(group: RecordGroup): Promise<DecodedGroup> {
    if (!this.isAlive) throw new Error('a decoding thread has ended');
    return (await this.ask({ group })).decoded!;
  }

  async closeFile(): Promise<void> {
    await this.ask({});
  }

  protected override errorOf(error: Error, { isRecordError }: Reply): Error {
    return isRecordError ? new RecordError(error.message) : error;
  }
}
