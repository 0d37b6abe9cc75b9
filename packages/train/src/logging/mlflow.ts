// A training as a run of an MLflow server. Requests are sent beside the training, which does not wait for them until it ends.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogOutcome, Logger } from './logger.js';
import { LoggerError } from './logger-error.js';
import { mayPass, MlflowServer, type MlflowRun } from './mlflow-server.js';

export interface MlflowLoggerOptions {
  /** Of the tracking server, such as http://localhost:5000. */
  url: string;
  /** Made where the server has none of that name. */
  experiment?: string;
  runName: string;
  /** To go on with an earlier run; where the server does not have it any more, another one is made. */
  runId?: string | undefined;
  tags?: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`, where the server asks for one. */
  token?: string | undefined;
  /** Told once where something could not be sent, and is lost. */
  onProblem?: (message: string) => void;
}

interface Metric {
  key: string;
  value: number;
  step: number;
  timestamp: number;
}

// The limits of one runs/log-batch request, and of a parameter's value.
const METRICS_AT_ONCE = 1000;
const PARAMETERS_AT_ONCE = 100;
const LONGEST_VALUE = 6000;
/** Before a request is sent again, in ms: a server that restarts is waited for. */
const WAITS = [500, 2000];
const STATUS = { finished: 'FINISHED', interrupted: 'KILLED', failed: 'FAILED' } as const;
const SERVED = /^mlflow-artifacts:/;

/**
 * A training as a run of an MLflow server (https://mlflow.org/docs/latest/rest-api.html): parameters, metrics by step, images among its
 * artifacts. Nothing that the server does ends the training: what cannot be sent after three attempts is dropped, and said once.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import type { AddressInfo } from 'node:net';
 * import { MlflowLogger } from '@lin/train';
 *
 * const answer = { experiment: { experiment_id: '1' }, run: { info: { run_id: 'r', artifact_uri: 'mlflow-artifacts:/1/r' } } };
 * const server = createServer((request, response) => { // in the place of `mlflow server`
 *   console.log(request.method, request.url!.split('?')[0]);
 *   response.end(JSON.stringify(answer));
 * }).listen(0);
 * const log = await MlflowLogger.open({ url: `http://localhost:${(server.address() as AddressInfo).port}`, runName: 'faces' });
 * await log.scalars(1, { loss: 0.5 });
 * await log.close('finished');
 * server.close();
 * ```
 * ```text
 * GET /api/2.0/mlflow/experiments/get-by-name
 * POST /api/2.0/mlflow/runs/create
 * POST /api/2.0/mlflow/runs/log-batch
 * POST /api/2.0/mlflow/runs/update
 * ```
 */
export class MlflowLogger implements Logger {
  private metrics: Metric[] = [];
  private readonly tasks: (() => Promise<void>)[] = [];
  private sending: Promise<void> | undefined;
  private hasLost = false;

  private constructor(
    private readonly server: MlflowServer,
    private readonly run: MlflowRun,
    private readonly onProblem: (message: string) => void,
  ) {}

  /** @throws LoggerError where there is no such server, or it refuses. */
  static async open({
    url,
    experiment = 'Default',
    runName,
    runId,
    tags = {},
    token,
    onProblem = () => {},
  }: MlflowLoggerOptions): Promise<MlflowLogger> {
    const server = new MlflowServer(url, token);
    const earlier = runId === undefined ? undefined : await server.findRun(runId);
    if (earlier) await server.post('runs/update', { run_id: earlier.run_id, status: 'RUNNING' });
    const run = earlier ?? (await server.createRun(await server.experiment(experiment), runName));
    for (const [key, value] of Object.entries(tags))
      await server.post('runs/set-tag', { run_id: run.run_id, key, value });
    return new MlflowLogger(server, run, onProblem);
  }

  /** The server's id of the run: what `runId` takes to go on with it. */
  get runId(): string {
    return this.run.run_id;
  }

  async hyperparameters(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    const params = Object.entries(values).map(([key, value]) => ({
      key,
      value: String(value).slice(0, LONGEST_VALUE),
    }));
    for (let start = 0; start < params.length; start += PARAMETERS_AT_ONCE)
      this.send('runs/log-batch', { params: params.slice(start, start + PARAMETERS_AT_ONCE) });
  }

  /** Numbers that are not finite are left out: JSON has none. */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const timestamp = Date.now();
    for (const [key, value] of Object.entries(values))
      if (Number.isFinite(value)) this.metrics.push({ key, value, step, timestamp });
    this.wake();
  }

  /** Among the run's artifacts, `figures/<name>-<step>.png`, where the server keeps files (`mlflow server` does). */
  async image(step: number, name: string, png: Uint8Array): Promise<void> {
    if (!SERVED.test(this.run.artifact_uri))
      return this.lose(new LoggerError(`Images are kept at ${this.run.artifact_uri}, not by the server.`));
    this.tasks.push(() => this.server.putArtifact(this.run, `figures/${name}-${step}.png`, png));
    this.wake();
  }

  async close(outcome: LogOutcome = 'finished'): Promise<void> {
    this.send('runs/update', { status: STATUS[outcome], end_time: Date.now() });
    await this.sending;
  }

  private send(path: string, body: object): void {
    this.tasks.push(() => this.server.post(path, { run_id: this.runId, ...body }));
    this.wake();
  }

  private wake(): void {
    this.sending ??= this.sendAll();
  }

  /** Metrics go first, as many as there are by then in one request. */
  private async sendAll(): Promise<void> {
    await Promise.resolve(); // what is logged at once goes together
    while (this.metrics.length + this.tasks.length > 0) {
      const metrics = this.metrics.splice(0, METRICS_AT_ONCE);
      await this.attempt(
        metrics.length > 0
          ? () => this.server.post('runs/log-batch', { run_id: this.runId, metrics })
          : this.tasks.shift()!,
      );
    }
    this.sending = undefined;
  }

  private async attempt(task: () => Promise<void>): Promise<void> {
    for (const wait of [...WAITS, undefined]) {
      try {
        return await task();
      } catch (error) {
        if (wait === undefined || this.hasLost || !mayPass(error)) return this.lose(error as Error);
        await sleep(wait);
      }
    }
  }

  private lose({ message }: Error): void {
    if (!this.hasLost) this.onProblem(`${message} What cannot be sent is lost; the training goes on.`);
    this.hasLost = true;
  }
}
