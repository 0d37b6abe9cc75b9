// Libraries out of a wheel: each one whole and as RECORD says, or an error.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeWheel, type WheelOptions } from '../../test/tiny-wheel.js';
import { EngineError } from '../errors.js';
import { unpackWheel } from './wheel.js';

const FILES = {
  'tensorflow/libtensorflow_cc.so.2': Buffer.from('the library '.repeat(5000)),
  'tensorflow/libtensorflow_framework.so.2': Buffer.from('the framework'),
  'tensorflow/python/ops.py': Buffer.from('print()'),
};
const wanted = (path: string) => path.includes('.so');

let folder: string;
let wheel: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-wheel-'));
  wheel = join(folder, 'tiny.whl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function unpack(options?: WheelOptions, files: Record<string, Buffer> = FILES): Promise<string[]> {
  await writeWheel(wheel, files, options);
  return unpackWheel({ wheel, folder: join(folder, 'out'), wanted });
}

describe('unpackWheel', () => {
  test('unpacks what is wanted, byte for byte, and nothing else', async () => {
    const names = Object.keys(FILES).filter(wanted);
    expect(await unpack()).toEqual(names);
    for (const name of names)
      expect(await readFile(join(folder, 'out', name))).toEqual(FILES[name as keyof typeof FILES]);
    expect(await readdir(join(folder, 'out/tensorflow'))).toHaveLength(2);
  });

  test('tells its progress in bytes', async () => {
    await writeWheel(wheel, FILES);
    let bytes = 0;
    await unpackWheel({ wheel, folder: join(folder, 'out'), wanted, onProgress: (more) => (bytes += more) });
    expect(bytes).toBe(60_000 + 13);
  });

  test.each<[string, WheelOptions, RegExp]>([
    [
      'another hash in RECORD',
      { record: (text) => text.replace(/sha256=./, 'sha256=_') },
      /libtensorflow_cc.* does not match the wheel's RECORD/,
    ],
    [
      'another size in RECORD',
      { record: (text) => text.replace(',60000', ',60001') },
      /does not match the wheel's RECORD/,
    ],
    [
      'a library that RECORD leaves out',
      { record: (text) => text.replace(/^.*framework.*\n/m, '') },
      /framework.* is not in the wheel's RECORD/,
    ],
    ['no RECORD', { record: () => undefined }, /has no RECORD: it is not a Python wheel/],
  ])('refuses %s', async (_, options, words) => {
    const error = await unpack(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(words);
  });

  test('refuses a path that leads out of its folder', async () => {
    await expect(unpack({}, { '../out.so': Buffer.from('x') })).rejects.toThrow(EngineError);
    expect(await readdir(folder)).toEqual(['tiny.whl']);
  });

  test('stops when told to', async () => {
    await writeWheel(wheel, FILES);
    const stopped = unpackWheel({ wheel, folder: join(folder, 'out'), wanted, signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('of any damaged wheel either unpacks the right bytes or is an EngineError', async () => {
    const damage = fc.oneof(
      fc.nat(999).map((part) => (bytes: Buffer) => bytes.subarray(0, Math.floor((bytes.length * part) / 1000))),
      fc.tuple(fc.nat(9999), fc.integer({ min: 1, max: 255 })).map(([part, flip]) => (bytes: Buffer) => {
        const copy = Buffer.from(bytes);
        copy[Math.floor((bytes.length * part) / 10_000)]! ^= flip;
        return copy;
      }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => () => Buffer.from(bytes)),
      fc.constant(() => Buffer.from('<!doctype html><title>404</title>')),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (damage) => {
        try {
          for (const name of await unpack({ damage })) {
            expect(await readFile(join(folder, 'out', name))).toEqual(FILES[name as keyof typeof FILES]);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
      { numRuns: 150 },
    );
  });
});
