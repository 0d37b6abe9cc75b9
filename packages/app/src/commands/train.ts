// nx train app
import { INTERRUPTED_EXIT_CODE, UsageError, type Command } from '@lin/command-line';
import { CONFIG_OPTIONS, configIn } from './config-options.js';
import { nameIn } from './run-option.js';
import { note } from '../terminal/console.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { fit, type FitOptions } from '../train/fit.js';
import { Run } from '../run/run.js';
import { describeResult } from '../run/finished-run.js';
import { refuseTaken } from '../run/run-folder.js';
import { reportRun } from '../report/report-run.js';
import { whileLocked } from '../run/run-lock.js';
import { checkpointOf, summaryOf, writeSummary } from '../run/summary.js';
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
  },
  run: (_, values, { signal }) =>
    train({ ...configIn(values), name: nameIn(values), resume: values['resume'] === true, signal }),
};

interface TrainOptions {
  path: string | undefined;
  set: string[] | undefined;
  name: string | undefined;
  resume: boolean;
  signal: AbortSignal;
}

async function train({ path, set, name, resume, signal }: TrainOptions): Promise<number> {
  if (resume && path)
    throw new UsageError(
      '--resume continues a run with its own config; leave --config out, or change single keys with --set.',
    );
  const session: Session = { startedAt: performance.now(), untilSteps: endAtOnce(signal), signal };
  if (resume) {
    const { folder, config } = await findRun(name, set);
    return whileLocked(folder, async () =>
      trainRun(await Run.open({ folder, config, engine: await startEngine(config.device) }), {
        ...session,
        resume,
        prepare: () => (set ? saveConfig(folder, config) : Promise.resolve()),
      }),
    );
  }
  const asked = await loadUserConfig(path ?? SAMPLE_CONFIG, set);
  const engine = await startEngine(asked.device);
  const isSmall = !path && engine.backend !== 'tensorflow';
  const config = isSmall ? await loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set) : asked;
  const folder = newRunFolder(config, name);
  await refuseTaken(folder);
  const run = await Run.open({ folder, config, engine });
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
  { startedAt, untilSteps, signal, ...options }: Session & Pick<FitOptions, 'resume' | 'prepare'>,
): Promise<number> {
  const { folder, config, engine } = run;
  try {
    note(`Run      ${folder.path}\n\n${run.model.summary()}\n`);
    const { finished, steps, seconds, dataWaitShare } = await fit(run, { ...options, signal, onBegin: untilSteps });
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
    const [page] = await reportRun(run);
    note(`Report   ${page}\nSummary  ${folder.summary}`);
    return 0;
  } finally {
    await run.close();
  }
}
