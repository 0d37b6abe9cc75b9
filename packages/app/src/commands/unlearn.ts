// nx unlearn app
import { join } from 'node:path';
import { LinearizerError, saveEdits } from '@lin/linearizer';
import { note } from '../terminal/console.js';
import type { CommandOptions } from '../terminal/command-options.js';
import { withRun } from '../run/finished-run.js';
import { writeResults } from '../run/result-folder.js';
import { unlearnPeople } from '../unlearning/unlearning.js';
import { parseUnlearningRequest, type UnlearningRequest } from '../unlearning/unlearning-request.js';
import { refuseTrainingOptions, UsageError } from '../terminal/usage-error.js';

/** Makes an edit of A that forgets people, measures it, and writes edit, figures and report into the run's folder unlearn/. The model stays as it is. */
export async function unlearn(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('unlearn', options);
  const request = parseUnlearningRequest(options);
  await withRun(options.name, async (run) => {
    const { edit, report, figures } = await unlearnPeople(run, request).catch((error: unknown) => {
      throw error instanceof LinearizerError ? new UsageError(error.message) : error; // such as a rank that there is not
    });
    const folder = join(run.folder.path, 'unlearn', folderName(request, report.rank));
    const paths = await writeResults(folder, 'report', report, figures);
    const path = join(folder, 'edit.safetensors');
    await saveEdits(path, [edit]);
    for (const written of [...paths, path]) note(written);
  });
}

const NAMED = 8;

/** Such as 3-17-least-squares-rank-2. */
function folderName({ identities, method }: UnlearningRequest, rank: number): string {
  const named = identities.slice(0, NAMED).join('-');
  return `${named}${identities.length > NAMED ? `-and-${identities.length - NAMED}-more` : ''}-${method}-rank-${rank}`;
}
