// A decoding thread: groups of records in, their pixels out. It keeps each .rec that it reads open until it is told to close.
import { parentPort } from 'node:worker_threads';
import { RecordError } from '../errors.js';
import { openRecordFile, type DiskFile } from '../recordio/record-file.js';
import type { RecordPlace } from '../recordio/read-image.js';
import { decodeGroup, type DecodedGroup, type RecordGroup } from './decode-group.js';

/** A group to decode, or without one, to close what is open. */
export interface Request {
  id: number;
  group?: RecordGroup;
}

export interface Reply {
  id: number;
  decoded?: DecodedGroup;
  error?: Error;
  /** Whether that was a RecordError, which classes between threads do not tell. */
  isRecordError?: boolean;
}

const files = new Map<string, Promise<DiskFile>>();

async function answer({ id, group }: Request): Promise<void> {
  try {
    if (group) {
      const others = (group.mixtures ?? []).flatMap((mixture) => mixture?.place ?? []);
      const open = await filesOf([...group.places, ...others]);
      const decoded = await decodeGroup(group, (path) => open.get(path)!);
      parentPort!.postMessage({ id, decoded } satisfies Reply);
    } else {
      const closing = [...files.values()];
      files.clear();
      for (const file of closing) await (await file).close();
      parentPort!.postMessage({ id } satisfies Reply);
    }
  } catch (error) {
    parentPort!.postMessage({ id, error: error as Error, isRecordError: error instanceof RecordError } satisfies Reply);
  }
}

/** Opened where they are not yet. @throws RecordError for one that cannot be. */
async function filesOf(places: readonly RecordPlace[]): Promise<Map<string, DiskFile>> {
  const paths = [...new Set(places.map(({ path }) => path))];
  for (const path of paths) if (!files.has(path)) files.set(path, openRecordFile(path));
  return new Map(await Promise.all(paths.map(async (path) => [path, await files.get(path)!] as const)));
}

parentPort!.on('message', (request: Request) => void answer(request));
