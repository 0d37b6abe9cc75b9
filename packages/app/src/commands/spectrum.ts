// nx spectrum app
import { join } from 'node:path';
import { note } from '../terminal/console.js';
import type { CommandOptions } from '../terminal/command-options.js';
import { withRun } from '../run/finished-run.js';
import { writeResults } from '../run/result-folder.js';
import { spectrumOf } from '../spectrum/spectrum.js';
import { refuseTrainingOptions } from '../terminal/usage-error.js';

/** Writes what linear algebra says of a run's operator into its folder spectrum/, and prints where. */
export async function spectrum(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('spectrum', options);
  await withRun(options.name, async (run) => {
    const { spectrum: result, figures } = await spectrumOf(run);
    for (const path of await writeResults(join(run.folder.path, 'spectrum'), 'spectrum', result, figures)) note(path);
  });
}
