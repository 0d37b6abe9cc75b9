// metrics.csv: the rows of metrics.jsonl as a table (RFC 4180), for spreadsheets and pandas.
import type { MetricsRow } from './metrics-log.js';

/** A column for each figure that some row has, in the order of their first appearance; a row's cell is empty where it has none. */
export function metricsCsv(rows: readonly MetricsRow[]): string {
  const figures = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => figures.map((figure) => row[figure] ?? ''));
  return [figures, ...cells].map((line) => `${line.join(',')}\n`).join('');
}
