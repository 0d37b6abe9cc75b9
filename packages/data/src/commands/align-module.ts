// --align: a face aligner of the user's own, as an ES module.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from '@lin/command-line';
import type { AlignFunction } from '../making/prepare-image.js';

/**
 * A path (with a slash or a dot in front), or the name of an installed package.
 * @throws UsageError where it cannot be loaded, or its default
 * export is not a function.
 */
export async function loadAlign(specifier: string): Promise<AlignFunction> {
  const module = (await load(specifier).catch((error: Error) => {
    throw new UsageError(`--align ${specifier} cannot be loaded: ${error.message.split('\n')[0]}`);
  })) as { default?: unknown };
  if (typeof module.default !== 'function') {
    throw new UsageError(
      `--align ${specifier} has no function as its default export; expected (image) => Promise<Uint8Array | null>.`,
    );
  }
  return module.default as AlignFunction;
}

async function load(specifier: string): Promise<unknown> {
  if (/^\.{0,2}\//.test(specifier)) return import(pathToFileURL(resolve(specifier)).href);
  const url = import.meta.resolve(specifier);
  return import(existsSync(fileURLToPath(url)) ? url : ((await sourceOf(specifier)) ?? url));
}

/** In a fresh checkout, where nothing is built yet, the file that a package of ours names for its sources. */
async function sourceOf(specifier: string): Promise<string | undefined> {
  const [, name, path = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier)!;
  const manifest = import.meta.resolve(`${name}/package.json`);
  const { exports = {} } = JSON.parse(await readFile(fileURLToPath(manifest), 'utf8')) as {
    exports?: Record<string, Record<string, string> | undefined>;
  };
  const source = exports[`.${path}`]?.['@lin/source'];
  return source === undefined ? undefined : new URL(source, manifest).href;
}
