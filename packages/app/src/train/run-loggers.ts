// The loggers of a run: its metrics file, TensorBoard, and the server that its config names.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@lin/files';
import { MetricsFile, MlflowLogger, TensorBoardWriter, type Logger, type LogOutcome } from '@lin/train';
import type { Run } from '../run/run.js';
import { warn } from '../terminal/console.js';

type LoggedRun = Pick<Run, 'config' | 'folder'>;

/** Several as one, in the order of the list: a run's server from the beginning, its files from `begin` on. */
export class RunLoggers implements Logger {
  private readonly all: Logger[];

  private constructor(
    private readonly run: LoggedRun,
    private readonly doneSteps: number,
    private readonly server: MlflowLogger | undefined,
  ) {
    this.all = server ? [server] : [];
  }

  /** Asks the server that the config names, and writes nothing. @throws LoggerError where it is not there. */
  static async connect(run: LoggedRun, doneSteps: number): Promise<RunLoggers> {
    return new RunLoggers(run, doneSteps, await openMlflow(run));
  }

  /** Once, before anything is logged. */
  async begin(): Promise<void> {
    const { run, doneSteps, server } = this;
    if (server) await rememberServer(run, server);
    this.all.unshift(new MetricsFile(run.folder.metrics), await openTensorBoard(run, doneSteps));
    await this.hyperparameters(leavesOf(run.config));
  }

  hyperparameters: Logger['hyperparameters'] = (values) => this.each((logger) => logger.hyperparameters(values));
  scalars: Logger['scalars'] = (step, values) => this.each((logger) => logger.scalars(step, values));
  image: Logger['image'] = (step, name, png) => this.each((logger) => logger.image(step, name, png));
  close = (outcome?: LogOutcome) => this.each((logger) => logger.close(outcome));

  private async each(tell: (logger: Logger) => Promise<void>): Promise<void> {
    for (const logger of this.all) await tell(logger);
  }
}

/** After the tests: figures, and what the run reached. The metrics file is of training alone. */
export async function logResults(
  run: LoggedRun,
  step: number,
  { scalars, figures }: { scalars: Readonly<Record<string, number>>; figures: ReadonlyMap<string, Uint8Array> },
): Promise<void> {
  const server = await openMlflow(run).catch((error: Error) => warn(error.message));
  if (server) await rememberServer(run, server);
  for (const logger of [await openTensorBoard(run, step), ...(server ? [server] : [])]) {
    await logger.scalars(step, scalars);
    for (const [name, png] of figures) await logger.image(step, name, png);
    await logger.close('finished');
  }
}

const openTensorBoard = ({ folder }: LoggedRun, doneSteps: number) =>
  TensorBoardWriter.create(folder.events, { firstStep: doneSteps + 1 });

const serverFile = ({ folder }: LoggedRun) => join(folder.path, 'mlflow.json');

/** Goes on with the server's run of an earlier session, whose id is in the run's folder; undefined where the config names no server. */
async function openMlflow(run: LoggedRun): Promise<MlflowLogger | undefined> {
  const { config, folder } = run;
  const { url, experiment } = config.logging.mlflow;
  if (url === null) return undefined;
  const earlier = await readJson<{ url: string; runId: string }>(serverFile(run));
  return MlflowLogger.open({
    url,
    experiment,
    runName: folder.name,
    runId: earlier?.url === url ? earlier.runId : undefined,
    tags: { 'lin.folder': folder.path },
    token: process.env['MLFLOW_TRACKING_TOKEN'],
    onProblem: warn,
  });
}

async function rememberServer(run: LoggedRun, { runId }: MlflowLogger): Promise<void> {
  const { url, experiment } = run.config.logging.mlflow;
  await replaceFile(serverFile(run), `${JSON.stringify({ url, experiment, runId })}\n`);
}

/** undefined where there is none, or it cannot be read: a new run is begun then. */
async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** The settings of a config by dotted name; lists and null as JSON. */
function leavesOf(values: object, prefix = ''): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return Object.entries(leavesOf(value, `${prefix}${key}.`));
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
      return [[`${prefix}${key}`, isPlain ? (value as string) : JSON.stringify(value)]];
    }),
  );
}
