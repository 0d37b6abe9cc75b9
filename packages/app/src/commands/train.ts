// nx train app
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { INTERRUPTED_EXIT_CODE, numberOf, UsageError, type Command, type OptionValues } from '@lin/command-line';
import { CONFIG_OPTIONS, configIn } from './config-options.js';
import { checkpointIn, nameIn } from './run-option.js';
import { note } from '../terminal/console.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { fit, type FitOptions } from '../train/fit.js';
import type { CheckpointChoice } from '../run/checkpoint-choice.js';
import { Run } from '../run/run.js';
import { appendSession, sessionEnvironment } from '../run/environment.js';
import { describeResult } from '../run/finished-run.js';
import { refuseTaken } from '../run/run-folder.js';
import { reportRun } from '../report/report-run.js';
import { whileLocked } from '../run/run-lock.js';
import { checkpointOf, summaryOf, writeSummary, type RunSummary } from '../run/summary.js';
import { logResults } from '../train/run-loggers.js';
import { findRun, loadUserConfig, newRunFolder, saveConfig, startRun } from '../run/run-config.js';
import { SAMPLE_CONFIG, SAMPLE_CONFIG_WITHOUT_TENSORFLOW } from '../config/workspace.js';

export const trainCommand: Command = {
  name: 'train',
  summary: 'learns a Linearizer from a face recogniser; without options: sample set and sample config',
  help: 'Learns a Linearizer from a face recogniser, tests it on held-out identities and writes a report.',
  options: {
    ...CONFIG_OPTIONS,
    name: { type: 'string', value: 'NAME', description: "the run's name; default: the time" },
    resume: { type: 'boolean', description: 'continues run NAME, or the newest, from its last checkpoint' },
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
    const { path, set } = configIn(values);
    const assigned = assignedBy(values);
    const options = {
      path,
      set: set || assigned.length > 0 ? [...(set ?? []), ...assigned] : undefined,
      name: nameIn(values),
      resume: values['resume'] === true,
      checkpoint: checkpointIn(values),
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
  if (options.resume) throw new UsageError('--fast-dev-run is a run of its own; leave --resume out.');
  const runs = await mkdtemp(join(tmpdir(), 'lin-fast-dev-run-'));
  try {
    const code = await train({ ...options, runs });
    if (code === 0) note('Fast dev run: every part works; its folder is removed.');
    return code;
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
}

interface TrainOptions {
  path: string | undefined;
  set: string[] | undefined;
  name: string | undefined;
  resume: boolean;
  checkpoint: CheckpointChoice | undefined;
  signal: AbortSignal;
  /** Of a trial: the folder of its run, which is no user's. */
  runs?: string;
}

async function train({ path, set, name, resume, checkpoint, signal, runs }: TrainOptions): Promise<number> {
  if (resume && path)
    throw new UsageError(
      '--resume continues a run with its own config; leave --config out, or change single keys with --set.',
    );
  if (checkpoint !== undefined && !resume)
    throw new UsageError('--checkpoint says where --resume goes on; add --resume, or leave it out.');
  const session: Session = { startedAt: performance.now(), untilSteps: endAtOnce(signal), signal };
  if (resume) {
    const { folder, config } = await findRun(name, set);
    return whileLocked(folder, async () =>
      trainRun(await Run.open({ folder, config, engine: await startEngine(config.device) }), {
        ...session,
        resume,
        checkpoint,
        prepare: () => (set ? saveConfig(folder, config) : Promise.resolve()),
      }),
    );
  }
  const asked = await loadUserConfig(path ?? SAMPLE_CONFIG, set);
  const engine = await startEngine(asked.device);
  const isSmall = !path && engine.backend !== 'tensorflow';
  const config = isSmall ? await loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set) : asked;
  const folder = newRunFolder(config, name, runs);
  await refuseTaken(folder);
  const run = await Run.open({ folder, config, engine, isTrial: runs !== undefined });
  return whileLocked(folder, () => trainRun(run, { ...session, resume, prepare: () => startRun(folder, config) }));
}

interface Session {
  startedAt: number;
  /** From then on Ctrl-C ends the training with a checkpoint, not at once. */
  untilSteps: () => void;
  signal: AbortSignal;
}

/** Trains, tests and reports; closes the run. */
async function trainRun(
  run: Run,
  { startedAt, untilSteps, signal, ...options }: Session & Pick<FitOptions, 'resume' | 'checkpoint' | 'prepare'>,
): Promise<number> {
  const { folder, config, engine } = run;
  try {
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
