// nx train app
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  choiceOf,
  INTERRUPTED_EXIT_CODE,
  numberOf,
  UsageError,
  type Command,
  type OptionValues,
} from '@lin/command-line';
import { ClusterError, type Cluster, type Engine } from '@lin/engine';
import { placeInCluster } from '../cluster/place.js';
import { superviseWorkers, type SuperviseOptions } from '../cluster/supervise.js';
import { withOwnThreads } from '../cluster/threads.js';
import { WorkerOutput } from '../cluster/worker-output.js';
import type { Config } from '../config/schema.js';
import { configOfWorkers, followRun, joinCluster, meetFollowers } from '../train/together.js';
import { CONFIG_OPTIONS, configIn } from './config-options.js';
import { checkpointIn, nameIn } from './run-option.js';
import { note } from '../terminal/console.js';
import { endAtOnce, endSoon } from '../terminal/interrupt.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { fit, type FitOptions } from '../train/fit.js';
import type { CheckpointChoice } from '../run/checkpoint-choice.js';
import { Run } from '../run/run.js';
import { appendSession, sessionEnvironment } from '../run/environment.js';
import { describeResult } from '../run/finished-run.js';
import { refuseTaken, runNames, type RunFolder } from '../run/run-folder.js';
import { reportRun } from '../report/report-run.js';
import { whileLocked } from '../run/run-lock.js';
import { checkpointOf, summaryOf, writeSummary, type RunSummary } from '../run/summary.js';
import { logResults } from '../train/run-loggers.js';
import { findRun, isRun, loadUserConfig, newRunFolder, saveConfig, startRun, timestamp } from '../run/run-config.js';
import { runsFolder, SAMPLE_CONFIG, SAMPLE_CONFIG_WITHOUT_TENSORFLOW } from '../config/workspace.js';

const ALWAYS = 'always';

export const trainCommand: Command = {
  name: 'train',
  summary: 'learns a Linearizer from a face recogniser; without options: sample set and sample config',
  help: 'Learns a Linearizer from a face recogniser, tests it on held-out identities and writes a report.',
  options: {
    ...CONFIG_OPTIONS,
    name: { type: 'string', value: 'NAME', description: "the run's name; default: the time" },
    resume: {
      type: 'string',
      value: 'auto',
      bare: ALWAYS,
      description:
        'continues run NAME, or the newest, from its last checkpoint; auto: run NAME, or begins it where it is not there',
    },
    workers: {
      type: 'string',
      value: 'N',
      description: 'trains in N processes on this machine, each with its part of every batch; default: 1',
    },
    restarts: {
      type: 'string',
      value: 'N',
      description: 'with --workers: how often all go on from the last checkpoint when one has failed; default: 3',
    },
    'private-network': {
      type: 'boolean',
      description:
        'confirms that nobody else reaches the network of workers on several machines (or LIN_PRIVATE_NETWORK=1)',
    },
    'limit-train-images': { type: 'string', value: 'N', description: 'trains on N of the training images' },
    checkpoint: {
      type: 'string',
      value: 'best|last|STEP|PATH',
      description: 'with --resume: the checkpoint to go on from; default: last. Those after it are written anew',
    },
    'limit-train-batches': { type: 'string', value: 'N', description: 'trains on the first N batches of each epoch' },
    'overfit-batches': { type: 'string', value: 'N', description: 'trains on the same N batches again and again' },
    'fast-dev-run': {
      type: 'boolean',
      description: 'one step, one validation and one batch of tests, to see that all works; leaves no run behind',
    },
  },
  run: async (_, values, { signal }) => {
    const workers = numberOf(values, 'workers', { integer: true, min: 1 }) ?? 1;
    if (workers > 1) return superviseWorkers({ ...(await argumentsOfWorkers(values)), workers, signal });
    const { path, set } = configIn(values);
    const assigned = assignedBy(values);
    const options = {
      path,
      set: set || assigned.length > 0 ? [...(set ?? []), ...assigned] : undefined,
      name: nameIn(values),
      resume: resumeIn(values),
      checkpoint: checkpointIn(values),
      isPrivate: values['private-network'] === true || process.env['LIN_PRIVATE_NETWORK'] === '1',
      signal,
    };
    return values['fast-dev-run'] === true ? tryOut(options) : train(options);
  },
};

/** Options of a number, and the key that each of them sets. */
const LIMITS = {
  'limit-train-images': 'data.limit_train_images',
  'limit-train-batches': 'training.limit_batches',
  'overfit-batches': 'training.overfit_batches',
};

const resumeIn = (values: OptionValues): Resume =>
  values['resume'] === undefined ? 'never' : choiceOf(values, 'resume', [ALWAYS, 'auto'], ALWAYS);

/** What is no option of each process, or is another one after a failure. */
const OF_SUPERVISION = new Set(['workers', 'restarts', 'resume', 'name', 'checkpoint']);

/** Of the processes that `--workers` starts: one run for all of them, also for those that go on after a failure. */
async function argumentsOfWorkers(
  values: OptionValues,
): Promise<Pick<SuperviseOptions, 'begin' | 'goOn' | 'restarts'>> {
  const { restarts, name, checkpoint } = values;
  const others = Object.fromEntries(Object.entries(values).filter(([option]) => !OF_SUPERVISION.has(option)));
  if (values['fast-dev-run'] === true) throw new UsageError('--fast-dev-run is of one process; leave --workers out.');
  const resume = resumeIn(values);
  const chosen = nameIn({ name }) ?? (resume === 'always' ? (await runNames(runsFolder()))[0]! : timestamp());
  const rest = [...argumentsOf(others), '--name', chosen];
  return {
    begin: ['train', ...rest, ...argumentsOf({ checkpoint }), ...(resume === 'never' ? [] : [`--resume=${resume}`])],
    goOn: ['train', ...rest, '--resume=auto'],
    restarts: numberOf({ restarts }, 'restarts', { integer: true, min: 0 }) ?? 3,
  };
}

/** Options as they are typed. */
const argumentsOf = (values: OptionValues): string[] =>
  Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one) => (one === true ? [`--${name}`] : [`--${name}`, String(one)])),
  );

/** What the options stand for in the config. @throws UsageError for one that is no positive whole number. */
function assignedBy(values: OptionValues): string[] {
  const assigned = Object.entries(LIMITS).flatMap(([option, key]) => {
    const limit = numberOf(values, option, { integer: true, min: 1 });
    return limit === undefined ? [] : [`${key}=${limit}`];
  });
  return [...assigned, ...(values['fast-dev-run'] === true ? FAST : [])];
}

const FAST = [
  'linearizer.num_epochs=1',
  'linearizer.checkpoint_dir=null',
  'training.limit_batches=1',
  'training.overfit_batches=null',
  'validation.interval=1',
  'evaluation.limit_batches=1',
];

/** Every part of a run once, in a folder that is removed afterwards. */
async function tryOut(options: TrainOptions): Promise<number> {
  if (options.resume !== 'never') throw new UsageError('--fast-dev-run is a run of its own; leave --resume out.');
  const runs = await mkdtemp(join(tmpdir(), 'lin-fast-dev-run-'));
  try {
    const code = await train({ ...options, runs });
    if (code === 0) note('Fast dev run: every part works; its folder is removed.');
    return code;
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
}

/** `auto`: where there is such a run, else it is begun. */
type Resume = 'never' | 'always' | 'auto';

interface TrainOptions {
  path: string | undefined;
  set: string[] | undefined;
  name: string | undefined;
  resume: Resume;
  checkpoint: CheckpointChoice | undefined;
  /** Whether the network of workers on several machines is said to be private. */
  isPrivate: boolean;
  signal: AbortSignal;
  /** Of a trial: the folder of its run, which is no user's. */
  runs?: string;
}

async function train({ isPrivate, signal, ...options }: TrainOptions): Promise<number> {
  const session = { startedAt: performance.now(), untilSteps: endAtOnce(signal), signal };
  const chosen = await chooseRun(options);
  const place = placeInCluster();
  if (place) chosen.config = configOfWorkers(chosen.config, place.workers.length);
  const output = place && place.index > 0 ? new WorkerOutput() : undefined;
  try {
    const engine = await startEngine(withOwnThreads(chosen.config.device));
    const cluster = place && (await joinCluster(place, { isPrivate }));
    if (cluster && output) return await followRun({ config: chosen.config, engine, cluster, output, session });
    return chosen.resume
      ? await resumeRun(chosen, { engine, cluster, session, ...options })
      : await beginRun(await configFor(engine, chosen, options), { engine, cluster, session, ...options });
  } catch (error) {
    if (error instanceof ClusterError) endSoon();
    throw error;
  } finally {
    output?.close();
  }
}

interface ChosenRun {
  /** Of a run that goes on. */
  resume?: RunFolder;
  config: Config;
}

async function chooseRun({
  path,
  set,
  name,
  resume,
  checkpoint,
}: Omit<TrainOptions, 'signal' | 'isPrivate'>): Promise<ChosenRun> {
  if (resume === 'always' && path)
    throw new UsageError(
      '--resume continues a run with its own config; leave --config out, or change single keys with --set.',
    );
  if (checkpoint !== undefined && resume === 'never')
    throw new UsageError('--checkpoint says where --resume goes on; add --resume, or leave it out.');
  if (resume === 'auto' && name === undefined)
    throw new UsageError('--resume auto goes on with a run, or begins it; give its --name, too.');
  const goesOn = resume === 'always' || (resume === 'auto' && (await isRun(name!)));
  if (!goesOn) return { config: await loadUserConfig(path ?? SAMPLE_CONFIG, set) };
  const { folder, config } = await findRun(name, set);
  return { resume: folder, config };
}

interface Started {
  engine: Engine;
  /** Its worker 0 is this process. */
  cluster: Cluster | undefined;
  session: Session;
}

async function resumeRun(
  { resume: folder, config }: ChosenRun,
  { engine, cluster, session, set, checkpoint }: Started & Pick<TrainOptions, 'set' | 'checkpoint'>,
): Promise<number> {
  return whileLocked(folder!, async () =>
    trainRun(await Run.open({ folder: folder!, config, engine }), {
      ...session,
      cluster,
      resume: true,
      checkpoint,
      prepare: () => (set ? saveConfig(folder!, config) : Promise.resolve()),
    }),
  );
}

async function beginRun(
  config: Config,
  { name, runs, engine, cluster, session }: Started & Pick<TrainOptions, 'name' | 'runs'>,
): Promise<number> {
  const folder = newRunFolder(config, name, runs);
  await refuseTaken(folder);
  const run = await Run.open({ folder, config, engine, isTrial: runs !== undefined });
  const prepare = () => startRun(folder, config);
  return whileLocked(folder, () => trainRun(run, { ...session, cluster, resume: false, prepare }));
}

/** Without a config of the user's, a smaller one where TensorFlow is not there. */
const configFor = async (engine: Engine, { config }: ChosenRun, { path, set }: Pick<TrainOptions, 'path' | 'set'>) =>
  path || engine.backend === 'tensorflow' ? config : loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set);

interface Session {
  startedAt: number;
  /** From then on Ctrl-C ends the training with a checkpoint, not at once. */
  untilSteps: () => void;
  signal: AbortSignal;
}

/** Trains, tests and reports; closes the run. */
async function trainRun(
  run: Run,
  {
    startedAt,
    untilSteps,
    signal,
    ...options
  }: Session & Pick<FitOptions, 'resume' | 'checkpoint' | 'prepare' | 'cluster'>,
): Promise<number> {
  const { folder, config, engine } = run;
  try {
    if (options.cluster) await meetFollowers(run, options.cluster);
    const session = await sessionEnvironment(engine);
    note(`Run      ${folder.path}\n\n${run.model.summary()}\n`);
    const { finished, steps, seconds, dataWaitShare } = await fit(run, {
      ...options,
      signal,
      prepare: async () => {
        await options.prepare?.();
        await appendSession(folder.environment, session);
      },
      onBegin: untilSteps,
    });
    if (!finished) {
      note(`Stopped after step ${steps}; continue with: npx nx train app -- --resume --name ${folder.name}`);
      return INTERRUPTED_EXIT_CODE;
    }
    endAtOnce(signal);
    const result = await run.loadResult();
    note(`Result   the model ${describeResult(run, result)}`);
    const evaluation = await evaluateModel(run, result);
    const summary = await summaryOf(run, {
      engine: engine.reason,
      device: engine.device,
      steps,
      imagesPerSecond: (steps * config.linearizer.batch_size) / seconds,
      dataWaitShare,
      checkpoint: checkpointOf(run, result),
      ...evaluation,
      seconds: (performance.now() - startedAt) / 1000,
    });
    await writeSummary(folder.summary, summary);
    const [page, ...figures] = await reportRun(run);
    await logResults(run, steps, { scalars: figuresOf(summary), figures: await readPictures(figures) });
    note(`Report   ${page}\nSummary  ${folder.summary}`);
    return 0;
  } finally {
    await run.close();
  }
}

/** What loggers are told of the tests. */
function figuresOf({ test, inverse, verification: [heldOut] }: RunSummary): Record<string, number> {
  return {
    'test.cosine': test.cosine,
    ...(inverse && { 'test.exactBytes': inverse.exactBytes }),
    ...(heldOut?.student && { 'test.accuracy': heldOut.student.accuracy }),
  };
}

/** The PNGs among the paths, by their names. */
async function readPictures(paths: readonly string[]): Promise<Map<string, Uint8Array>> {
  const pictures = paths.filter((path) => path.endsWith('.png'));
  const read = pictures.map(async (path) => [`report/${basename(path, '.png')}`, await readFile(path)] as const);
  return new Map(await Promise.all(read));
}
