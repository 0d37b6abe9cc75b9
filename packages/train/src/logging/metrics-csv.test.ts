import { expect, test } from 'vitest';
import type { MetricsRow } from './metrics-log.js';
import { metricsCsv } from './metrics-csv.js';

test('has a column for each figure, and an empty cell where a row has none', () => {
  const rows: MetricsRow[] = [
    { step: 1, loss: 0.5 },
    { step: 2, loss: 0.25, 'validation.cosine': 1e-7 },
  ];
  expect(metricsCsv(rows)).toBe('step,loss,validation.cosine\n1,0.5,\n2,0.25,1e-7\n');
});

test('quotes a name with a comma, and leaves the cell of what is not finite empty, as metrics.jsonl has null for it', () => {
  const rows = JSON.parse(JSON.stringify([{ step: 1, 'loss of "a", b': NaN, rate: Infinity }])) as MetricsRow[];
  expect(metricsCsv(rows)).toBe('step,"loss of ""a"", b",rate\n1,,\n');
});
