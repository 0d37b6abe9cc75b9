// The images of an import, settled one after the other: numbered, stored unless the identity has the same bytes already, and written to the
// journal.
import { join } from 'node:path';
import { replaceFile } from '@lin/files';
import { RecordError } from '../errors.js';
import type { RecordWriter } from '../records/record-writer.js';
import { printableName } from './file-names.js';
import type { ImportReport } from './import-report.js';
import type { ImportJournal, ImportLine } from './import-journal.js';
import { findSameContent } from './same-content.js';

/** An image of the folder, made ready or left out. */
export type MadeImage = { identity: string; file: string } & (
  { sha256: string; jpeg: Buffer } | { sha256: string; leftOut: string } | { leftOut: string }
);

export class ImportedImages {
  /** Images of the folder that have been dealt with. */
  settled = 0;
  private images = 0;
  private readonly left = { duplicates: 0, corrupt: 0, withoutFace: 0 };
  private readonly identities: { name: string; images: number }[] = [];
  private current: string | undefined;
  /** Of the current identity: file by hash. */
  private readonly files = new Map<string, string>();
  /** Images that the writer had when it was opened. */
  private readonly stored: number;

  constructor(
    private readonly writer: RecordWriter,
    readonly journal: ImportJournal,
  ) {
    this.stored = writer.done;
  }

  /** One that the journal has. */
  replay(identity: string, line: ImportLine): void {
    this.enter(identity);
    this.count(line);
  }

  async settle(image: MadeImage): Promise<void> {
    this.enter(image.identity);
    const line = this.lineOf(image);
    this.count(line);
    await this.journal.append(line);
    if (!('key' in line && 'jpeg' in image) || line.key <= this.stored) return; // a power cut may leave the journal behind the records
    if (line.label === this.writer.identityCount) this.writer.startIdentity();
    await this.writer.addImage(image.jpeg);
  }

  /** Makes what is settled safe on the disk. */
  async sync(): Promise<void> {
    await this.journal.sync();
    await this.writer.sync();
  }

  /** Reports what is there twice under different identities, and names the identities. @throws RecordError where no image is left. */
  async finish(folder: string): Promise<Omit<ImportReport, 'ignored'>> {
    if (this.images === 0)
      throw new RecordError(`${this.journal.path}: none of the ${this.settled} images could be used; it says why.`);
    const groups = await findSameContent(this.journal.path);
    for (const sameContent of groups) await this.journal.append({ sameContent });
    await this.journal.sync();
    await writeIdentities(join(folder, 'identities.tsv'), this.identities);
    return { images: this.images, identities: this.identities.length, sameContent: groups.length, ...this.left };
  }

  private enter(identity: string): void {
    if (identity === this.current) return;
    this.current = identity;
    this.files.clear();
  }

  private lineOf(image: MadeImage): ImportLine {
    const { file } = image;
    if (!('sha256' in image)) return { file, skipped: 'corrupt', reason: image.leftOut };
    const { sha256 } = image;
    const duplicateOf = this.files.get(sha256);
    if (duplicateOf !== undefined) return { file, sha256, duplicateOf };
    if ('leftOut' in image) return { file, sha256, skipped: 'no face' };
    const isKnown = this.identities.at(-1)?.name === image.identity;
    return { file, sha256, key: this.images + 1, label: this.identities.length - (isKnown ? 1 : 0) };
  }

  private count(line: ImportLine): void {
    this.settled++;
    if ('key' in line) {
      this.images++;
      if (line.label === this.identities.length) this.identities.push({ name: this.current!, images: 0 });
      this.identities.at(-1)!.images++;
      this.files.set(line.sha256, line.file);
    } else if ('duplicateOf' in line) this.left.duplicates++;
    else if (line.skipped === 'corrupt') this.left.corrupt++;
    else this.left.withoutFace++;
  }
}

async function writeIdentities(path: string, identities: readonly { name: string; images: number }[]): Promise<void> {
  const rows = identities.map(({ name, images }, label) => `${label}\t${printableName(name)}\t${images}\n`);
  await replaceFile(path, `label\tname\timages\n${rows.join('')}`);
}
