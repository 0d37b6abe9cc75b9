// nx evaluate app
import type { Command } from '@lin/command-line';
import { nameIn, RUN_NAME } from './run-option.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { evaluateModel } from '../evaluate/evaluate.js';
import { withRun } from '../run/finished-run.js';
import { checkpointOf, readSummary, writeSummary } from '../run/summary.js';

export const evaluateCommand: Command = {
  name: 'evaluate',
  summary: 'recomputes the test figures of a run from its checkpoint',
  help: 'Recomputes `test`, `inverse` and `verification`, prints them, and puts them into the summary of a run that has ended.',
  options: { name: RUN_NAME },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    await withRun(nameIn(values), async (run, result) => {
      const evaluation = await evaluateModel(run, result);
      const summary = await readSummary(run.folder.summary);
      if (summary)
        await writeSummary(run.folder.summary, { ...summary, checkpoint: checkpointOf(run, result), ...evaluation });
      process.stdout.write(`${JSON.stringify(evaluation)}\n`);
    });
  },
};
