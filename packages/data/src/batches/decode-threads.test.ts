import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from '../../test/hand-made-sets.js';
import { jpegOf } from '../../test/pictures.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { decodeGroup, type ImageGroup } from './decode-group.js';
import { DecodeThreads } from './decode-threads.js';

async function group(seeds: readonly number[]): Promise<ImageGroup> {
  const images = await Promise.all(seeds.map(jpegOf));
  return {
    bytes: new Uint8Array(Buffer.concat(images)),
    lengths: Uint32Array.from(images, ({ length }) => length),
    keys: Float64Array.from(seeds),
    pixels: new Uint8Array(seeds.length * IMAGE_BYTES),
  };
}

describe('decoding threads', () => {
  test('give what the caller’s own thread would, many groups at once', async () => {
    const threads = new DecodeThreads(3);
    const seeds = Array.from({ length: 12 }, (_, i) => [i, i + 1, i + 2]);
    const decoded = await Promise.all(seeds.map(async (some) => threads.decode(await group(some))));
    for (const [i, { pixels, failed }] of decoded.entries()) {
      expect(failed.size).toBe(0);
      expect(Buffer.from(pixels).equals(Buffer.from((await decodeGroup(await group(seeds[i]!))).pixels))).toBe(true);
    }
    threads.release();
  });

  test('that die reject what they were given, and are not used again', async () => {
    const threads = new DecodeThreads(1);
    const [first, second] = [await group([1]), await group([2])];
    const outcomes = await Promise.allSettled([threads.decode({ ...first, lengths: undefined as never }), threads.decode(second)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(threads.decode(await group([3]))).rejects.toThrow('a decoding thread has ended');
    threads.release();
    const fresh = new DecodeThreads(1);
    expect((await fresh.decode(await group([3]))).failed.size).toBe(0);
    fresh.release();
  });
});

describe('a process ends by itself', () => {
  test.each(['end', 'break', 'throw', 'return', 'abandon', 'unused', 'corrupt'])('after an epoch that is left by: %s', async (how) => {
    const jpegs = await Promise.all(Array.from({ length: 40 }, (_, i) => jpegOf(i)));
    if (how === 'corrupt') jpegs[30] = jpegs[30]!.subarray(0, 500);
    const path = await writeSet(await temporaryFolder(), assemble(insightFaceRecords([jpegs])));
    const script = fileURLToPath(new URL('../../test/leave-batches.ts', import.meta.url));
    const root = fileURLToPath(new URL('../../../..', import.meta.url)); // where tsx is found
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, path, how], { cwd: root, timeout: 50_000 });
    expect(stdout.trim().split('\n').at(-1)).toBe('left');
    if (how === 'corrupt') expect(stdout).toContain('the image cannot be decoded');
  });
});
