// The journal of a .rec that is being written: a line that names the layout, then "key\toffset\tlabel" for each image that is safe on disk.
// A line without its newline was not: the process was killed while it wrote.
import { createReadStream } from 'node:fs';
import { RecordError } from '../errors.js';

export interface JournalRow {
  key: number;
  offset: number;
  /** The identity of the image. */
  label: number;
}

export const journalHead = (layout: string) => `lin-data records 1 ${layout}\n`;
export const journalLine = ({ key, offset, label }: JournalRow) => `${key}\t${offset}\t${label}\n`;

/**
 * Calls `visit` for each row. @returns the length of the lines that are whole, in bytes. @throws RecordError where the file is no such
 * journal.
 */
export async function readJournal(path: string, layout: string, visit: (row: JournalRow) => void): Promise<number> {
  let length = 0;
  let last: JournalRow | undefined;
  for await (const line of wholeLines(path)) {
    if (length === 0) {
      if (`${line}\n` !== journalHead(layout)) throw faulty(path, 0, `the journal of records in ${layout} layout`);
    } else {
      const row = parseLine(line);
      const follows = row && (!last || (row.key === last.key + 1 && row.offset > last.offset));
      if (!follows) throw faulty(path, length, '"key<tab>offset<tab>label", the key after the last one');
      visit(row);
      last = row;
    }
    length += line.length + 1;
  }
  return length;
}

function parseLine(line: string): JournalRow | undefined {
  if (!/^\d+\t\d+\t\d+$/.test(line)) return undefined;
  const [key, offset, label] = line.split('\t').map(Number) as [number, number, number];
  return Number.isSafeInteger(key) && Number.isSafeInteger(offset) && offset % 4 === 0
    ? { key, offset, label }
    : undefined;
}

async function* wholeLines(path: string): AsyncGenerator<string, void, void> {
  let rest = '';
  for await (const block of createReadStream(path, { encoding: 'latin1', highWaterMark: 2 ** 20 })) {
    const lines = (rest + (block as string)).split('\n');
    rest = lines.pop()!;
    if (rest.length > MAX_LINE) throw faulty(path, 0, 'lines of three numbers');
    yield* lines;
  }
}

/** Three numbers. */
const MAX_LINE = 100;

function faulty(path: string, offset: number, expected: string): RecordError {
  return new RecordError(
    `${path} at byte ${offset}: expected ${expected}; remove it and the .partial file beside it to write the records anew.`,
    {
      file: path,
      offset,
    },
  );
}
