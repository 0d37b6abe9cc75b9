// Paths that match a pattern, for shells that leave patterns to the program: * and ? within a name, ** for any depth of folders.
import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

export const isPattern = (text: string) => /[*?]/.test(text);

/** In the order of their names. Names that begin with a dot are matched only by patterns that do. */
export async function glob(pattern: string): Promise<string[]> {
  const segments = pattern.split(/[/\\]/).filter((segment) => segment !== '');
  return matches(isAbsolute(pattern) ? '/' : '', segments);
}

async function matches(folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> {
  if (segment === undefined) return [];
  if (!isPattern(segment)) return rest.length > 0 ? matches(join(folder, segment), rest) : existing(folder, segment);
  const entries = await entriesOf(folder);
  const found: string[] = segment === '**' ? await matches(folder, rest) : [];
  for (const { name, isFolder } of entries) {
    const path = join(folder, name);
    if (segment === '**') {
      if (isFolder && !name.startsWith('.')) found.push(...(await matches(path, [segment, ...rest])));
    } else if (nameMatches(segment, name)) {
      if (rest.length === 0) found.push(path);
      else if (isFolder) found.push(...(await matches(path, rest)));
    }
  }
  return found.sort();
}

const existing = async (folder: string, name: string) =>
  (await entriesOf(folder)).some((entry) => entry.name === name) ? [join(folder, name)] : [];

function nameMatches(segment: string, name: string): boolean {
  if (name.startsWith('.') && !segment.startsWith('.')) return false;
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(name);
}

async function entriesOf(folder: string): Promise<{ name: string; isFolder: boolean }[]> {
  const entries = await readdir(folder || '.', { withFileTypes: true }).catch(() => []);
  return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}
