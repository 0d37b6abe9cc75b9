// The photographs that a command is given: files, folders, patterns, and standard input as a picture or as a list of paths.
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { UsageError } from '@lin/command-line';
import { glob, isPattern } from './glob.js';

export interface Photograph {
  /** As results and messages call it. */
  name: string;
  /** A path, or a file's bytes. */
  photo: string | Uint8Array;
}

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif']);
const STANDARD_INPUT = '-';

/**
 * Of a folder all pictures in it and below, in the order of their names; of "-" what standard input has.
 * @throws UsageError for a folder without pictures, and a pattern that matches nothing.
 */
export async function photographsOf(
  operands: readonly string[],
  input: NodeJS.ReadStream = process.stdin,
): Promise<Photograph[]> {
  const found: Photograph[] = [];
  for (const operand of operands) {
    if (operand === STANDARD_INPUT) found.push(...(await fromInput(input)));
    else for (const path of await pathsOf(operand)) found.push({ name: path, photo: path });
  }
  return found;
}

/** Pictures in the folder and below. */
export async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...(await picturesIn(path)));
    else if (EXTENSIONS.has(extname(entry.name).toLowerCase())) paths.push(path);
  }
  return paths;
}

async function pathsOf(operand: string): Promise<string[]> {
  const entry = await stat(operand).catch(() => undefined);
  if (entry?.isDirectory()) {
    const pictures = await picturesIn(operand);
    if (pictures.length > 0) return pictures;
    throw new UsageError(`${operand} holds no pictures (${[...EXTENSIONS].join(', ')}).`);
  }
  if (entry || !isPattern(operand)) return [operand]; // where it is missing, reading it says so
  const matching = await glob(operand);
  if (matching.length > 0) return matching;
  throw new UsageError(`No file matches ${operand}.`);
}

async function fromInput(input: NodeJS.ReadStream): Promise<Photograph[]> {
  const bytes = await buffer(input);
  if (isPicture(bytes)) return [{ name: 'standard input', photo: bytes }];
  const separator = bytes.includes(0) ? '\0' : /\r?\n/; // NUL as `find -print0` writes it
  const paths = bytes
    .toString('utf8')
    .split(separator)
    .filter((path) => path !== '');
  if (paths.length === 0) throw new UsageError('Standard input is empty; expected a picture, or a path in each line.');
  return paths.map((path) => ({ name: path, photo: path }));
}

/** By the first bytes of JPEG, PNG, GIF, RIFF (WebP), TIFF and ISO media (AVIF): no list of paths begins so. */
function isPicture(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 12).toString('latin1');
  return /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|II\*\0|MM\0\*|....ftyp)/s.test(start);
}
