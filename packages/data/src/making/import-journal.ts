// import.jsonl: what became of every image of a folder, one JSON object a line in the order of the images. It stays with the set as a
// report, and is what an import that was stopped goes on from.
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { exists } from '@lin/files';
import { DataOptionError, RecordError } from '../errors.js';

/** What the images were made by: an import goes on with the same, or the set would be two halves. */
export interface ImportSettings {
  import: 1;
  quality: number;
  chroma: string;
  aligned: boolean;
}

export type ImportLine =
  | { file: string; sha256: string; key: number; label: number }
  /** An image of the same bytes in the same identity. */
  | { file: string; sha256: string; duplicateOf: string }
  | { file: string; sha256: string; skipped: 'no face' }
  | { file: string; skipped: 'corrupt'; reason: string };

const WRITE_LINES = 256;
/** Are in names, and end a line for Node's readline; JSON.stringify leaves them as they are. */
const LINE_SEPARATORS = /[\u2028\u2029]/g;
const escaped = (separator: string) => `\\u${separator.charCodeAt(0).toString(16)}`;

export class ImportJournal {
  private waiting = '';
  private waitingLines = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private end: number,
    /** Lines to go on from. */
    readonly lines: number,
  ) {}

  /**
   * Opens it behind the last line whose image the set has, `done` being how many it has.
   * @throws DataOptionError where it was begun with other settings, RecordError where it is no such journal.
   */
  static async open(path: string, settings: ImportSettings, done: number): Promise<ImportJournal> {
    const head = `${JSON.stringify(settings)}\n`;
    let end = 0;
    let lines = 0;
    if (await exists(path)) {
      for await (const { text, value, bytes } of journalLines(path)) {
        if (end === 0) {
          checkSettings(path, text, settings);
        } else {
          if (value === undefined || !('file' in value)) break; // cut short by a kill, or behind the last image
          if ('key' in value && value.key > done) break;
          lines++;
        }
        end += bytes;
      }
    }
    const handle = await open(path, end === 0 ? 'w' : 'r+');
    await handle.truncate(end);
    const journal = new ImportJournal(path, handle, end, lines);
    if (end === 0) await journal.write(head);
    return journal;
  }

  /** The lines that it goes on from, in order; before anything is appended. */
  async *earlier(): AsyncGenerator<ImportLine, void, void> {
    let left = this.lines + 1;
    for await (const { value } of journalLines(this.path)) {
      if (left-- === 0) return;
      if (left < this.lines) yield value as ImportLine;
    }
  }

  async append(line: ImportLine | { sameContent: string[] }): Promise<void> {
    this.waiting += `${JSON.stringify(line).replace(LINE_SEPARATORS, escaped)}\n`;
    if (++this.waitingLines >= WRITE_LINES) await this.flush();
  }

  /** Makes all lines so far safe on the disk. */
  async sync(): Promise<void> {
    await this.flush();
    await this.handle.datasync();
  }

  async close(): Promise<void> {
    await this.sync();
    await this.handle.close();
  }

  private async flush(): Promise<void> {
    const text = this.waiting;
    this.waiting = '';
    this.waitingLines = 0;
    await this.write(text);
  }

  private async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, written, bytes.length - written, this.end);
      written += bytesWritten;
      this.end += bytesWritten;
    }
  }
}

/** Whole lines; `value` is undefined for what is no JSON. */
export async function* journalLines(
  path: string,
): AsyncGenerator<{ text: string; value: ImportLine | undefined; bytes: number }, void, void> {
  const size = (await open(path).then((handle) => handle.stat().finally(() => handle.close()))).size;
  let read = 0;
  for await (const text of createInterface({
    input: createReadStream(path, { highWaterMark: 2 ** 20 }),
    crlfDelay: Infinity,
  })) {
    const bytes = Buffer.byteLength(text) + 1;
    if ((read += bytes) > size) return; // its newline was not written
    yield { text, value: parse(text), bytes };
  }
}

function parse(text: string): ImportLine | undefined {
  try {
    return JSON.parse(text) as ImportLine;
  } catch {
    return undefined;
  }
}

function checkSettings(path: string, text: string, settings: ImportSettings): void {
  const begun = parse(text) as Partial<ImportSettings> | undefined;
  if (begun?.import !== 1)
    throw new RecordError(`${path} is not the journal of an import; remove it, or choose another output.`);
  const differing = (['quality', 'chroma', 'aligned'] as const).find((name) => begun[name] !== settings[name]);
  if (differing) {
    throw new DataOptionError(
      `${path}: this import was begun with ${differing} ${String(begun[differing])}, ` +
        `not ${String(settings[differing])}; go on with the same, or remove its folder.`,
    );
  }
}
