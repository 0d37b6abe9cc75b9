// Threads that decode. They are kept for the next epoch once an epoch is over, and hold no process open while they have nothing to do.
import { Worker } from 'node:worker_threads';
import type { DecodedGroup, ImageGroup } from './decode-group.js';

interface Waiter {
  resolve: (decoded: DecodedGroup) => void;
  reject: (error: Error) => void;
}

const idle: DecodeThread[] = [];

/** Up to `most` threads for one consumer, begun as they are needed; give them back by `release`, with no group under way. */
export class DecodeThreads {
  private readonly threads: DecodeThread[] = [];

  constructor(private readonly most: number) {}

  /** On the thread with the least to do; `group.bytes` and `group.pixels` are handed over. @throws Error when the thread dies. */
  decode(group: ImageGroup): Promise<DecodedGroup> {
    const idlest = this.threads.reduce<DecodeThread | undefined>((least, thread) => (least && least.load <= thread.load ? least : thread), undefined);
    return (idlest && (idlest.load === 0 || this.threads.length === this.most) ? idlest : this.begin()).decode(group);
  }

  release(): void {
    idle.push(...this.threads.splice(0).filter((thread) => thread.isAlive));
  }

  private begin(): DecodeThread {
    const thread = idle.pop() ?? new DecodeThread();
    this.threads.push(thread);
    return thread;
  }
}

class DecodeThread {
  isAlive = true;
  private readonly worker = new Worker(new URL('./decode-worker.js', import.meta.url), { execArgv: [] }); // plain Node: no loader of the parent's
  private readonly waiting = new Map<number, Waiter>();
  private nextId = 0;

  constructor() {
    this.worker.on('message', ({ id, decoded }: { id: number; decoded: DecodedGroup }) => this.take(id)?.resolve(decoded));
    this.worker.on('error', (error: Error) => this.die(error));
    this.worker.on('exit', (code) => this.die(new Error(`a decoding thread ended with code ${code}`)));
    this.worker.unref(); // after the listeners: one for messages keeps the process alive again
  }

  /** Groups it has yet to answer. */
  get load(): number {
    return this.waiting.size;
  }

  decode(group: ImageGroup): Promise<DecodedGroup> {
    const id = this.nextId++;
    if (!this.isAlive) return Promise.reject(new Error('a decoding thread has ended'));
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, group }, [group.bytes.buffer, group.pixels.buffer]);
    });
  }

  private take(id: number): Waiter | undefined {
    const waiter = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.load === 0) this.worker.unref();
    return waiter;
  }

  private die(error: Error): void {
    this.isAlive = false;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
