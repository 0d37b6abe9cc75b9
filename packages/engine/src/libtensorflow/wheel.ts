// Taking shared libraries out of a Python wheel (a zip), each checked against the sizes and SHA-256 sums of the wheel's own RECORD (PEP
// 427).
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { open, type Entry, type ZipFile } from 'yauzl';
import { EngineError } from '../errors.js';

export interface UnpackOptions {
  wheel: string;
  /** Where the files go, keeping their paths inside the wheel. */
  folder: string;
  /** Which of the wheel's files. */
  wanted: (path: string) => boolean;
  signal?: AbortSignal;
  onProgress?: (bytes: number) => void;
}

interface RecordedFile {
  sha256: string;
  bytes: number;
}

/** Unpacks and checks the wanted files; returns their paths inside the wheel. @throws EngineError where the wheel is damaged. */
export async function unpackWheel(options: UnpackOptions): Promise<string[]> {
  try {
    return await unpackAndCheck(options);
  } catch (error) {
    const { name, message, syscall } = error as NodeJS.ErrnoException;
    // the rest is the zip's own: bad headers, bad deflate
    if (error instanceof EngineError || name === 'AbortError' || syscall) throw error;
    throw new EngineError(`${options.wheel} is damaged (${message}); download it again.`);
  }
}

async function unpackAndCheck({ wheel, folder, wanted, signal, onProgress }: UnpackOptions): Promise<string[]> {
  const zip = await promisify<string, object, ZipFile>(open)(wheel, { lazyEntries: true, autoClose: false });
  try {
    const entries = await entriesOf(zip);
    const record = await readRecord(zip, entries, wheel);
    const files = entries.filter(({ fileName }) => wanted(fileName));
    for (const entry of files) {
      const expected = record.get(entry.fileName);
      if (!expected)
        throw new EngineError(`${wheel}: ${entry.fileName} is not in the wheel's RECORD; download the wheel again.`);
      // yauzl refuses absolute paths and "..", so the target lies inside the folder.
      await unpackEntry(zip, entry, join(folder, entry.fileName), expected, { signal, onProgress });
    }
    return files.map(({ fileName }) => fileName);
  } finally {
    zip.close();
  }
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  target: string,
  expected: RecordedFile,
  { signal, onProgress }: Pick<UnpackOptions, 'signal' | 'onProgress'>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress?.(chunk.length);
      done(null, chunk);
    },
  });
  await pipeline(await openEntry(zip, entry), check, createWriteStream(target, { flush: true }), { signal });
  if (bytes !== expected.bytes || hash.digest('base64url') !== expected.sha256) {
    throw new EngineError(
      `${entry.fileName} does not match the wheel's RECORD (size or SHA-256); the download is damaged, try again.`,
    );
  }
}

/** RECORD: lines of `path,sha256=<base64url>,<bytes>`. */
async function readRecord(zip: ZipFile, entries: readonly Entry[], wheel: string): Promise<Map<string, RecordedFile>> {
  const entry = entries.find(({ fileName }) => fileName.endsWith('.dist-info/RECORD'));
  if (!entry) throw new EngineError(`${wheel} has no RECORD: it is not a Python wheel; download it again.`);
  const lines = (await text(await openEntry(zip, entry))).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const match = /^(.+),sha256=([\w-]+),(\d+)$/.exec(line);
      return match ? [[match[1]!, { sha256: match[2]!, bytes: Number(match[3]) }] as const] : [];
    }),
  );
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return promisify<Entry, Readable>(zip.openReadStream.bind(zip))(entry);
}
