// nx train app
import { precisionOf } from '@lin/engine';
import { readMetrics } from '@lin/train';
import type { Config } from '../config/schema.js';
import { note } from '../terminal/console.js';
import { INTERRUPTED_EXIT_CODE } from '../terminal/interrupt.js';
import type { CommandOptions } from '../main.js';
import { startEngine } from '../prepare/engine.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { readyForTests } from '../run/finished-run.js';
import { fit } from '../train/fit.js';
import { prepare } from '../run/run.js';
import { reportRun } from '../report/report-run.js';
import { writeSummary } from '../run/summary.js';
import { loadUserConfig, openRun, saveConfig, startRun } from '../run/run-config.js';
import { UsageError } from '../terminal/usage-error.js';
import { SAMPLE_CONFIG, SAMPLE_CONFIG_WITHOUT_TENSORFLOW, userPath } from '../config/workspace.js';

export async function train({ config: configPath, set, name, resume = false }: CommandOptions): Promise<void> {
  if (resume && configPath)
    throw new UsageError(
      '--resume continues a run with its own config; leave --config out, or change single keys with --set.',
    );
  const startedAt = performance.now();
  const resumed = resume ? await openRun(name, set) : undefined;
  const asked = resumed?.config ?? (await loadUserConfig(configPath ? userPath(configPath) : SAMPLE_CONFIG, set));
  const engine = await startEngine(asked.device);
  const isSample = !resumed && !configPath;
  const config: Config =
    isSample && engine.backend !== 'tensorflow' ? await loadUserConfig(SAMPLE_CONFIG_WITHOUT_TENSORFLOW, set) : asked;

  let prepared = await prepare(config, engine);
  try {
    const { model, dataset, teacher } = prepared;
    const run = resumed?.run ?? (await startRun(config, name));
    if (resumed && set) await saveConfig(run, config);
    note(`Run      ${run.path}\n\n${model.summary()}\n`);

    const { finished, steps, seconds, dataWaitShare } = await fit({ run, prepared, config, resume });
    if (!finished) {
      note(`Stopped after step ${steps}; continue with: npx nx train app -- --resume --name ${run.name}`);
      process.exitCode = INTERRUPTED_EXIT_CODE;
      return;
    }
    prepared = await readyForTests({ run, config, prepared });
    const evaluation = await evaluateModel(prepared, config);
    const metrics = await readMetrics(run.metrics);
    await writeSummary(run.summary, {
      engine: engine.reason,
      device: engine.device,
      precision: precisionOf({ precision: config.device.precision }),
      teacher: { name: teacher.name, standIn: teacher.standIn, sha256: teacher.sha256 },
      data: {
        path: dataset.records.path,
        images: dataset.records.imageCount,
        identities: dataset.records.identityCount,
        trainImages: dataset.split.train.length,
        testImages: dataset.split.test.length,
        skipped: dataset.skipped.summary(),
      },
      model: { gx: config.linearizer.gx, parameters: prepared.model.parameterCount().total },
      epochs: config.linearizer.num_epochs,
      steps,
      imagesPerSecond: (steps * config.linearizer.batch_size) / seconds,
      dataWaitShare,
      loss: { first: metrics[0]?.loss ?? NaN, last: metrics.at(-1)?.loss ?? NaN },
      ...evaluation,
      seconds: (performance.now() - startedAt) / 1000,
    });
    const [page] = await reportRun(run, prepared, config);
    note(`Report   ${page}\nSummary  ${run.summary}`);
  } finally {
    prepared.model.dispose();
    await prepared.close();
  }
}
