// An ONNX session in a worker thread, as promises: any named inputs, all outputs by name, and a caller whose event loop stays free.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { guardExit, newThreadFlags } from './exit-guard.js';
import type { Provider, SkippedProvider } from './open-in-order.js';
import type { PixelScaling } from './planes.js';

export interface SessionOptions {
  path: string;
  /** Threads inside one run. */
  threads?: number;
  /** In order of preference. */
  providers?: readonly Provider[];
}

export interface SessionTensor {
  data: Float32Array<ArrayBuffer>;
  dims: readonly number[];
}

/** Images as bytes: they become planes in the worker. */
export interface PixelFeed {
  /** RGB, [count, height, width, 3], count ≤ batch; the images that are missing are zero. */
  pixels: Uint8Array;
  batch: number;
  height: number;
  width: number;
  layout: 'nchw' | 'nhwc';
  scaling: PixelScaling;
}

export type Feed = { data: Float32Array; dims: readonly number[] } | PixelFeed;

export interface SessionDescription {
  provider: Provider;
  skipped: readonly SkippedProvider[];
  inputs: readonly { name: string; type: string; dims: readonly (number | string)[] }[];
  outputs: readonly { name: string; type: string; dims: readonly (number | string)[] }[];
}

/** To run the feeds, or without any, to release the session. */
export interface Request {
  id: number;
  feeds?: Record<string, Feed>;
}

export type Reply =
  | { opened: SessionDescription }
  | { refused: string }
  | { id: number; outputs?: Record<string, SessionTensor>; error?: string };

interface Waiter {
  resolve(outputs: Record<string, SessionTensor>): void;
  reject(error: Error): void;
}

/** The thread is gone, whatever the feeds were. */
export class SessionEndedError extends Error {
  override name = 'SessionEndedError';
}

export class Session {
  private readonly waiting = new Map<number, Waiter>();
  private nextId = 0;
  private end: Error | undefined;

  private constructor(
    private readonly worker: Worker,
    /** What was opened: where it computes, and the graph's inputs and outputs. */
    readonly description: SessionDescription,
  ) {
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', (error: Error) =>
      this.finish(new SessionEndedError(`the onnxruntime thread failed: ${error.message}`)),
    );
    worker.on('exit', (code) => this.finish(endedWith(code)));
    worker.unref(); // after the listeners: one for messages keeps the process alive again
  }

  /** @throws Error with onnxruntime's words where no provider can load the model. */
  static async open({ path, threads = availableParallelism(), providers = ['cpu'] }: SessionOptions): Promise<Session> {
    const flags = newThreadFlags();
    const guard = guardExit(flags);
    const worker = new Worker(new URL('./session-worker.js', import.meta.url), {
      workerData: { path, threads, providers, flags },
      execArgv: [], // plain Node: no loader of the parent's
    });
    worker.once('exit', guard.release);
    try {
      return new Session(worker, await opening(worker));
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /** Runs that have not answered yet. */
  get load(): number {
    return this.waiting.size;
  }

  get isOpen(): boolean {
    return this.end === undefined;
  }

  /**
   * One run; several wait for each other in the order of their calls. Feeds are copied, outputs are the caller's.
   * @throws Error with onnxruntime's words where the feeds do not fit the model, or after `close`.
   */
  run(feeds: Record<string, Feed>): Promise<Record<string, SessionTensor>> {
    return this.ask({ feeds: Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, copyOf(feed)])) });
  }

  /** Releases the model once the runs before it have answered, and ends the thread. */
  async close(): Promise<void> {
    if (!this.end) {
      await this.ask({}).catch(() => undefined);
      this.finish(new SessionEndedError('the session is closed'));
    }
    await this.worker.terminate();
  }

  private ask(request: Omit<Request, 'id'>): Promise<Record<string, SessionTensor>> {
    if (this.end) return Promise.reject(this.end);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, ...request } satisfies Request, Object.values(request.feeds ?? {}).map(bufferOf));
    });
  }

  private settle(reply: Reply): void {
    if (!('id' in reply)) return;
    const waiter = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.worker.unref(); // a session that nobody closed does not keep the process alive
    if (reply.error === undefined) waiter?.resolve(reply.outputs ?? {});
    else waiter?.reject(new Error(reply.error));
  }

  private finish(error: Error): void {
    this.end ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function opening(worker: Worker): Promise<SessionDescription> {
  return new Promise((resolve, reject) => {
    worker.once('message', (reply: Reply) => {
      if ('opened' in reply) resolve(reply.opened);
      else reject(new Error('refused' in reply ? reply.refused : 'the onnxruntime thread answers out of turn'));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(endedWith(code)));
  });
}

const endedWith = (code: number) => new SessionEndedError(`the onnxruntime thread ended with code ${code}`);

/** Not a view of another's buffer: a message would carry that whole. */
const copyOf = (feed: Feed): Feed =>
  'pixels' in feed ? { ...feed, pixels: new Uint8Array(feed.pixels) } : { ...feed, data: new Float32Array(feed.data) };
const bufferOf = (feed: Feed) => ('pixels' in feed ? feed.pixels : feed.data).buffer as ArrayBuffer;
