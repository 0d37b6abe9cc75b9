// nx visualize app
import type { Command } from '@lin/command-line';
import { nameIn, RUN_NAME } from './run-option.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { note } from '../terminal/console.js';
import { withRun } from '../run/finished-run.js';
import { reportRun } from '../report/report-run.js';

export const visualizeCommand: Command = {
  name: 'visualize',
  summary: 'writes the figures of a run into its report',
  options: { name: RUN_NAME },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    await withRun({ name: nameIn(values) }, async (run) => {
      for (const path of await reportRun(run)) note(path);
    });
  },
};
