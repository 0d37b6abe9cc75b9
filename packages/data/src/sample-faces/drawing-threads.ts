// Threads that draw faces: two cores draw a set in little more than half the time of one.
import { Worker } from 'node:worker_threads';
import type { IdentityToDraw } from './draw-identity.js';
import type { Reply, Request } from './draw-worker.js';

interface Waiter {
  resolve: (jpegs: Uint8Array[]) => void;
  reject: (error: Error) => void;
}

export class DrawingThreads {
  private readonly threads: DrawingThread[];

  constructor(count: number) {
    this.threads = Array.from({ length: count }, () => new DrawingThread());
  }

  /** On the thread with the least to do. @throws Error where the thread dies. */
  draw(identity: IdentityToDraw): Promise<Uint8Array[]> {
    return this.threads.reduce((least, thread) => (thread.load < least.load ? thread : least)).draw(identity);
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}

class DrawingThread {
  // plain Node: no loader of the parent's
  private readonly worker = new Worker(new URL('./draw-worker.js', import.meta.url), { execArgv: [] });
  private readonly waiting = new Map<number, Waiter>();
  private failure: Error | undefined;
  private nextId = 0;

  constructor() {
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`a drawing thread ended with code ${code}`)));
  }

  /** Identities it has yet to draw. */
  get load(): number {
    return this.waiting.size;
  }

  draw(identity: IdentityToDraw): Promise<Uint8Array[]> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, identity } satisfies Request);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private settle({ id, jpegs, error }: Reply): void {
    const waiter = this.waiting.get(id);
    this.waiting.delete(id);
    if (jpegs) waiter?.resolve(jpegs);
    else waiter?.reject(error!);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
