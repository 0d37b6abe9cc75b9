// A training as a run of an MLflow server. Requests are sent beside the training, which does not wait for them until it ends.
import type { LogOutcome, Logger } from './logger.js';
import { parametersToLog, type LoggedParameters } from './mlflow-parameters.js';
import { MlflowQueue } from './mlflow-queue.js';
import { MlflowServer, type MlflowRun } from './mlflow-server.js';

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
  /** Told once where the server is away, and once where something could not be sent, and is lost. */
  onProblem?: (message: string) => void;
}

/** A tag: how often the run was gone on with. */
const RESUMED = 'lin.resumed';
const STATUS = { finished: 'FINISHED', interrupted: 'KILLED', failed: 'FAILED' } as const;
const SERVED = /^mlflow-artifacts:/;

/**
 * A training as a run of an MLflow server (https://mlflow.org/docs/latest/rest-api.html): parameters, metrics by step, images among its
 * artifacts. Nothing that the server does ends the training. While it is away, all waits for it, until the training ends; what it refuses,
 * or what cannot be sent in the end, is lost, and said once.
 *
 * A server does not let a run's parameter be changed. Where a run is gone on with under another value, that stands beside the first one:
 * `rate` as `rate.resumed_2` where it was changed for the second continuation.
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
  private readonly queue: MlflowQueue;

  private constructor(
    private readonly server: MlflowServer,
    private readonly run: MlflowRun,
    private readonly logged: LoggedParameters,
    onProblem: (message: string) => void,
  ) {
    this.queue = new MlflowQueue(server, run.run_id, onProblem);
  }

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
    if (earlier) await server.post('runs/update', { run_id: earlier.info.run_id, status: 'RUNNING' });
    const run = earlier?.info ?? (await server.createRun(await server.experiment(experiment), runName));
    const resumed = earlier ? Number(earlier.tags.get(RESUMED) ?? 0) + 1 : 0;
    for (const [key, value] of Object.entries({ ...tags, ...(resumed > 0 && { [RESUMED]: String(resumed) }) }))
      await server.post('runs/set-tag', { run_id: run.run_id, key, value });
    return new MlflowLogger(server, run, { values: earlier?.params ?? new Map(), resumed }, onProblem);
  }

  /** The server's id of the run: what `runId` takes to go on with it. */
  get runId(): string {
    return this.run.run_id;
  }

  async hyperparameters(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.queue.addParameters(parametersToLog(values, this.logged));
  }

  /** Numbers that are not finite are left out: JSON has none. */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    const timestamp = Date.now();
    const finite = Object.entries(values).filter(([, value]) => Number.isFinite(value));
    this.queue.addMetrics(finite.map(([key, value]) => ({ key, value, step, timestamp })));
  }

  /** Among the run's artifacts, `figures/<name>-<step>.png`, where the server keeps files (`mlflow server` does). */
  async image(step: number, name: string, png: Uint8Array): Promise<void> {
    const { artifact_uri: uri } = this.run;
    if (!SERVED.test(uri)) return this.queue.lose(`Images are kept at ${uri}, not by the server.`);
    this.queue.add(() => this.server.putArtifact(this.run, `figures/${name}-${step}.png`, png));
  }

  async close(outcome: LogOutcome = 'finished'): Promise<void> {
    const body = { run_id: this.runId, status: STATUS[outcome], end_time: Date.now() };
    this.queue.add(() => this.server.post('runs/update', body));
    await this.queue.close();
  }
}
