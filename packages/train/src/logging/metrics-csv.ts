// metrics.csv: the rows of metrics.jsonl as a table, for spreadsheets and pandas: quoted as RFC 4180 has it, lines ended by line feeds.
import type { MetricsRow } from './metrics-log.js';

/**
 * A column for each figure that some row has, in the order of their first appearance; a row's cell is empty where it has none, or where
 * it is not finite, which JSON has no numbers for.
 */
export function metricsCsv(rows: readonly MetricsRow[]): string {
  const figures = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => figures.map((figure) => row[figure] ?? ''));
  return [figures.map(quoted), ...cells].map((line) => `${line.join(',')}\n`).join('');
}

/** A name with a comma in it is one cell. */
const quoted = (name: string) => (/[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
