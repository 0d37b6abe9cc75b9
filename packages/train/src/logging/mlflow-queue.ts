// What is to be sent to an MLflow server, in order, beside a training that does not wait for it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MlflowParameter } from './mlflow-parameters.js';
import { isRefusedAsWritten, mayPass, type MlflowServer } from './mlflow-server.js';

export interface MlflowMetric {
  key: string;
  value: number;
  step: number;
  timestamp: number;
}

type Task = () => Promise<void>;

// The limits of one runs/log-batch request.
const METRICS_AT_ONCE = 1000;
const PARAMETERS_AT_ONCE = 100;
/** Before a request is sent again, in ms: a server that restarts is waited for. */
const WAITS = [500, 2000];
/** Before a server that was not back by then is asked again, in ms. */
const LONG_WAIT = 30_000;

export class MlflowQueue {
  private readonly metrics: MlflowMetric[] = [];
  private readonly tasks: Task[] = [];
  private sending: Promise<void> | undefined;
  private readonly closing = new AbortController();
  /** The last request that could be sent again was not answered. */
  private isAway = false;
  private hasSaidAway = false;
  private hasLost = false;

  constructor(
    private readonly server: MlflowServer,
    private readonly runId: string,
    private readonly onProblem: (message: string) => void,
  ) {}

  addMetrics(metrics: readonly MlflowMetric[]): void {
    this.metrics.push(...metrics);
    this.wake();
  }

  addParameters(parameters: readonly MlflowParameter[]): void {
    for (let start = 0; start < parameters.length; start += PARAMETERS_AT_ONCE) {
      const some = parameters.slice(start, start + PARAMETERS_AT_ONCE);
      this.add(() => this.inParts('params', some));
    }
  }

  /** A request of another kind. */
  add(task: Task): void {
    this.tasks.push(task);
    this.wake();
  }

  /** All is sent, or cannot be: a server that is away now is not waited for. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.sending;
  }

  lose(reason: string): void {
    if (!this.hasLost) this.onProblem(`${reason} What cannot be sent is lost; the training goes on.`);
    this.hasLost = true;
  }

  private wake(): void {
    this.sending ??= this.sendAll();
  }

  /** Metrics go first, as many as there are by then in one request. What was not answered stays the first. */
  private async sendAll(): Promise<void> {
    await Promise.resolve(); // what is logged at once goes together
    while (this.metrics.length + this.tasks.length > 0) {
      const some = this.metrics.slice(0, METRICS_AT_ONCE);
      const problem = await this.attempt(some.length > 0 ? () => this.inParts('metrics', some) : this.tasks[0]!);
      if (problem && !this.closing.signal.aborted) {
        this.sayAway(problem);
        await sleep(LONG_WAIT, undefined, { signal: this.closing.signal }).catch(() => {});
        continue;
      }
      if (problem) this.lose(problem);
      if (some.length > 0) this.metrics.splice(0, some.length);
      else this.tasks.shift();
    }
    this.sending = undefined;
  }

  /** What stands in the way where the server does not answer; what it refuses is lost. */
  private async attempt(task: Task): Promise<string | undefined> {
    for (const wait of [...(this.isAway ? [] : WAITS), undefined]) {
      try {
        await task();
        this.isAway = false;
        return undefined;
      } catch (error) {
        const { message } = error as Error;
        if (!mayPass(error)) {
          this.isAway = false;
          return void this.lose(message);
        }
        if (wait === undefined) {
          this.isAway = true;
          return message;
        }
        await sleep(wait);
      }
    }
    throw new Error('unreachable: the last attempt returns');
  }

  /** Of a batch that is refused for what is in it, halves are sent, down to the entries that are refused. */
  private async inParts(kind: 'metrics' | 'params', entries: readonly object[]): Promise<void> {
    try {
      await this.server.post('runs/log-batch', { run_id: this.runId, [kind]: entries });
    } catch (error) {
      if (!isRefusedAsWritten(error) || entries.length === 1) throw error;
      const middle = Math.ceil(entries.length / 2);
      for (const half of [entries.slice(0, middle), entries.slice(middle)])
        await this.inParts(kind, half).catch((problem: Error) => {
          if (!isRefusedAsWritten(problem)) throw problem;
          this.lose(problem.message);
        });
    }
  }

  private sayAway(reason: string): void {
    if (!this.hasSaidAway) this.onProblem(`${reason} What it is to have waits until it answers; the training goes on.`);
    this.hasSaidAway = true;
  }
}
