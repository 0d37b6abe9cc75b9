// metrics.jsonl: one JSON object per logged step, appended as training goes, cut back to the checkpoint when a run is resumed.
import { appendFile, readFile } from 'node:fs/promises';
import { replaceFile } from '@lin/files';

/** A step and its figures by name. */
export interface MetricsRow {
  step: number;
  [figure: string]: number;
}

/**
 * Adds a row to a file of metrics, one JSON object a line (https://jsonlines.org), which is made where it is missing.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { appendMetrics, readMetrics } from '@lin/train';
 *
 * const path = `${await mkdtemp(`${tmpdir()}/`)}/metrics.jsonl`;
 * await appendMetrics(path, { step: 1, loss: 0.5 });
 * await appendMetrics(path, { step: 2, loss: 0.25 });
 * console.log(await readMetrics(path));
 * ```
 * ```text
 * [ { step: 1, loss: 0.5 }, { step: 2, loss: 0.25 } ]
 * ```
 */
export async function appendMetrics(path: string, row: MetricsRow): Promise<void> {
  await appendFile(path, `${JSON.stringify(row)}\n`);
}

/**
 * The rows of a file of metrics, in order; none where there is no file. A line that a kill cut short is left out.
 * @example
 * ```ts
 * import { readMetrics } from '@lin/train';
 *
 * console.log(await readMetrics('no-such.jsonl'));
 * ```
 * ```text
 * []
 * ```
 */
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

/**
 * Leaves out the rows after `step`: a resumed run writes them again. The file is replaced whole or not at all.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { appendMetrics, readMetrics, rewindMetrics } from '@lin/train';
 *
 * const path = `${await mkdtemp(`${tmpdir()}/`)}/metrics.jsonl`;
 * for (const step of [1, 2, 3]) await appendMetrics(path, { step, loss: 1 / step });
 * await rewindMetrics(path, 2);
 * console.log((await readMetrics(path)).length);
 * ```
 * ```text
 * 2
 * ```
 */
export async function rewindMetrics(path: string, step: number): Promise<void> {
  const kept = (await readMetrics(path)).filter((row) => row.step <= step);
  await replaceFile(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
