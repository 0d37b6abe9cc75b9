// nx unlearn app
import { UsageError, type Command } from '@lin/command-line';
import { endAtOnce } from '../terminal/interrupt.js';
import { runIn, RUN_OPTIONS } from './run-option.js';
import { join } from 'node:path';
import { LinearizerError, saveEdits, UNLEARNING_METHODS } from '@lin/linearizer';
import { note } from '../terminal/console.js';
import { withRun } from '../run/finished-run.js';
import { writeResults } from '../run/result-folder.js';
import { unlearnPeople } from '../unlearning/unlearning.js';
import { parseUnlearningRequest, type UnlearningRequest } from '../unlearning/unlearning-request.js';

export const unlearnCommand: Command = {
  name: 'unlearn',
  summary: "makes an edit of a run's operator that forgets people, into its folder unlearn/",
  help:
    'Makes an edit of A that forgets people, measures it, and writes edit, ' +
    "figures and report into the run's folder unlearn/. The model stays as it is.",
  options: {
    ...RUN_OPTIONS,
    identities: { type: 'string', value: 'N,M', description: 'labels of the people to forget' },
    method: { type: 'string', value: 'NAME', description: `${UNLEARNING_METHODS.join(', ')}; default least-squares` },
    rank: { type: 'string', value: 'R', description: 'directions to take out, of low-rank and projection' },
    tolerance: { type: 'string', value: 'T', description: 'largest relative change of the others, of least-squares' },
  },
  run: async (_, values, { signal }) => {
    endAtOnce(signal);
    const request = parseUnlearningRequest(values);
    await withRun(runIn(values), async (run) => {
      const { edit, report, figures } = await unlearnPeople(run, request).catch((error: unknown) => {
        throw error instanceof LinearizerError ? new UsageError(error.message) : error; // such as an impossible rank
      });
      const folder = join(run.folder.path, 'unlearn', folderName(request, report.rank));
      const paths = await writeResults(folder, 'report', report, figures);
      const path = join(folder, 'edit.safetensors');
      await saveEdits(path, [edit]);
      for (const written of [...paths, path]) note(written);
    });
  },
};

const NAMED = 8;

/** Such as 3-17-least-squares-rank-2. */
function folderName({ identities, method }: UnlearningRequest, rank: number): string {
  const named = identities.slice(0, NAMED).join('-');
  return `${named}${identities.length > NAMED ? `-and-${identities.length - NAMED}-more` : ''}-${method}-rank-${rank}`;
}
