// A text file as blocks of lines: IJB-C's list of pairs has 15.6 million of them, and one at a time would cost more than reading it.
import { createReadStream } from 'node:fs';
import { RecordError } from '../../errors.js';

export interface LineBlock {
  lines: string[];
  /** Number of the first one, from 1. */
  first: number;
}

const CHUNK_BYTES = 2 ** 20;
/** Longest line that is no damage: a path and eleven numbers have 200 characters. */
const MAX_LINE = 4096;

/**
 * Lines without their ends, be they \n or \r\n; empty ones at the end of the file are left out. @throws RecordError where it cannot be read
 * or is no text of lines.
 */
export async function* lineBlocks(path: string): AsyncGenerator<LineBlock, void, void> {
  let first = 1;
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const lines = (rest + (chunk as string)).split(/\r?\n/);
      rest = lines.pop()!;
      if (rest.length > MAX_LINE)
        throw lineFault(path, first + lines.length, `it has more than ${MAX_LINE} characters`);
      yield { lines, first };
      first += lines.length;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new RecordError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}); expected a meta file of IJB.`,
      { file: path },
    );
  }
  if (rest !== '') yield { lines: [rest], first };
}

export function lineFault(path: string, line: number, what: string): RecordError {
  return new RecordError(`${path} line ${line}: ${what}; the file is damaged, or another: copy it again.`, {
    file: path,
  });
}
