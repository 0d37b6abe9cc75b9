// The files of a set that is being written, and what is safe in them when a writer goes on with another's.
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '@lin/files';
import { readRecord } from './framing.js';
import { journalHead, readJournal, type JournalRow } from './journal.js';
import { openRecordFile } from './record-file.js';

export type Paths = ReturnType<typeof pathsOf>;

export function pathsOf(folder: string, name: string) {
  const path = (extension: string) => join(folder, `${name}.${extension}`);
  return {
    folder,
    rec: path('rec'),
    idx: path('idx'),
    recPartial: path('rec.partial'),
    idxPartial: path('idx.partial'),
    journal: path('journal'),
    lock: path('lock'),
    property: join(folder, 'property'),
  };
}

export interface ResumePoint {
  done: number;
  /** Of the last record that the journal lists. */
  end: number;
  journalEnd: number;
}

/** @param visit is given each image that the journal lists. @throws RecordError where journal and records do not fit together. */
export async function resumePoint(
  { journal, recPartial }: Paths,
  layout: string,
  visit: (row: JournalRow) => void,
): Promise<ResumePoint> {
  if (!(await exists(journal))) return { done: 0, end: 0, journalEnd: 0 };
  let done = 0;
  let last: JournalRow | undefined;
  const journalEnd = await readJournal(journal, layout, (row) => {
    visit(row);
    done++;
    last = row;
  });
  if (!last) return { done, end: 0, journalEnd };
  const file = await openRecordFile(recPartial);
  try {
    return { done, end: (await readRecord(file, last.offset)).end, journalEnd };
  } finally {
    await file.close();
  }
}

/** The .rec and the journal, cut off behind what is safe. */
export async function openBoth(
  { recPartial, journal }: Paths,
  { end, journalEnd }: ResumePoint,
  layout: string,
): Promise<[FileHandle, FileHandle]> {
  const rec = await open(recPartial, (await exists(recPartial)) ? 'r+' : 'w');
  try {
    await rec.truncate(end);
    const listed = await open(journal, (await exists(journal)) ? 'r+' : 'w');
    await listed.truncate(journalEnd);
    if (journalEnd === 0) await writeAll(listed, Buffer.from(journalHead(layout)), 0);
    return [rec, listed];
  } catch (error) {
    await rec.close();
    throw error;
  }
}

export async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
