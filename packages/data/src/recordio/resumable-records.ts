// A .rec and its .idx while they are written. Records go to <name>.rec.partial; every so many images they are synced to the disk and then
// listed in <name>.journal. After a kill or a power cut, what the journal lists is there, and what lies behind it is cut off.
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { exists, replaceFile, syncFolder } from '@lin/files';
import { RecordError } from '../errors.js';
import { requireInteger } from '../require-integer.js';
import { frameRecord } from './framing.js';
import { journalHead, journalLine, type JournalRow } from './journal.js';
import { openBoth, pathsOf, resumePoint, writeAll, type Paths } from './partial-files.js';
import { takeLock } from './writer-lock.js';

export interface WriterOptions {
  folder: string;
  /** File name without extension. */
  name?: string;
  /** Goes on with what a writer of the same folder and name left when it was killed or suspended; begins where there is nothing. */
  resume?: boolean;
  /** Images after which they are synced to the disk. */
  durableEvery?: number;
  /** Is told how many images are safe on the disk: these a writer that resumes will not ask for again. */
  onDurable?: (done: number) => void;
}

const WRITE_BYTES = 2 ** 20;

export class ResumableRecords {
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private unlisted: JournalRow[] = [];
  /** Rows of the .idx behind the images'. */
  private readonly tail: string[] = [];
  /** The work on the disk so far, one step after the other; once one has failed, all that follow fail with its error. */
  private work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly paths: Paths,
    private readonly options: Required<Pick<WriterOptions, 'durableEvery'>> & Pick<WriterOptions, 'onDurable'>,
    private readonly rec: FileHandle,
    private readonly journal: FileHandle,
    private readonly unlock: () => Promise<void>,
    /** Images that are safe on the disk. */
    public done: number,
    /** Where the next record begins. */
    private end: number,
    private journalEnd: number,
  ) {}

  /**
   * @param visit is given the images that are there already, in order.
   * @throws RecordError where such records are there, another writer is at work on them, or what is left of one is not as it wrote it.
   */
  static async open(
    layout: string,
    { folder, name = 'train', resume = false, durableEvery = 1024, onDurable }: WriterOptions,
    visit: (row: JournalRow) => void,
  ): Promise<ResumableRecords> {
    requireInteger('RecordWriter', 'durableEvery', durableEvery, 1);
    await mkdir(folder, { recursive: true });
    const paths = pathsOf(folder, name);
    const unlock = await takeLock(paths.lock);
    try {
      if (await exists(paths.rec)) {
        await rm(paths.journal, { force: true }); // the last thing that a writer does
        throw new RecordError(`${paths.rec} is there already; remove it, or write to another folder.`, {
          file: paths.rec,
        });
      }
      if (!resume && (await exists(paths.recPartial))) {
        throw new RecordError(
          `${paths.recPartial} is there already, left by a writer that was killed; resume it, or remove it.`,
          {
            file: paths.recPartial,
          },
        );
      }
      const found = await resumePoint(paths, layout, visit);
      const [rec, journal] = await openBoth(paths, found, layout);
      const journalEnd = found.journalEnd || journalHead(layout).length;
      return new ResumableRecords(
        paths,
        { durableEvery, ...(onDurable && { onDurable }) },
        rec,
        journal,
        unlock,
        found.done,
        found.end,
        journalEnd,
      );
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Resolves when there is room for more. */
  async appendImage(payload: Uint8Array, { key, label }: Omit<JournalRow, 'offset'>): Promise<void> {
    this.unlisted.push({ key, label, offset: this.end + this.waitingBytes });
    await this.append(payload);
  }

  /** A record that belongs behind the images, and is not there before `finish`. */
  async appendTail(payload: Uint8Array, key: number): Promise<void> {
    this.tail.push(`${key}\t${this.end + this.waitingBytes}\n`);
    await this.append(payload);
  }

  /** Makes all images so far safe on the disk. */
  sync(): Promise<void> {
    const write = this.takeWaiting();
    const rows = this.unlisted;
    this.unlisted = [];
    return this.enqueue(async () => {
      await write();
      await this.rec.datasync();
      const lines = Buffer.from(rows.map(journalLine).join(''));
      await writeAll(this.journal, lines, this.journalEnd);
      await this.journal.datasync();
      this.journalEnd += lines.length;
      this.done += rows.length;
      if (rows.length > 0) this.options.onDurable?.(this.done);
    });
  }

  /** Gives the files their names, the .rec's last. `property` is written where there is none. */
  async finish(property?: string): Promise<void> {
    await this.sync();
    await this.close();
    const { paths } = this;
    await writeIdx(paths, this.tail);
    if (property !== undefined && !(await exists(paths.property))) {
      await replaceFile(paths.property, property);
    }
    await rename(paths.idxPartial, paths.idx);
    await rename(paths.recPartial, paths.rec);
    await syncFolder(paths.folder);
    await rm(paths.journal);
    await this.unlock();
  }

  /** Ends here, to be resumed. */
  async suspend(): Promise<void> {
    await this.sync();
    await this.close();
    await this.unlock();
  }

  /** Gives up: removes what was written. */
  async abort(): Promise<void> {
    await this.work.catch(() => {});
    await this.close();
    for (const path of [this.paths.recPartial, this.paths.idxPartial, this.paths.journal])
      await rm(path, { force: true });
    await this.unlock();
  }

  private async append(payload: Uint8Array): Promise<void> {
    const record = frameRecord(payload);
    this.waiting.push(record);
    this.waitingBytes += record.length;
    if (this.unlisted.length >= this.options.durableEvery) await this.sync();
    else if (this.waitingBytes >= WRITE_BYTES) await this.enqueue(this.takeWaiting());
  }

  /** What writes the records that were waiting, where they belong. */
  private takeWaiting(): () => Promise<void> {
    const bytes = Buffer.concat(this.waiting);
    const position = this.end;
    this.waiting = [];
    this.waitingBytes = 0;
    this.end += bytes.length;
    return () => writeAll(this.rec, bytes, position);
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step);
    return this.work;
  }

  private async close(): Promise<void> {
    await this.rec.close();
    await this.journal.close();
  }
}

/** The journal's rows without their labels, and the ones behind them. */
async function writeIdx({ journal, idxPartial }: Paths, tail: readonly string[]): Promise<void> {
  const idx = await open(idxPartial, 'w');
  try {
    let rest = '';
    let isHead = true;
    for await (const block of createReadStream(journal, { encoding: 'latin1', highWaterMark: WRITE_BYTES })) {
      const text = rest + (block as string);
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      const lines = text.slice(isHead ? text.indexOf('\n') + 1 : 0, end);
      isHead = false;
      await idx.writeFile(lines.replaceAll(/\t[^\t\n]*\n/g, '\n'));
    }
    await idx.writeFile(tail.join(''));
    await idx.sync();
  } finally {
    await idx.close();
  }
}
