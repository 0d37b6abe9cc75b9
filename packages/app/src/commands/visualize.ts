// nx visualize app
import { note } from '../terminal/console.js';
import type { CommandOptions } from '../terminal/command-options.js';
import { withRun } from '../run/finished-run.js';
import { reportRun } from '../report/report-run.js';
import { refuseTrainingOptions } from '../terminal/usage-error.js';

export async function visualize(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('visualize', options);
  await withRun(options.name, async (run) => {
    for (const path of await reportRun(run)) note(path);
  });
}
