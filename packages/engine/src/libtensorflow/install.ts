// `lin-engine install`: fetches libtensorflow once into the user's cache, whole or not at all.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.js';
import { downloadTarball } from './download-tarball.js';
import { downloadWheels, hasNvidiaGpu } from './download-wheels.js';
import { findLibTensorFlow, inFolder, installFolder, type LibTensorFlow } from './find.js';
import { withLock } from './lock.js';
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
  await mkdir(installFolder(), { recursive: true });
  return withLock(join(installFolder(), 'install.lock'), async () => {
    // Another process may have finished while this one waited for the lock.
    const meanwhile = force ? undefined : await findLibTensorFlow();
    return meanwhile ?? fetchLibTensorFlow(options);
  });
}

async function fetchLibTensorFlow({
  cuda = 'auto',
  log = () => {},
  signal,
  tarballUrl,
}: Omit<InstallOptions, 'force'>): Promise<LibTensorFlow> {
  await removeLeftovers();
  const staging = join(installFolder(), `partial-${randomBytes(6).toString('hex')}`);
  const unpacked = join(staging, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  try {
    const withCuda = cuda === 'auto' ? await hasNvidiaGpu() : cuda;
    const reasons: string[] = [];
    const done = await attempt(reasons, async () => {
      log(`Fetching TensorFlow ${TENSORFLOW_VERSION}${withCuda ? ' with CUDA' : ''} by pip (once; a few hundred MB) …`);
      const wheels = await downloadWheels({ folder: staging, version: TENSORFLOW_VERSION, cuda: withCuda, signal });
      log('Unpacking and checking its libraries …');
      for (const wheel of wheels) await unpackWheel({ wheel, folder: unpacked, wanted: isLibrary, signal });
    }) || await attempt(reasons, async () => {
      log('pip cannot fetch TensorFlow; trying the official libtensorflow …');
      await downloadTarball({ folder: join(unpacked, 'tensorflow'), url: tarballUrl, signal });
    });
    if (!done) {
      throw new EngineError(
        `libtensorflow could not be fetched (${reasons.join('; ')}); check the network, or name a copy in LIN_LIBTENSORFLOW.`,
      );
    }
    return await moveIntoPlace(unpacked);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Runs one way of fetching; a failure is remembered and the next way is tried, an abort ends everything. */
async function attempt(reasons: string[], fetch: () => Promise<void>): Promise<boolean> {
  try {
    await fetch();
    return true;
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    reasons.push((error as Error).message);
    return false;
  }
}

async function moveIntoPlace(unpacked: string): Promise<LibTensorFlow> {
  if (!(await inFolder(join(unpacked, 'tensorflow'), 'cache'))) {
    throw new EngineError('What was fetched holds no libtensorflow for this system; name a copy in LIN_LIBTENSORFLOW.');
  }
  const target = join(installFolder(), TENSORFLOW_VERSION);
  await rm(target, { recursive: true, force: true });
  await rename(unpacked, target);
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
