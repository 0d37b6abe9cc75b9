// nx train app
import { INTERRUPTED_EXIT_CODE, UsageError, type Command } from '@lin/command-line';
import { CONFIG_OPTIONS, configIn } from './config-options.js';
import { nameIn } from './run-option.js';
import type { Config } from '../config/schema.js';
import { note } from '../terminal/console.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { fit } from '../train/fit.js';
import { Run } from '../run/run.js';
import { reportRun } from '../report/report-run.js';
import { summaryOf, writeSummary } from '../run/summary.js';
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
  const untilSteps = endAtOnce(signal);
  const startedAt = performance.now();
  const resumed = resume ? await findRun(name, set) : undefined;
  const asked = resumed?.config ?? (await loadUserConfig(path ?? SAMPLE_CONFIG, set));
  const engine = await startEngine(asked.device);
  const isSample = !resumed && !path;
  const config: Config =
    isSample && engine.backend !== 'tensorflow' ? await loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set) : asked;
  const folder = resumed?.folder ?? newRunFolder(config, name);

  const run = await Run.open({ folder, config, engine });
  try {
    if (!resumed) await startRun(folder, config);
    else if (set) await saveConfig(folder, config);
    note(`Run      ${folder.path}\n\n${run.model.summary()}\n`);

    const { finished, steps, seconds, dataWaitShare } = await fit(run, { resume, signal, onBegin: untilSteps });
    if (!finished) {
      note(`Stopped after step ${steps}; continue with: npx nx train app -- --resume --name ${folder.name}`);
      return INTERRUPTED_EXIT_CODE;
    }
    endAtOnce(signal);
    await run.readyForTests();
    const evaluation = await evaluateModel(run);
    const summary = await summaryOf(run, {
      engine: engine.reason,
      device: engine.device,
      steps,
      imagesPerSecond: (steps * config.linearizer.batch_size) / seconds,
      dataWaitShare,
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
