// Faces as rows of CSV (RFC 4180): a header, then one row for each face.
import type { Analysed } from './analyze-all.js';

const COLUMNS = ['photo', 'face', 'left', 'top', 'right', 'bottom', 'score', 'norm'];

export const csvHeader = (embeddingSize: number): string =>
  [...COLUMNS, ...Array.from({ length: embeddingSize }, (_, i) => `embedding_${i}`)].join(',');

/** float32 numbers at their nine digits; the score of an aligned crop is empty. */
export const csvRows = ({ name, analysis }: Analysed): string[] =>
  (analysis?.faces ?? []).map(({ box, score, norm, embedding = [] }, i) =>
    [name, i, ...box, score ?? '', norm ?? '', ...embedding].map(cell).join(','),
  );

function cell(value: string | number): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(9)));
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
