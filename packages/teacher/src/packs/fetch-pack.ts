// A pack from where InsightFace publishes it, to where InsightFace and Lin look for it: downloaded, verified, unpacked, and only then given
// its name.
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAlive, moveIntoPlace } from '@lin/files';
import { TeacherError } from '../errors.js';
import { download, hashOf, statedSize, type DownloadOptions } from './download.js';
import { insightFaceRoot, type FindPackOptions } from './find-pack.js';
import { PUBLISHED_MODELS, PUBLISHED_PACKS, type PublishedFile } from './published.js';
import { unpack } from './unpack.js';

/** Where InsightFace publishes `<pack>.zip`: its releases. */
export const RELEASES_ADDRESS = 'https://github.com/deepinsight/insightface/releases/download';

export interface FetchPackOptions
  extends FindPackOptions, Pick<DownloadOptions, 'signal' | 'onProgress' | 'silenceMs' | 'retryMs'> {
  /** The pack's models are for non-commercial research only: true says that this is known and agreed to. */
  acceptLicense: boolean;
  /** An address under which `<pack>.zip` is, in place of InsightFace's. Default: LIN_TEACHER_MIRROR, where that is set. */
  mirror?: string;
  /** A `<pack>.zip` that is on this machine already: nothing is downloaded. */
  archive?: string;
  /** Told what it does. */
  log?: (line: string) => void;
}

/**
 * Puts a published pack into `<root>/models/<pack>/`, unless it is there. Files of other names that are there stay.
 * @returns that folder.
 * @throws TeacherError for an unknown pack, a licence that is not accepted, a download that fails or is not the published file.
 */
export async function fetchPack(
  pack: string,
  { root = insightFaceRoot(), acceptLicense, mirror, archive, log = () => {}, ...options }: FetchPackOptions,
): Promise<string> {
  const published = Object.hasOwn(PUBLISHED_PACKS, pack) ? PUBLISHED_PACKS[pack]! : undefined;
  if (!published)
    throw new TeacherError(`Unknown pack ${pack}; choose one of ${Object.keys(PUBLISHED_PACKS).join(', ')}.`);
  if (!acceptLicense)
    throw new TeacherError(
      `${pack} is for non-commercial research only; fetch it with its licence accepted (--accept-license).`,
    );
  const models = join(root, 'models');
  const target = join(models, pack);
  const isPinned = published.archive.bytes !== undefined;
  const files = Object.fromEntries(
    published.files.map((name) => [name, isPinned ? PUBLISHED_MODELS[name] : undefined]),
  );
  if (await holdsAll(target, files)) {
    log(`${pack} is in ${target} already, whole.`);
    return target;
  }
  await mkdir(models, { recursive: true });
  const partial = archive === undefined ? await claimPartial(models, pack) : undefined;
  if (partial !== undefined) {
    const url = `${addressOf(published, mirror).replace(/\/+$/, '')}/${pack}.zip`;
    const bytes = published.archive.bytes ?? (await statedSize(url, options));
    log(`Downloading ${url} (${(bytes / 1e6).toFixed(0)} MB)`);
    await download({ ...options, url, path: partial, bytes, sha256: published.archive.sha256 });
  } else if ((await hashOf(archive!).catch(() => undefined)) !== published.archive.sha256) {
    throw new TeacherError(
      `${archive} is not InsightFace's ${pack}.zip (its SHA-256 is another, or it cannot be read).`,
    );
  }
  log(`Unpacking into ${target}`);
  await install({
    archive: partial ?? archive!,
    models,
    target,
    files,
    ...(options.signal && { signal: options.signal }),
  });
  if (partial !== undefined) await rm(partial, { force: true });
  return target;
}

const addressOf = ({ release = 'v0.7' }: { release?: string }, mirror = process.env['LIN_TEACHER_MIRROR']): string =>
  mirror ?? `${RELEASES_ADDRESS}/${release}`;

interface InstallOptions {
  archive: string;
  models: string;
  target: string;
  files: Record<string, PublishedFile | undefined>;
  signal?: AbortSignal;
}

async function install({ archive, models, target, files, signal }: InstallOptions): Promise<void> {
  const folder = join(models, `.lin-${basename(target)}.unpacking-${process.pid}`);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await unpack({ archive, folder, files, ...(signal && { signal }) });
    const isNew = await moveIntoPlace(folder, target).then(
      () => true,
      () => false,
    );
    if (isNew) return;
    // into a folder that has something already, file by file
    for (const name of Object.keys(files)) await moveIntoPlace(join(folder, name), join(target, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Sizes say whether a file is whole; its hash is looked at, too: a damaged pack is fetched again. A file of which neither is stated was put
 * there whole, if it is there.
 */
async function holdsAll(folder: string, files: Record<string, PublishedFile | undefined>): Promise<boolean> {
  for (const [name, published] of Object.entries(files)) {
    const size = await stat(join(folder, name)).then(
      (entry) => entry.size,
      () => undefined,
    );
    if (!size) return false;
    if (published && (size !== published.bytes || (await hashOf(join(folder, name))) !== published.sha256))
      return false;
  }
  return true;
}

/** A file for the download that is this process's own: what an earlier one, no longer alive, has left is taken over. */
async function claimPartial(models: string, pack: string): Promise<string> {
  const prefix = `.lin-${pack}.zip.partial-`;
  const own = join(models, `${prefix}${process.pid}`);
  for (const name of await leftBehind(models, prefix)) await rename(name, own).catch(() => {}); // another may have been quicker
  for (const name of await leftBehind(models, `.lin-${pack}.unpacking-`))
    await rm(name, { recursive: true, force: true });
  return own;
}

/** Files of that prefix and the id of a process that is no longer alive. */
async function leftBehind(folder: string, prefix: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  return names
    .filter((name) => Number(name.slice(prefix.length)) > 0 && !isAlive(Number(name.slice(prefix.length))))
    .map((name) => join(folder, name));
}
