// Images of the same bytes under different identities: mistakes in the labels, most of them.
import { journalLines } from './import-journal.js';

/**
 * Groups of files of an import's journal that have the same content, in the order of their first. Memory: 8 bytes an image, and the groups.
 * Two passes: the first finds hashes that may be there twice by 52 of their bits, the second compares them whole.
 */
export async function findSameContent(journalPath: string): Promise<string[][]> {
  const hashes: number[] = [];
  for await (const { hash } of storedImages(journalPath)) hashes.push(shortened(hash));
  const sorted = Float64Array.from(hashes).sort();
  const repeated = new Set(sorted.filter((hash, i) => hash === sorted[i - 1]));
  if (repeated.size === 0) return [];

  const groups = new Map<string, string[]>();
  for await (const { file, hash } of storedImages(journalPath)) {
    if (!repeated.has(shortened(hash))) continue;
    const group = groups.get(hash);
    if (group) group.push(file);
    else groups.set(hash, [file]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

async function* storedImages(journalPath: string): AsyncGenerator<{ file: string; hash: string }, void, void> {
  for await (const { value } of journalLines(journalPath))
    if (value && 'key' in value) yield { file: value.file, hash: value.sha256 };
}

/** 13 hexadecimal digits are exact in a float64. */
const shortened = (hash: string) => parseInt(hash.slice(0, 13), 16);
