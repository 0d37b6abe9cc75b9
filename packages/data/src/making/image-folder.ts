// Image folders: one sub-folder for each identity, its images in it or in folders below, in natural order of their names.
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { RecordError } from '../errors.js';
import { naturalOrder } from '../order/natural-order.js';
import { bytesOfName, nameOf, printableName } from './file-names.js';

/** Names of the photographs that are read. Formats are told by their bytes: these say what is meant to be an image. */
const EXTENSIONS = new Set([
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.png',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.pgm',
  '.ppm',
  '.pnm',
]);
/** Deeper is a loop of links, or no set of faces. */
const MAX_DEPTH = 16;

export interface SourceImage {
  /** Name of the identity's folder (file-names.ts). */
  identity: string;
  /** Relative to the whole folder, with slashes. */
  file: string;
}

export interface FolderSurvey {
  /** Names of the sub-folders, in order. */
  identities: string[];
  images: number;
  /** Files that are no images by their names, counted by extension. Names that begin with a dot are not counted. */
  ignored: Record<string, number>;
}

/** Counts before anything is read. @throws RecordError where there is no such folder, or there are no images in sub-folders of it. */
export async function surveyFolder(folder: string): Promise<FolderSurvey> {
  const identities = await identityNames(folder);
  const survey: FolderSurvey = { identities, images: 0, ignored: {} };
  for (const identity of identities) {
    for (const file of await filesOf(folder, identity)) {
      if (isImage(file)) survey.images++;
      else survey.ignored[extensionOf(file)] = (survey.ignored[extensionOf(file)] ?? 0) + 1;
    }
  }
  if (survey.images === 0) {
    const found = `no images in ${identities.length} sub-folders${describeIgnored(survey.ignored)}`;
    throw new RecordError(
      `${folder} holds ${found}; expected one sub-folder for each identity, with ${[...EXTENSIONS].join(', ')}.`,
    );
  }
  return survey;
}

/** Every image, identity by identity; one folder's names are in memory at a time. */
export async function* sourceImages(
  folder: string,
  identities: readonly string[],
): AsyncGenerator<SourceImage, void, void> {
  for (const identity of identities) {
    for (const file of await filesOf(folder, identity)) if (isImage(file)) yield { identity, file };
  }
}

/** The path of a file of the folder, in the disk's own bytes. */
export const pathOf = (folder: string, file: string) => bytesOfName(join(folder, file));

/** " (ignored: 3 .txt, 1 without extension)", or nothing. */
export function describeIgnored(ignored: FolderSurvey['ignored']): string {
  const counts = Object.entries(ignored).sort(([, a], [, b]) => b - a);
  return counts.length === 0
    ? ''
    : ` (ignored: ${counts.map(([extension, count]) => `${count} ${printableName(extension) || 'without extension'}`).join(', ')})`;
}

const extensionOf = (file: string) => extname(file).toLowerCase();
const isImage = (file: string) => EXTENSIONS.has(extensionOf(file));

async function identityNames(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  const names = [];
  for (const entry of entries) if (await isFolder(folder, entry)) names.push(entry.name);
  return names;
}

interface Entry {
  name: string;
  isDirectory: boolean;
  isLink: boolean;
}

async function filesOf(folder: string, below: string, depth = 0): Promise<string[]> {
  if (depth > MAX_DEPTH)
    throw new RecordError(
      `${printableName(join(folder, below))}: folders more than ${MAX_DEPTH} deep; is a link leading back to itself?`,
    );
  const files: string[] = [];
  for (const entry of await entriesOf(join(folder, below))) {
    const path = `${below}/${entry.name}`;
    if (await isFolder(join(folder, below), entry)) files.push(...(await filesOf(folder, path, depth + 1)));
    else files.push(path);
  }
  return files;
}

async function entriesOf(path: string): Promise<Entry[]> {
  const options = { withFileTypes: true, encoding: 'buffer' } as const;
  const entries = await readdir(bytesOfName(path), options).catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(
      `${printableName(path)} cannot be read (${error.code}): expected a folder with one sub-folder for each identity.`,
    );
  });
  return entries
    .map((entry) => ({
      name: nameOf(entry.name),
      isDirectory: entry.isDirectory(),
      isLink: entry.isSymbolicLink(),
    }))
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => naturalOrder(a.name, b.name));
}

async function isFolder(folder: string, { name, isDirectory, isLink }: Entry): Promise<boolean> {
  if (!isLink) return isDirectory;
  return stat(pathOf(folder, name)).then(
    (target) => target.isDirectory(),
    () => false, // a dangling link is met again when it is read
  );
}
