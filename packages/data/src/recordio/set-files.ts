// The files of a set: a .rec, and the .idx beside it.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError } from '../errors.js';

/** The .rec that `path` is, or that the folder holds. @throws RecordError where there is none, or many. */
export async function findRec(path: string): Promise<string> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry)
    throw new RecordError(`${path} does not exist: expected a .rec file, or a folder with train.rec.`, { file: path });
  if (!entry.isDirectory()) return path;
  const recs = (await readdir(path)).filter((name) => name.endsWith('.rec'));
  const rec = recs.includes('train.rec') ? 'train.rec' : recs.length === 1 ? recs[0]! : undefined;
  if (rec) return join(path, rec);
  const found = recs.length === 0 ? 'no .rec file' : `${recs.length} .rec files and no train.rec`;
  throw new RecordError(`${path} holds ${found}; name the .rec file itself.`, { file: path });
}

/** The .idx beside a .rec, if there is one. */
export async function findIdx(recPath: string): Promise<string | undefined> {
  const path = idxPathOf(recPath);
  return stat(path).then(
    () => path,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : path), // opening it says what is wrong
  );
}

export const idxPathOf = (recPath: string) => recPath.replace(/\.rec$/, '') + '.idx';
