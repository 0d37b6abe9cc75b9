// A decoding thread: groups of records in, their pixels out. It keeps the .rec that it reads open until it is told to close.
import { parentPort } from 'node:worker_threads';
import { RecordError } from '../errors.js';
import { openRecordFile, type DiskFile } from '../recordio/record-file.js';
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

let file: Promise<DiskFile> | undefined;

async function answer({ id, group }: Request): Promise<void> {
  try {
    if (group) {
      const decoded = await decodeGroup(group, await (file ??= openRecordFile(group.path)));
      parentPort!.postMessage({ id, decoded } satisfies Reply);
    } else {
      const closing = file;
      file = undefined;
      await (await closing)?.close();
      parentPort!.postMessage({ id } satisfies Reply);
    }
  } catch (error) {
    parentPort!.postMessage({ id, error: error as Error, isRecordError: error instanceof RecordError } satisfies Reply);
  }
}

parentPort!.on('message', (request: Request) => void answer(request));
