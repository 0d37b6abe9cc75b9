// nx spectrum app
import type { Command } from '@lin/command-line';
import { runIn, RUN_OPTIONS } from './run-option.js';
import { endAtOnce } from '../terminal/interrupt.js';
import { join } from 'node:path';
import { note } from '../terminal/console.js';
import { withRun } from '../run/finished-run.js';
import { checkpointOf } from '../run/summary.js';
import { writeResults } from '../run/result-folder.js';
import { spectrumOf } from '../spectrum/spectrum.js';

export const spectrumCommand: Command = {
  name: 'spectrum',
  summary: 'singular values, rank and best operator of a run, into its folder spectrum/',
  help: "Writes what linear algebra says of a run's operator into its folder spectrum/, and prints where.",
  options: RUN_OPTIONS,
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    await withRun(runIn(values), async (run, result) => {
      const { spectrum, figures } = await spectrumOf(run);
      const told = { checkpoint: checkpointOf(run, result), ...spectrum };
      for (const path of await writeResults(join(run.folder.path, 'spectrum'), 'spectrum', told, figures)) note(path);
    });
  },
};
