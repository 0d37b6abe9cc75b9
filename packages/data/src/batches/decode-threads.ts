// Threads that read and decode. They are kept for the next epoch once an epoch is over, and hold no file and no process open while they
// have nothing to do.
import { Worker } from 'node:worker_threads';
import { RecordError } from '../errors.js';
import type { DecodedGroup, RecordGroup } from './decode-group.js';
import type { Reply, Request } from './decode-worker.js';

interface Waiter {
  resolve: (reply: Reply) => void;
  reject: (error: Error) => void;
}

const idle: DecodeThread[] = [];

/** Up to `most` threads for one consumer and one .rec, begun as they are needed; give them back by `close`, with no group under way. */
export class DecodeThreads {
  private readonly threads: DecodeThread[] = [];

  constructor(private readonly most: number) {}

  /** On the thread with the least to do. @throws RecordError where the .rec cannot be opened; Error when the thread dies. */
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

class DecodeThread {
  isAlive = true;
  // plain Node: no loader of the parent's
  private readonly worker = new Worker(new URL('./decode-worker.js', import.meta.url), { execArgv: [] });
  private readonly waiting = new Map<number, Waiter>();
  private nextId = 0;

  constructor() {
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error: Error) => this.die(error));
    this.worker.on('exit', (code) => this.die(new Error(`a decoding thread ended with code ${code}`)));
    this.worker.unref(); // after the listeners: one for messages keeps the process alive again
  }

  /** Requests it has yet to answer. */
  get load(): number {
    return this.waiting.size;
  }

  async decode(group: RecordGroup): Promise<DecodedGroup> {
    return (await this.ask({ group })).decoded!;
  }

  async closeFile(): Promise<void> {
    await this.ask({});
  }

  private ask(request: Omit<Request, 'id'>): Promise<Reply> {
    const id = this.nextId++;
    if (!this.isAlive) return Promise.reject(new Error('a decoding thread has ended'));
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, ...request });
    });
  }

  private settle(reply: Reply): void {
    const waiter = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.load === 0) this.worker.unref();
    if (reply.error) waiter?.reject(reply.isRecordError ? new RecordError(reply.error.message) : reply.error);
    else waiter?.resolve(reply);
  }

  private die(error: Error): void {
    this.isAlive = false;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
