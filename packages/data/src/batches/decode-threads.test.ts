import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../../tools/bundled-script-for-tests.js';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf } from '../../test/pictures.js';
import { RecordError } from '../errors.js';
import { decodeImage } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { openRecords } from '../records/open-records.js';
import { openRecordFile } from '../recordio/record-file.js';
import { decodeGroup, type RecordGroup } from './decode-group.js';
import { DecodeThreads } from './decode-threads.js';

const records = await openRecords(await setOf(Array.from({ length: 15 }, (_, i) => jpegOf(i))));
afterAll(() => records.close());

async function setOf(images: readonly Promise<Buffer>[]): Promise<string> {
  return writeSet(await temporaryFolder(), assemble(insightFaceRecords([await Promise.all(images)])));
}

const group = (keys: readonly number[]): RecordGroup => ({
  places: keys.map((key) => records.placeOf(key)),
  pixels: pixelsOf(keys.length),
});
function pixelsOf(count: number) {
  return new Uint8Array(new SharedArrayBuffer(count * IMAGE_BYTES));
}

describe('decoding threads', () => {
  test('give what the caller’s own thread would, many groups at once', async () => {
    const threads = new DecodeThreads(3);
    const keys = Array.from({ length: 12 }, (_, i) => [i + 1, i + 2, i + 3]);
    const groups = keys.map(group);
    const decoded = await Promise.all(groups.map((some) => threads.decode(some)));
    const file = await openRecordFile(records.path);
    for (const [i, { failed }] of decoded.entries()) {
      const here = group(keys[i]!);
      await decodeGroup(here, () => file);
      expect(failed.size).toBe(0);
      expect(Buffer.from(groups[i]!.pixels).equals(Buffer.from(here.pixels))).toBe(true);
    }
    await file.close();
    await threads.close();
  });

  test('close the .rec when they are given back, and read another one next', async () => {
    const threads = new DecodeThreads(1);
    await threads.decode(group([1]));
    await threads.close();
    const other = await openRecords(await setOf([jpegOf(77)]));
    const again = new DecodeThreads(1);
    const pixels = pixelsOf(1);
    await again.decode({ places: [other.placeOf(1)], pixels });
    expect(Buffer.from(pixels).equals(await decodeImage(await jpegOf(77), 'here'))).toBe(true);
    await again.close();
    await other.close();
  });

  test('say that the .rec is gone as a RecordError, and work again', async () => {
    const threads = new DecodeThreads(1);
    const gone = threads.decode({ ...group([1]), places: [{ ...records.placeOf(1), path: 'gone.rec' }] });
    await expect(gone).rejects.toThrow(RecordError);
    await expect(gone).rejects.toThrow('gone.rec cannot be opened (ENOENT)');
    await threads.close();
    const again = new DecodeThreads(1);
    expect((await again.decode(group([1]))).failed.size).toBe(0);
    await again.close();
  });

  test('that die reject what they were given, and are not used again', async () => {
    const threads = new DecodeThreads(1);
    await threads.decode(group([1]));
    const [{ worker }] = Reflect.get(threads, 'threads') as [{ worker: Worker }];
    const ended = worker.terminate(); // before the group is sent: a thread that still runs might be done with it first
    const [outcome] = await Promise.allSettled([threads.decode(group([2])), ended]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'a decoding thread ended with code 1' } });
    await expect(threads.decode(group([3]))).rejects.toThrow('a decoding thread has ended');
    await threads.close();
    const fresh = new DecodeThreads(1);
    expect((await fresh.decode(group([3]))).failed.size).toBe(0);
    await fresh.close();
  });

  test('reject what they cannot do, and go on', async () => {
    const threads = new DecodeThreads(1);
    const outcomes = await Promise.allSettled([
      threads.decode({ ...group([1]), places: undefined as never }),
      threads.decode(group([2])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await threads.close();
  });
});

describe('a process ends by itself', () => {
  const folder = fileURLToPath(new URL('../../test/', import.meta.url));
  let jpegs: readonly Buffer[];
  beforeAll(async () => {
    jpegs = await Promise.all(Array.from({ length: 40 }, (_, i) => jpegOf(i)));
  });

  test.each(['end', 'break', 'throw', 'return', 'abandon', 'unused', 'corrupt'])(
    'after an epoch that is left by: %s',
    async (how) => {
      const images = how === 'corrupt' ? jpegs.with(30, jpegs[30]!.subarray(0, 500)) : jpegs;
      const path = await writeSet(await temporaryFolder(), assemble(insightFaceRecords([images])));
      const script = await bundledScript(join(folder, 'leave-batches.ts'));
      const { stdout } = await promisify(execFile)(process.execPath, [script, path, how], { timeout: 50_000 });
      expect(stdout.trim().split('\n').at(-1)).toBe('left');
      if (how === 'corrupt') expect(stdout).toContain('the image cannot be decoded');
    },
  );
});
