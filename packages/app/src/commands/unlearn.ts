// nx unlearn app
import { join } from 'node:path';
import { LinearizerError, saveEdits, UNLEARNING_METHODS, type UnlearningMethod } from '@lin/linearizer';
import { note } from '../console.js';
import type { CommandOptions } from '../main.js';
import { withRun } from '../pipeline/finished-run.js';
import { writeResults } from '../pipeline/result-folder.js';
import { unlearnPeople, type UnlearningRequest } from '../pipeline/unlearning.js';
import { refuseTrainingOptions, UsageError } from '../usage-error.js';

/** Makes an edit of A that forgets people, measures it, and writes edit, figures and report into the run's folder unlearn/. The model stays as it is. */
export async function unlearn(options: CommandOptions): Promise<void> {
  refuseTrainingOptions('unlearn', options);
  const request = parseRequest(options);
  await withRun(options.name, async ({ run, config, prepared }) => {
    const { edit, report, figures } = await unlearnPeople(prepared, config, request).catch((error: unknown) => {
      throw error instanceof LinearizerError ? new UsageError(error.message) : error; // such as a rank that there is not
    });
    const folder = join(run.path, 'unlearn', folderName(request, report.rank));
    const paths = await writeResults(folder, 'report', report, figures);
    const path = join(folder, 'edit.safetensors');
    await saveEdits(path, [edit]);
    for (const written of [...paths, path]) note(written);
  });
}

function parseRequest({ identities, method = 'least-squares', rank, tolerance }: CommandOptions): UnlearningRequest {
  if (identities === undefined) throw new UsageError('unlearn needs --identities, the labels of the people to forget, such as --identities 3,17.');
  const labels = identities.split(',').map((label) => parseNumber('identities', label, /^\d{1,15}$/, 'labels with commas between them, such as 3,17'));
  if (new Set(labels).size < labels.length) throw new UsageError(`--identities ${identities} names someone twice.`);
  if (!UNLEARNING_METHODS.includes(method as UnlearningMethod)) throw new UsageError(`--method ${method} is none; it is one of ${UNLEARNING_METHODS.join(', ')}.`);
  return {
    identities: labels,
    method: method as UnlearningMethod,
    ...(rank !== undefined && { rank: parseNumber('rank', rank, /^[1-9]\d{0,5}$/, 'an integer of at least 1') }),
    ...(tolerance !== undefined && { tolerance: parseNumber('tolerance', tolerance, /^\d*\.?\d+$/, 'a number such as 0.1') }),
  };
}

function parseNumber(option: string, text: string, pattern: RegExp, expected: string): number {
  if (pattern.test(text)) return Number(text);
  throw new UsageError(`--${option} got "${text}"; expected ${expected}.`);
}

const NAMED = 8;

/** Such as 3-17-least-squares-rank-2. */
function folderName({ identities, method }: UnlearningRequest, rank: number): string {
  const named = identities.slice(0, NAMED).join('-');
  return `${named}${identities.length > NAMED ? `-and-${identities.length - NAMED}-more` : ''}-${method}-rank-${rank}`;
}
