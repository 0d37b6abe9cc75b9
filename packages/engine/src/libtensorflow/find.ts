// Where libtensorflow may be: LIN_LIBTENSORFLOW, Lin's cache, tfjs-node-gpu's own download, a Python TensorFlow; in this order.
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../errors.js';
import { cacheFolder } from './cache-folder.js';

export interface LibTensorFlow {
  folder: string;
  /** The file that exports the C API. */
  library: string;
  /** libtensorflow_framework, where the library is split in two. */
  framework?: string;
  source: 'env' | 'cache' | 'tfjs-node-gpu' | 'python';
}

/** The value of LIN_LIBTENSORFLOW that means: do without. */
export const NONE = 'none';

const PYTHON_TIMEOUT_MS = 10_000; // a cold interpreter on a slow disk takes 1–2 s

// The C API's file in the Python wheels, in the official tarballs, and on the other systems.
const LIBRARY =
  /^(libtensorflow_cc\.so(\.\d+)*|libtensorflow\.so(\.\d+)*|libtensorflow(_cc)?(\.\d+)*\.dylib|tensorflow\.dll)$/;
const FRAMEWORK = /^libtensorflow_framework(\.so(\.\d+)*|(\.\d+)*\.dylib)$/;

/**
 * The first libtensorflow found, or undefined.
 * @throws EngineError when LIN_LIBTENSORFLOW is set and holds none: what a user asks for is not passed over.
 */
export async function findLibTensorFlow(): Promise<LibTensorFlow | undefined> {
  const wish = process.env['LIN_LIBTENSORFLOW'];
  if (wish === NONE) return undefined;
  if (wish) return fromEnvironment(resolve(wish)); // the loader would look for a bare file name among the system's libraries
  return (await fromCache()) ?? (await fromTfjsNode()) ?? (await fromPython());
}

/** Where `installLibTensorFlow` puts its copies: one folder per version. */
export function installFolder(): string {
  return join(cacheFolder(), 'libtensorflow');
}

async function fromEnvironment(path: string): Promise<LibTensorFlow> {
  const entry = await stat(path).catch(() => undefined);
  const found = await inFolder(entry?.isDirectory() ? path : dirname(path), 'env');
  if (!entry || !found) {
    throw new EngineError(
      `LIN_LIBTENSORFLOW is ${path}, where there is no libtensorflow; name its folder or file, unset it, ` +
        `or set it to "${NONE}" to do without TensorFlow.`,
    );
  }
  return entry.isDirectory() ? found : { ...found, library: path };
}

async function fromCache(): Promise<LibTensorFlow | undefined> {
  const versions = (await list(installFolder()))
    .filter((name) => /^\d/.test(name))
    .sort(byVersion)
    .reverse();
  for (const version of versions) {
    const found = await inFolder(join(installFolder(), version, 'tensorflow'), 'cache');
    if (found) return found;
  }
  return undefined;
}

async function fromTfjsNode(): Promise<LibTensorFlow | undefined> {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json');
    return await inFolder(join(dirname(manifest), 'deps', 'lib'), 'tfjs-node-gpu');
  } catch {
    return undefined; // the package is not installed: its kernels come with this one
  }
}

async function fromPython(): Promise<LibTensorFlow | undefined> {
  // find_spec locates the package without importing it, which would take seconds.
  const code =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(list(s.submodule_search_locations)[0] if s else "")';
  const { stdout } = await promisify(execFile)('python3', ['-c', code], { timeout: PYTHON_TIMEOUT_MS }).catch(() => ({
    stdout: '',
  }));
  const folder = stdout.trim();
  return folder ? inFolder(folder, 'python') : undefined;
}

/** The libraries in `folder`, or undefined. */
export async function inFolder(folder: string, source: LibTensorFlow['source']): Promise<LibTensorFlow | undefined> {
  const names = (await list(folder)).sort();
  const library = names.find((name) => LIBRARY.test(name));
  if (!library) return undefined;
  const framework = names.find((name) => FRAMEWORK.test(name));
  return { folder, library: join(folder, library), ...(framework && { framework: join(folder, framework) }), source };
}

const list = (folder: string) => readdir(folder).catch(() => [] as string[]);

const byVersion = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
