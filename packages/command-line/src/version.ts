// What --version prints: the version in the package's own package.json, from its sources as from its built files.
import { readFileSync } from 'node:fs';

/** `from` is the URL of a module of the package's `src` or `dist`: its import.meta.url. */
export function versionOf(from: string): string {
  const text = readFileSync(new URL('../package.json', from), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
