// --align: a face aligner of the user's own, as an ES module.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@lin/command-line';
import type { AlignFunction } from '../making/prepare-image.js';

/**
 * A path (with a slash or a dot in front), or the name of an installed package. @throws UsageError where its default export is no function.
 */
export async function loadAlign(specifier: string): Promise<AlignFunction> {
  const url = /^\.{0,2}\//.test(specifier) ? pathToFileURL(resolve(specifier)).href : import.meta.resolve(specifier);
  const module = (await import(url).catch((error: Error) => {
    throw new UsageError(`--align ${specifier} cannot be loaded: ${error.message.split('\n')[0]}`);
  })) as { default?: unknown };
  if (typeof module.default !== 'function') {
    throw new UsageError(
      `--align ${specifier} has no function as its default export; expected (image) => Promise<Uint8Array | null>.`,
    );
  }
  return module.default as AlignFunction;
}
