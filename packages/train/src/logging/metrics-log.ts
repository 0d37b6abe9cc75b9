// metrics.jsonl: one JSON object per logged step, appended as training goes, cut back to the checkpoint when a run is resumed.
import { appendFile, readFile } from 'node:fs/promises';
import { replaceFile } from '@lin/files';

/** A step and its figures by name. */
export interface MetricsRow {
  step: number;
  [figure: string]: number;
}

export async function appendMetrics(path: string, row: MetricsRow): Promise<void> {
  await appendFile(path, `${JSON.stringify(row)}\n`);
}

/** The rows of a run so far; a last line that a kill cut short is left out. */
export async function readMetrics<R extends MetricsRow = MetricsRow>(path: string): Promise<R[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as R];
    } catch {
      return [];
    }
  });
}

/** Leaves out the rows after `step`: a resumed run writes them again. */
export async function rewindMetrics(path: string, step: number): Promise<void> {
  const kept = (await readMetrics(path)).filter((row) => row.step <= step);
  await replaceFile(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
