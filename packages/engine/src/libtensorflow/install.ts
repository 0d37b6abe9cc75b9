// `lin-engine install`: fetches libtensorflow once into the user's cache, whole or not at all.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { moveIntoPlace, withLock } from '@lin/files';
import { EngineError } from '../errors.js';
import { downloadTarball, TARBALL_VERSION } from './download-tarball.js';
import { downloadWheels, hasNvidiaGpu } from './download-wheels.js';
import { findLibTensorFlow, inFolder, installFolder, type LibTensorFlow } from './find.js';
import { unpackWheel } from './wheel.js';

/** The TensorFlow that Lin fetches; any ≥ 2.9 that is found works. */
export const TENSORFLOW_VERSION = '2.21.0';

export interface InstallOptions {
  /** Fetches TensorFlow with its CUDA libraries; `auto`: where `nvidia-smi` answers. */
  cuda?: boolean | 'auto';
  /** Fetches even where a libtensorflow is found already. */
  force?: boolean;
  /** Told one line before each step that takes long. */
  log?: (line: string) => void;
  signal?: AbortSignal;
  /** Where the official tarball comes from when pip cannot help; an http(s) address. */
  tarballUrl?: string;
}

/**
 * Finds libtensorflow or fetches it: the wheel by pip, of which only the shared libraries are kept, else the official tarball.
 * Files are checked, written beside and renamed, under a lock; an interrupted install leaves nothing that could be mistaken for a library.
 * @throws EngineError when neither source can be reached or what arrives is damaged.
 */
export async function installLibTensorFlow({ force = false, ...options }: InstallOptions = {}): Promise<LibTensorFlow> {
  const found = force ? undefined : await findLibTensorFlow();
  if (found) return found;
  await mkdir(installFolder(), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new EngineError(
      `${installFolder()} cannot be made (${error.code}); name a folder for downloads in LIN_CACHE.`,
    );
  });
  const work = async () => {
    // Another process may have finished while this one waited for the lock.
    const meanwhile = force ? undefined : await findLibTensorFlow();
    return meanwhile ?? fetchLibTensorFlow(options);
  };
  return withLock(join(installFolder(), 'install.lock'), work, {
    signal: options.signal,
    onWait: ({ pid, host }) =>
      options.log?.(`Process ${pid} is fetching TensorFlow already, on ${host}; waiting for it …`),
  });
}

/** A folder with the libraries in `tensorflow/`, and whose they are. */
interface Unpacked {
  folder: string;
  version: string;
}

async function fetchLibTensorFlow(options: Omit<InstallOptions, 'force'>): Promise<LibTensorFlow> {
  await removeLeftovers();
  const staging = join(installFolder(), `partial-${randomBytes(6).toString('hex')}`);
  await mkdir(staging);
  try {
    const reasons: string[] = [];
    const unpacked =
      (await attempt(reasons, () => fetchByPip(staging, options))) ??
      (await attempt(reasons, () => fetchTarball(staging, options)));
    if (!unpacked) {
      throw new EngineError(
        `libtensorflow could not be fetched (${reasons.join('; ')}); check the network, or name a copy in LIN_LIBTENSORFLOW.`,
      );
    }
    return await replaceInstalled(unpacked, join(staging, 'replaced'));
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5 }); // a stopped download may still be writing its last file
  }
}

async function fetchByPip(
  staging: string,
  { cuda = 'auto', log = () => {}, signal }: InstallOptions,
): Promise<Unpacked> {
  const withCuda = cuda === 'auto' ? await hasNvidiaGpu() : cuda;
  log(`Fetching TensorFlow ${TENSORFLOW_VERSION}${withCuda ? ' with CUDA' : ''} by pip (once; a few hundred MB) …`);
  const wheels = await downloadWheels({ folder: staging, version: TENSORFLOW_VERSION, cuda: withCuda, signal });
  log('Unpacking and checking its libraries …');
  const folder = join(staging, 'wheels');
  for (const wheel of wheels) await unpackWheel({ wheel, folder, wanted: isLibrary, signal });
  return { folder, version: TENSORFLOW_VERSION };
}

async function fetchTarball(
  staging: string,
  { log = () => {}, signal, tarballUrl }: InstallOptions,
): Promise<Unpacked> {
  log('pip cannot fetch TensorFlow; trying the official libtensorflow …');
  const folder = join(staging, 'tarball');
  await downloadTarball({ folder: join(folder, 'tensorflow'), url: tarballUrl, signal });
  return { folder, version: TARBALL_VERSION };
}

/** Runs one way of fetching; a failure is remembered and the next way is tried, an abort ends everything. */
async function attempt(reasons: string[], fetch: () => Promise<Unpacked>): Promise<Unpacked | undefined> {
  try {
    const unpacked = await fetch();
    if (await inFolder(join(unpacked.folder, 'tensorflow'), 'cache')) return unpacked;
    throw new EngineError('what was fetched holds no libtensorflow for this system');
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    reasons.push((error as Error).message);
    return undefined;
  }
}

/** Renames, which happens whole or not at all; what was there before is kept in `replaced` until then. */
async function replaceInstalled({ folder, version }: Unpacked, replaced: string): Promise<LibTensorFlow> {
  const target = join(installFolder(), version);
  await rename(target, replaced).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await moveIntoPlace(folder, target);
  return (await inFolder(join(target, 'tensorflow'), 'cache'))!;
}

/** What a killed install left; nobody else is at work, because the lock is held. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(installFolder());
  const partial = names.filter((name) => name.startsWith('partial-'));
  await Promise.all(partial.map((name) => rm(join(installFolder(), name), { recursive: true, force: true })));
}

const isLibrary = (path: string) =>
  /^tensorflow\/libtensorflow[^/]*$/.test(path) || /^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/.test(path);
