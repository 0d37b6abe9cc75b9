// A pack's models out of its zip: those files, of their known size and hash, and nothing else, wherever the archive says they are to go.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { TeacherError } from '../errors.js';
import type { PublishedFile } from './published.js';

export interface UnpackOptions {
  archive: string;
  /** An empty folder; gets the files, flat. */
  folder: string;
  /** What each is to be; undefined where only the archive's own hash says that. */
  files: Readonly<Record<string, PublishedFile | undefined>>;
  signal?: AbortSignal;
}

/** InsightFace's largest has 261 MB. */
const MOST_BYTES_OF_MODEL = 1_000_000_000;

const openZip = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

/** @throws TeacherError where the archive is damaged, lacks one of the files, has another in its place, or names a path outside. */
export async function unpack({ archive, folder, files, signal }: UnpackOptions): Promise<void> {
  const missing = new Set(Object.keys(files));
  try {
    const zip = await openZip(archive, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true });
    for await (const entry of entriesOf(zip)) {
      signal?.throwIfAborted();
      const name = basename(entry.fileName); // some archives have a folder around, and a few an Apple's beside: "._name"
      if (entry.fileName.endsWith('/') || !missing.delete(name)) continue;
      await extract(zip, entry, { path: join(folder, name), published: files[name], ...(signal && { signal }) });
    }
  } catch (error) {
    if (error instanceof TeacherError || signal?.aborted) throw error;
    throw new TeacherError(`${archive} cannot be unpacked (${(error as Error).message}); fetch it again.`);
  }
  if (missing.size > 0)
    throw new TeacherError(`${archive} does not hold ${[...missing].join(', ')}; it is not the pack's archive.`);
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    for (;;) {
      const entry = await new Promise<Entry | undefined>((resolve, reject) => {
        zip
          .once('entry', resolve)
          .once('end', () => resolve(undefined))
          .once('error', reject);
        zip.readEntry();
      });
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
      if (!entry) return;
      yield entry;
    }
  } finally {
    zip.close();
  }
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  { path, published, signal }: { path: string; published: PublishedFile | undefined; signal?: AbortSignal },
): Promise<void> {
  const wrong = () =>
    new TeacherError(
      `The archive's ${entry.fileName} is not the published ${basename(path)}; fetch it from another mirror.`,
    );
  if (entry.uncompressedSize !== (published?.bytes ?? entry.uncompressedSize)) throw wrong();
  if (entry.uncompressedSize > MOST_BYTES_OF_MODEL) throw wrong();
  const open = promisify<Entry, Readable>((of, done) => zip.openReadStream(of, done as never));
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _, next) {
      hash.update(chunk);
      next(null, chunk);
    },
  });
  await pipeline(
    await open(entry),
    hashing,
    createWriteStream(path, { flags: 'wx', flush: true }),
    ...(signal ? [{ signal }] : []),
  );
  if (published && hash.digest('hex') !== published.sha256) throw wrong();
}
