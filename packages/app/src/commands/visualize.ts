// nx visualize app
import { note } from '../console.js';
import type { CommandOptions } from '../main.js';
import { withRun } from '../pipeline/finished-run.js';
import { reportRun } from '../pipeline/report.js';
import { refuseTrainingOptions } from '../usage-error.js';

export async function visualize(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('visualize', options);
  await withRun(options.name, async ({ run, config, prepared }) => {
    for (const path of await reportRun(run, prepared, config)) note(path);
  });
}
