// nx evaluate app
import type { CommandOptions } from '../terminal/command-options.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { withRun } from '../run/finished-run.js';
import { readSummary, writeSummary } from '../run/summary.js';
import { refuseTrainingOptions } from '../terminal/usage-error.js';

/** Recomputes `test`, `inverse` and `verification`, prints them, and puts them into the summary of a run that has ended. */
export async function evaluate(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('evaluate', options);
  await withRun(options.name, async (run) => {
    const evaluation = await evaluateModel(run);
    const summary = await readSummary(run.folder.summary);
    if (summary) await writeSummary(run.folder.summary, { ...summary, ...evaluation });
    process.stdout.write(`${JSON.stringify(evaluation)}\n`);
  });
}
