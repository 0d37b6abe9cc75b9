// An ONNX session in a worker thread, as promises.
import { Worker } from 'node:worker_threads';

export interface SessionOptions {
  path: string;
  /** Threads inside one run. */
  threads: number;
  /** onnxruntime's own names, in order of preference. */
  executionProviders: readonly string[];
}

export interface SessionOutput {
  data: Float32Array;
  dims: readonly number[];
}

type Reply = { ready: boolean; error?: string } | { id: number; data: Float32Array; dims: number[]; error?: undefined } | { id: number; error: string };

export class Session {
  private readonly waiting = new Map<number, { resolve: (output: SessionOutput) => void; reject: (error: Error) => void }>();
  private nextId = 0;

  private constructor(private readonly worker: Worker) {}

  /** @throws Error with onnxruntime's words when the model cannot be loaded. */
  static create({ path, threads, executionProviders }: SessionOptions): Promise<Session> {
    const worker = new Worker(new URL('./session-worker.js', import.meta.url), {
      workerData: { path, threads, executionProviders },
      execArgv: [], // plain Node: no loader of the parent's
    });
    const session = new Session(worker);
    return new Promise((resolve, reject) => {
      worker.on('message', (reply: Reply) => {
        if (!('ready' in reply)) session.settle(reply);
        else if (reply.ready) resolve(session);
        else void worker.terminate().then(() => reject(new Error(reply.error)));
      });
      const fail = (error: Error) => {
        reject(error);
        session.failAll(error);
      };
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`the onnxruntime thread ended with code ${code}`)));
    });
  }

  /** Runs the model's one input; `pixels` is handed over and must not be used afterwards. */
  run(pixels: Float32Array<ArrayBuffer>, shape: readonly number[]): Promise<SessionOutput> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, pixels, shape }, [pixels.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(reply: Exclude<Reply, { ready: boolean }>): void {
    const waiter = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (reply.error === undefined) waiter?.resolve(reply);
    else waiter?.reject(new Error(reply.error));
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
