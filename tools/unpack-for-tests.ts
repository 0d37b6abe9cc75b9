// What tests need of the npm package @sparticuz/chromium (Chromium, libraries, SwiftShader), unpacked once for each user of a machine.
import { createReadStream, existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar';

const require = createRequire(import.meta.url);
const VERSION = '147.0.0'; // of the package: another version's files go to another folder

/** Why there is nothing to unpack here; undefined where there is: the package's files are for Linux on x64. */
export const noBinaries =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `@sparticuz/chromium is for Linux on x64, not for ${process.platform} on ${process.arch}`;

/** The folder `name` in this user's own part of the temporary folder. `fill` puts the files there; a folder that is there is whole. */
export async function unpackOnce(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(await ownFolder(), `${name}-${VERSION}`);
  if (existsSync(folder)) return folder;
  const partial = await mkdtemp(`${folder}-`);
  await fill(partial);
  await rename(partial, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error; // another process was first
    await rm(partial, { recursive: true });
  });
  return folder;
}

/** Puts the files of an archive of the package into a folder, as this user's own. */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const untar = extract({ cwd: folder, preserveOwner: false }); // root would hand them to the user who packed them
  await pipeline(createReadStream(packed(archive)), createBrotliDecompress(), untar);
}

/** A file of the package as it is, compressed by Brotli. */
export const packed = (name: string): string =>
  join(dirname(require.resolve('@sparticuz/chromium')), '../../bin', name);

/** Programs and libraries are started from here, so nobody else may be able to write in it: the temporary folder is everyone's. */
async function ownFolder(): Promise<string> {
  const uid = process.getuid!();
  const folder = join(tmpdir(), `lin-tests-${uid}`);
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not this user's own, private folder; remove it, or set TMPDIR to another place.`);
  }
  return folder;
}
