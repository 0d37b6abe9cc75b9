// A libtensorflow archive in small: lib/ with its two libraries, include/ beside it.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { create } from 'tar';

export const TARBALL_FILES = {
  'lib/libtensorflow.so.2': createHash('shake256', { outputLength: 50_000 }).digest(), // bytes that do not compress
  'lib/libtensorflow_framework.so.2': Buffer.from('the framework'),
  'include/tensorflow/c/c_api.h': Buffer.from('// header'),
};

export async function tinyTarball(files: Record<string, Buffer> = TARBALL_FILES): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'lin-tarball-'));
  try {
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    return await buffer(create({ cwd: folder, gzip: true, prefix: '.' }, Object.keys(files)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
