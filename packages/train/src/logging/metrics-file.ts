// metrics.jsonl as a logger, and the same as a table beside it.
import { replaceFile } from '@lin/files';
import type { Logger } from './logger.js';
import { metricsCsv } from './metrics-csv.js';
import { appendMetrics, readMetrics } from './metrics-log.js';

/**
 * A file of metrics, one JSON object a line, as a `Logger`; when it is closed, the rows are written as CSV, too. It keeps scalars only.
 * @example
 * ```ts
 * import { mkdtemp, readFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { MetricsFile } from '@lin/train';
 *
 * const folder = await mkdtemp(`${tmpdir()}/`);
 * const log = new MetricsFile(`${folder}/metrics.jsonl`);
 * await log.scalars(1, { loss: 0.5 });
 * await log.scalars(2, { loss: 0.25, 'validation.cosine': 0.5 });
 * await log.close();
 * console.log(await readFile(`${folder}/metrics.csv`, 'utf8'));
 * ```
 * ```text
 * step,loss,validation.cosine
 * 1,0.5,
 * 2,0.25,0.5
 * ```
 */
export class MetricsFile implements Logger {
  /** @param path Ends in `.jsonl`; rows are added to those that are there. */
  constructor(readonly path: string) {}

  async hyperparameters(): Promise<void> {}

  scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    return appendMetrics(this.path, { step, ...values });
  }

  async image(): Promise<void> {}

  async close(): Promise<void> {
    await replaceFile(this.path.replace(/(\.jsonl)?$/, '.csv'), metricsCsv(await readMetrics(this.path)));
  }
}
