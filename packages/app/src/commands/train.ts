// nx train app
import type { Config } from '../config/schema.js';
import { note } from '../terminal/console.js';
import { INTERRUPTED_EXIT_CODE } from '../terminal/interrupt.js';
import type { CommandOptions } from '../terminal/command-options.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { fit } from '../train/fit.js';
import { Run } from '../run/run.js';
import { reportRun } from '../report/report-run.js';
import { summaryOf, writeSummary } from '../run/summary.js';
import { findRun, loadUserConfig, newRunFolder, saveConfig, startRun } from '../run/run-config.js';
import { UsageError } from '../terminal/usage-error.js';
import { SAMPLE_CONFIG, SAMPLE_CONFIG_WITHOUT_TENSORFLOW, userPath } from '../config/workspace.js';

export async function train({ config: configPath, set, name, resume = false }: CommandOptions): Promise<void> {
  if (resume && configPath)
    throw new UsageError(
      '--resume continues a run with its own config; leave --config out, or change single keys with --set.',
    );
  const startedAt = performance.now();
  const resumed = resume ? await findRun(name, set) : undefined;
  const asked = resumed?.config ?? (await loadUserConfig(configPath ? userPath(configPath) : SAMPLE_CONFIG, set));
  const engine = await startEngine(asked.device);
  const isSample = !resumed && !configPath;
  const config: Config =
    isSample && engine.backend !== 'tensorflow' ? await loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set) : asked;
  const folder = resumed?.folder ?? newRunFolder(config, name);

  const run = await Run.open({ folder, config, engine });
  try {
    if (!resumed) await startRun(folder, config);
    else if (set) await saveConfig(folder, config);
    note(`Run      ${folder.path}\n\n${run.model.summary()}\n`);

    const { finished, steps, seconds, dataWaitShare } = await fit(run, { resume });
    if (!finished) {
      note(`Stopped after step ${steps}; continue with: npx nx train app -- --resume --name ${folder.name}`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
      return;
    }
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
  } finally {
    await run.close();
  }
}
