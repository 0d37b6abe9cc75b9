// Threads that decode. They are kept for the next epoch once an epoch is over, and hold no process open while they have nothing to do.
import { Worker } from 'node:worker_threads';
import type { DecodedGroup, ImageGroup } from './decode-group.js';

interface Waiter {
  resolve: (decoded: DecodedGroup) => void;
  reject: (error: Error) => void;
}

const idle: DecodeThread[] = [];

/** Some threads for one consumer; give them back by `release`, with no group under way. */
export class DecodeThreads {
  private constructor(private readonly threads: DecodeThread[]) {}

  static borrow(count: number): DecodeThreads {
    return new DecodeThreads(Array.from({ length: count }, () => idle.pop() ?? new DecodeThread()));
  }

  /** On the thread with the least to do; `group.bytes` and `group.pixels` are handed over. @throws Error when the thread dies. */
  decode(group: ImageGroup): Promise<DecodedGroup> {
    return this.threads.reduce((least, thread) => (thread.load < least.load ? thread : least)).decode(group);
  }

  release(): void {
    idle.push(...this.threads.splice(0).filter((thread) => thread.isAlive));
  }
}

class DecodeThread {
  isAlive = true;
  private readonly worker = new Worker(new URL('./decode-worker.js', import.meta.url), { execArgv: [] }); // plain Node: no loader of the parent's
  private readonly waiting = new Map<number, Waiter>();
  private nextId = 0;

  constructor() {
    this.worker.unref();
    this.worker.on('message', ({ id, decoded }: { id: number; decoded: DecodedGroup }) => this.take(id)?.resolve(decoded));
    this.worker.on('error', (error: Error) => this.die(error));
    this.worker.on('exit', (code) => this.die(new Error(`a decoding thread ended with code ${code}`)));
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
