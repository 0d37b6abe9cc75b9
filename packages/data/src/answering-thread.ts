// A thread that answers requests, several under way at once. It keeps the process alive only while it has something to answer.
import { Worker } from 'node:worker_threads';

interface Answer {
  id: number;
  error?: Error;
}

interface Waiter<A> {
  resolve: (answer: A) => void;
  reject: (error: Error) => void;
}

export class AnsweringThread<Request extends { id: number }, Reply extends Answer> {
  private failure: Error | undefined;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiter<Reply>>();
  private nextId = 0;

  /** @param kind What it does, for messages: `decoding`. */
  constructor(program: URL, kind: string) {
    this.worker = new Worker(program, { execArgv: [] }); // plain Node: no loader of the parent's
    this.worker.on('message', (reply: Reply) => this.settle(reply));
    this.worker.on('error', (error: Error) => this.die(error));
    this.worker.on('exit', (code) => this.die(new Error(`a ${kind} thread ended with code ${code}`)));
    this.worker.unref(); // after the listeners: one for messages keeps the process alive again
  }

  get isAlive(): boolean {
    return !this.failure;
  }

  /** Requests it has yet to answer. */
  get load(): number {
    return this.waiting.size;
  }

  /** @throws Error where it answers with one, or what ended it. */
  ask(request: Omit<Request, 'id'>): Promise<Reply> {
    const id = this.nextId++;
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, ...request });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  /** The error that a reply stands for. */
  protected errorOf(error: Error, _reply: Reply): Error {
    return error;
  }

  private settle(reply: Reply): void {
    const waiter = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.load === 0) this.worker.unref();
    if (reply.error) waiter?.reject(this.errorOf(reply.error, reply));
    else waiter?.resolve(reply);
  }

  private die(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}
