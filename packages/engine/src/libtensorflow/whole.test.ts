// A library that was cut is told from a whole one by its own headers.
import { copyFile, mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { runScript } from '../../test/run-script.js';
import { findLibTensorFlow } from './find.js';
import { cutShort } from './whole.js';

const skipped = await tensorFlowMissing();
const found = skipped ? undefined : await findLibTensorFlow();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-whole-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A little-endian ELF of 64 bits with one segment of 4,000 bytes from 1,000 on, and a table of three sections at 6,000. */
function elf(): Buffer {
  const bytes = Buffer.alloc(6000 + 3 * 64);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeBigUInt64LE(64n, 0x20);
  bytes.writeBigUInt64LE(6000n, 0x28);
  bytes.writeUInt16LE(56, 0x36);
  bytes.writeUInt16LE(1, 0x38);
  bytes.writeUInt16LE(64, 0x3a);
  bytes.writeUInt16LE(3, 0x3c);
  bytes.writeBigUInt64LE(1000n, 64 + 0x08);
  bytes.writeBigUInt64LE(4000n, 64 + 0x20);
  return bytes;
}

describe('cutShort', () => {
  test.each([
    [6192, undefined],
    [6191, 'it ends after 6191 bytes of 6192'],
    [4000, 'it ends after 4000 bytes of 6192'],
    [100, 'it ends after 100 bytes of 6192'],
    [10, undefined], // no header: the loader says so
  ])('of an ELF of 6,192 bytes, of which %d are there: %s', async (bytes, words) => {
    const path = join(folder, 'library.so');
    await writeFile(path, elf().subarray(0, bytes));
    expect(cutShort(path)).toBe(words);
  });

  test('knows a Mach-O by its segments', async () => {
    const bytes = Buffer.alloc(2000);
    bytes.writeUInt32LE(0xfeedfacf, 0);
    bytes.writeUInt32LE(72, 20); // bytes of commands
    bytes.writeUInt32LE(0x19, 32);
    bytes.writeUInt32LE(72, 36);
    bytes.writeBigUInt64LE(500n, 32 + 40);
    bytes.writeBigUInt64LE(1500n, 32 + 48);
    const path = join(folder, 'library.dylib');
    await writeFile(path, bytes);
    expect(cutShort(path)).toBeUndefined();
    await truncate(path, 1999);
    expect(cutShort(path)).toBe('it ends after 1999 bytes of 2000');
  });

  test('leaves what is no library to the loader', async () => {
    const path = join(folder, 'page.so');
    await writeFile(path, '<!doctype html>'.repeat(100));
    expect(cutShort(path)).toBeUndefined();
  });
});

describe.skipIf(!found || process.platform !== 'linux')('a libtensorflow in the cache that was cut', () => {
  test(
    'is refused in a sentence that says how to fetch it again; the process lives on',
    { timeout: 120_000 },
    async () => {
      expect(cutShort(found!.library)).toBeUndefined();
      const cache = join(folder, 'cache');
      const cut = join(cache, 'libtensorflow/2.21.0/tensorflow');
      const name = found!.library.split('/').at(-1)!;
      await mkdir(cut, { recursive: true });
      const source = found!.framework ?? found!.library; // the smaller one serves as well
      await copyFile(source, join(cut, name));
      await truncate(join(cut, name), Math.floor((await stat(source)).size * 0.6));
      const { status, stdout, stderr } = runScript(
        `console.log(await initEngine({ backend: 'tensorflow' }).then(() => 'started', ({ message }) => message));`,
        { env: { LIN_CACHE: cache, LIN_LIBTENSORFLOW: undefined, LIN_BACKEND: undefined } },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(
        /cannot be loaded \(it ends after \d+ bytes of \d+\); reinstall it with: npx lin-engine install --force\.\n$/,
      );
    },
  );
});
