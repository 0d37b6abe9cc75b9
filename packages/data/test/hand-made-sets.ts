// Record sets in either layout, put together by the reference writer rather than by the package's own.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceFrame, referencePack } from './reference-recordio.js';

/** Removed with the machine's temporary files, as other packages' tests do it. */
export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'lin-data-'));

export interface HandMadeRecord {
  key: number;
  payload: number[];
}

export interface HandMadeSet {
  rec: Buffer;
  /** In the order of the file. */
  rows: { key: number; offset: number }[];
}

export function assemble(records: readonly HandMadeRecord[]): HandMadeSet {
  const rows: HandMadeSet['rows'] = [];
  const framed: Buffer[] = [];
  let offset = 0;
  for (const { key, payload } of records) {
    const bytes = Buffer.from(referenceFrame(payload));
    rows.push({ key, offset });
    framed.push(bytes);
    offset += bytes.length;
  }
  return { rec: Buffer.concat(framed), rows };
}

export const idxText = (rows: HandMadeSet['rows']) => rows.map(({ key, offset }) => `${key}\t${offset}\n`).join('');

export const HEADER_PLACES = ['first', 'between', 'last'] as const;
export type HeaderPlace = (typeof HEADER_PLACES)[number];

/** face2rec2's records, its header between images and identities: `images[identity]` are the encoded images of each identity. */
export function insightFaceRecords(
  images: readonly (readonly Iterable<number>[])[],
  { header = 'between' as HeaderPlace } = {},
): HandMadeRecord[] {
  const imageRecords: HandMadeRecord[] = [];
  const ranges: [number, number][] = [];
  for (const [identity, ofIdentity] of images.entries()) {
    const first = imageRecords.length + 1;
    for (const image of ofIdentity) {
      const key = imageRecords.length + 1;
      imageRecords.push({ key, payload: referencePack([identity, 1], key, image) });
    }
    ranges.push([first, imageRecords.length + 1]);
  }
  const firstIdentity = imageRecords.length + 1;
  const headerRecord = { key: 0, payload: referencePack([firstIdentity, firstIdentity + images.length], 0) };
  const identityRecords = ranges.map((range, i) => ({
    key: firstIdentity + i,
    payload: referencePack(range, firstIdentity + i),
  }));
  return {
    first: [headerRecord, ...imageRecords, ...identityRecords],
    between: [...imageRecords, headerRecord, ...identityRecords],
    last: [...imageRecords, ...identityRecords, headerRecord],
  }[header];
}

/** im2rec's records: keys from 0, one label in the header. */
export function im2recRecords(images: readonly { label: number; image: Iterable<number> }[]): HandMadeRecord[] {
  return images.map(({ label, image }, key) => ({ key, payload: referencePack(label, key, image) }));
}

/** Writes a set's files and returns the path of its .rec. */
export async function writeSet(
  folder: string,
  { rec, rows }: HandMadeSet,
  { name = 'train', idx = idxText(rows) as string | null } = {},
): Promise<string> {
  const path = join(folder, `${name}.rec`);
  await writeFile(path, rec);
  if (idx !== null) await writeFile(join(folder, `${name}.idx`), idx);
  return path;
}
