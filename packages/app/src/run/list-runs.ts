// The runs of a folder with what each has reached.
import { readdir, stat } from 'node:fs/promises';
import { readMetrics } from '@lin/train';
import { RUN_NAME, runFolder } from './run-folder.js';
import { readSummary } from './summary.js';

export interface ListedRun {
  name: string;
  /** When its config was written. */
  startedAt: string;
  /** Whether it has ended; else it trains, or can be resumed. */
  hasEnded: boolean;
  /** Steps that it has logged. */
  steps: number;
  /** Of the last logged interval of training. */
  trainingCosine: number | null;
  /** The last on validation; null where it has none. */
  validationCosine: number | null;
  /** On held-out identities, once it has ended. */
  testCosine: number | null;
  /** Of pairs of held-out identities, in [0, 1]. */
  testAccuracy: number | null;
}

/** The oldest first; folders that are no runs are left out. */
export async function listRuns(runs: string): Promise<ListedRun[]> {
  const names = (await readdir(runs).catch(() => [])).filter((name) => RUN_NAME.test(name));
  const listed = await Promise.all(names.map((name) => listedRun(runs, name)));
  return listed.flat().sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

async function listedRun(runs: string, name: string): Promise<ListedRun[]> {
  const { config, metrics, summary: path } = runFolder(runs, name);
  const begun = await stat(config).catch(() => undefined);
  if (!begun) return [];
  const [rows, summary] = [await readMetrics(metrics), await readSummary(path).catch(() => undefined)];
  const lastOf = (figure: string) => rows.findLast((row) => row[figure] !== undefined)?.[figure] ?? null;
  return [
    {
      name,
      startedAt: begun.mtime.toISOString(),
      hasEnded: summary !== undefined,
      steps: rows.at(-1)?.step ?? 0,
      trainingCosine: lastOf('cosine'),
      validationCosine: lastOf('validation.cosine'),
      testCosine: summary?.test.cosine ?? null,
      testAccuracy: summary?.verification[0]?.student?.accuracy ?? null,
    },
  ];
}
