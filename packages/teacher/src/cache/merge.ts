// Joins the parts of an embedding cache, filled by several processes, into the file that one process would have written.
import { readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, replaceFile } from '@lin/files';
import { TeacherError } from '../errors.js';
import { damagedBlock, openCacheFile, readBlock } from './files.js';
import { layoutOf, type CacheOptions } from './fill.js';
import type { CacheLayout } from './layout.js';

/**
 * The path of the whole cache, made of all its parts in `folder`; every block is checked on the way. The parts are removed once the whole
 * is safe.
 * Where the whole is there already, it is left as it is.
 * @throws TeacherError where parts are missing, which it names, or one is damaged; nothing is removed then.
 */
export async function mergeEmbeddingShards(options: CacheOptions): Promise<string> {
  const { folder } = options;
  const whole = layoutOf(options);
  const path = join(folder, whole.fileName);
  if (await exists(path)) {
    await (await openCacheFile(path, whole)).file.close();
    return path;
  }
  const parts = await partsIn(folder, options);
  await replaceFile(path, async (file) => {
    await file.write(whole.header(), 0, undefined, 0);
    for (const part of parts) await append(file, whole, { path: join(folder, part.fileName), part });
  });
  for (const part of parts) await rm(join(folder, part.fileName), { force: true });
  return path;
}

/** The one complete set of parts. */
async function partsIn(folder: string, options: CacheOptions): Promise<CacheLayout[]> {
  const names = new Set(await readdir(folder).catch(() => [] as string[]));
  const { fileName } = layoutOf(options);
  const prefix = fileName.replace(/\.embeddings$/, '.part-');
  const counts = new Set(
    [...names]
      .flatMap((name) => (name.startsWith(prefix) ? Number(/-of-(\d+)\.embeddings/.exec(name)?.[1] ?? 0) : 0))
      .filter((count) => count > 0),
  );
  const sets = [...counts].map((count) =>
    Array.from({ length: count }, (_, index) => layoutOf(options, { index, count })),
  );
  const complete = sets.find((parts) => parts.every((part) => names.has(part.fileName)));
  if (complete) return complete;
  const missing = sets.map((parts) => {
    const absent = parts
      .filter((part) => !names.has(part.fileName))
      .map(({ shard }) => `${shard.index}/${shard.count}`);
    const shown = absent.slice(0, 10).join(', ');
    return absent.length > 10 ? `${shown} and ${absent.length - 10} more` : shown;
  });
  throw new TeacherError(
    missing.length > 0
      ? `${folder}: of the parts of ${fileName}, ${missing.join('; or ')} ` +
          `${missing.join('').includes(',') ? 'are' : 'is'} not finished; fill them first.`
      : `${folder} has no parts of ${fileName}; fill them first, with the same model, records and precision.`,
  );
}

async function append(
  file: FileHandle,
  whole: CacheLayout,
  { path, part }: { path: string; part: CacheLayout },
): Promise<void> {
  const opened = await openCacheFile(path, part);
  try {
    for (let block = 0; block < part.blockCount; block++) {
      const bytes = await readBlock(opened.file, part, block);
      if (!bytes)
        throw new TeacherError(
          `${damagedBlock(path, part, block)}; delete the file and fill part ${part.shard.index}/${part.shard.count} again.`,
        );
      await file.write(
        bytes,
        0,
        bytes.length,
        whole.rowOffset(part.start) + part.blockOffset(block) - part.blockOffset(0),
      );
    }
  } finally {
    await opened.file.close();
  }
}
