// The loggers of a run: its metrics file, TensorBoard, and the server that its config names.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@lin/files';
import { MetricsFile, MlflowLogger, TensorBoardWriter, type Logger, type LogOutcome } from '@lin/train';
import type { Run } from '../run/run.js';
import { warn } from '../terminal/console.js';

type LoggedRun = Pick<Run, 'config' | 'folder'>;

/** Several as one, in the order of the list. */
export class RunLoggers implements Logger {
  constructor(private readonly all: readonly Logger[]) {}

  hyperparameters: Logger['hyperparameters'] = (values) => this.each((logger) => logger.hyperparameters(values));
  scalars: Logger['scalars'] = (step, values) => this.each((logger) => logger.scalars(step, values));
  image: Logger['image'] = (step, name, png) => this.each((logger) => logger.image(step, name, png));
  close = (outcome?: LogOutcome) => this.each((logger) => logger.close(outcome));

  private async each(tell: (logger: Logger) => Promise<void>): Promise<void> {
    for (const logger of this.all) await tell(logger);
  }
}

/** @throws LoggerError where the config names a server that is not there. */
export async function openTrainingLoggers(run: LoggedRun, doneSteps: number): Promise<RunLoggers> {
  const mlflow = await openMlflow(run);
  const loggers = new RunLoggers([
    new MetricsFile(run.folder.metrics),
    await openTensorBoard(run, doneSteps),
    ...mlflow,
  ]);
  await loggers.hyperparameters(leavesOf(run.config));
  return loggers;
}

/** After the tests: figures, and what the run reached. The metrics file is of training alone. */
export async function logResults(
  run: LoggedRun,
  step: number,
  { scalars, figures }: { scalars: Readonly<Record<string, number>>; figures: ReadonlyMap<string, Uint8Array> },
): Promise<void> {
  const mlflow = await openMlflow(run).catch((error: Error) => {
    warn(error.message);
    return [];
  });
  const loggers = new RunLoggers([await openTensorBoard(run, step), ...mlflow]);
  await loggers.scalars(step, scalars);
  for (const [name, png] of figures) await loggers.image(step, name, png);
  await loggers.close('finished');
}

const openTensorBoard = ({ folder }: LoggedRun, doneSteps: number) =>
  TensorBoardWriter.create(folder.events, { firstStep: doneSteps + 1 });

/** Goes on with the server's run of an earlier session, whose id is in the run's folder. */
async function openMlflow({ config, folder }: LoggedRun): Promise<Logger[]> {
  const { url, experiment } = config.logging.mlflow;
  if (url === null) return [];
  const path = join(folder.path, 'mlflow.json');
  const earlier = await readJson<{ url: string; runId: string }>(path);
  const logger = await MlflowLogger.open({
    url,
    experiment,
    runName: folder.name,
    runId: earlier?.url === url ? earlier.runId : undefined,
    tags: { 'lin.folder': folder.path },
    token: process.env['MLFLOW_TRACKING_TOKEN'],
    onProblem: warn,
  });
  await replaceFile(path, `${JSON.stringify({ url, experiment, runId: logger.runId })}\n`);
  return [logger];
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
