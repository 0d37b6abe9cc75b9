import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonMissing, PYTHON, runPython } from '../../../../tools/python-for-tests.js';
import { mutate } from '../../../../tools/fuzz/mutate.js';
import { DataOptionError, RecordError } from '../errors.js';
import { Random } from '../order/random.js';
import { openVerificationPack, parsePack, type VerificationPack } from './verification-pack.js';
import { writeVerificationPack } from './write-verification-pack.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../test/packs/${name}`, import.meta.url));
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);
/** What make_packs.py packs. */
const IMAGES = [
  Buffer.concat([EVERY_BYTE, EVERY_BYTE, EVERY_BYTE]),
  Buffer.from('\'\\\n\r\t"\\x41\\u0041\0\x1a', 'latin1'),
  Buffer.alloc(0),
  EVERY_BYTE.slice().reverse(),
  EVERY_BYTE.slice().reverse(),
  Buffer.from('\xff\xd8 jpeg \xff\xd9', 'latin1'),
];
const SAME = [true, false, true];
const bytesOf = (images: readonly Uint8Array[]) => images.map((image) => Buffer.from(image).toString('hex'));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-packs-'));
});

const PACKS = (await readdir(fixture('written-by-python'))).sort();
const noPython = await pythonMissing();
const noNumpy = await pythonMissing('numpy');

describe('a pack written by', () => {
  test('all that is said to be readable is here', () => {
    expect(PACKS).toHaveLength(2 + 6 + 2 * 3 * 6); // Python 2; bytes; numpy 1 and 2 × arrays, bools, flag arrays
  });

  test.each(PACKS)('%s has the same images and flags', async (name) => {
    const pack = await openVerificationPack(join(fixture('written-by-python'), name));
    expect(pack.name).toBe(name.replace('.bin', ''));
    expect(bytesOf(pack.images)).toEqual(bytesOf(IMAGES));
    expect(pack.same).toEqual(SAME);
  });

  test.skipIf(noPython)(
    `this machine's Python has them too${noPython ? ` (SKIPPED: ${noPython})` : ` (${PYTHON})`}`,
    async () => {
      const made = await mkdtemp(join(folder, 'made-'));
      await runPython([fixture('make_packs.py'), made]);
      for (const name of await readdir(made)) {
        const pack = await openVerificationPack(join(made, name));
        expect(bytesOf(pack.images), name).toEqual(bytesOf(IMAGES));
        expect(pack.same, name).toEqual(SAME);
      }
    },
  );
});

describe('a damaged pack', () => {
  const FILES = 400;
  test.skipIf(noNumpy)(
    `is refused, or read as Python reads it: ${FILES} of them${noNumpy ? ` (SKIPPED: ${noNumpy})` : ''}`,
    async () => {
      const damaged = await mkdtemp(join(folder, 'damaged-'));
      const found: (VerificationPack | null)[] = [];
      for (let i = 0; i < FILES; i++) {
        const random = new Random(3, i);
        const bytes = mutate(
          await readFile(join(fixture('written-by-python'), PACKS[random.integer(PACKS.length)]!)),
          random,
        );
        const path = join(damaged, `${String(i).padStart(4, '0')}.bin`);
        await writeFile(path, bytes);
        found.push(
          await openVerificationPack(path).catch((error: unknown) =>
            error instanceof RecordError ? null : Promise.reject(error as Error),
          ),
        );
      }
      const python = (await runPython([fixture('read_packs.py'), damaged]))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { images: string[]; same: boolean[] } | null);
      expect(python).toHaveLength(FILES);
      const read = found.flatMap((pack, i) => (pack ? [{ i, images: bytesOf(pack.images), same: pack.same }] : []));
      expect(read.length).toBeGreaterThan(FILES / 20);
      expect(read).toEqual(read.map(({ i }) => ({ i, ...python[i] })));
    },
  );
});

describe('a pack that Lin writes', () => {
  test('is read back as it was', async () => {
    const path = join(folder, 'back.bin');
    await writeVerificationPack(path, { images: IMAGES, same: SAME });
    const pack = await openVerificationPack(path);
    expect(bytesOf(pack.images)).toEqual(bytesOf(IMAGES));
    expect(pack.same).toEqual(SAME);
  });

  test.skipIf(noPython)(
    `is read by Python as InsightFace's load_bin reads it${noPython ? ` (SKIPPED: ${noPython})` : ''}`,
    async () => {
      const path = join(folder, 'for-python.bin');
      await writeVerificationPack(path, { images: IMAGES, same: SAME });
      const script = `
import pickle, sys
for arguments in ({}, {"encoding": "bytes"}):
    bins, issame_list = pickle.load(open(sys.argv[1], "rb"), **arguments)
    assert type(bins) is list and all(type(b) is bytes for b in bins) and all(type(s) is bool for s in issame_list)
    print([b.hex() for b in bins], issame_list)`;
      const expected = `[${bytesOf(IMAGES)
        .map((hex) => `'${hex}'`)
        .join(', ')}] [True, False, True]\n`;
      expect(await runPython(['-c', script, path])).toBe(expected.repeat(2));
    },
  );

  test('takes images one at a time, so that a pack larger than memory can be written', async () => {
    let most = 0;
    let made = 0;
    async function* images() {
      for (; made < 200; made++) {
        most = Math.max(most, made * 50_000 - (await stat(join(folder, 'large.bin.partial'))).size);
        yield new Uint8Array(50_000);
      }
    }
    await writeVerificationPack(join(folder, 'large.bin'), {
      images: images(),
      same: new Array<boolean>(100).fill(true),
    });
    expect(most).toBeLessThan(2 ** 20 + 100_000);
    expect((await openVerificationPack(join(folder, 'large.bin'))).images).toHaveLength(200);
  });

  test('is never written over, and leaves nothing behind after an error', async () => {
    const path = join(folder, 'kept.bin');
    await writeVerificationPack(path, { images: IMAGES, same: SAME });
    await expect(writeVerificationPack(path, { images: [], same: [] })).rejects.toThrow(RecordError);
    await expect(
      writeVerificationPack(join(folder, 'short.bin'), { images: IMAGES.slice(1), same: SAME }),
    ).rejects.toThrow(
      new DataOptionError('writeVerificationPack: there are 5 images and 3 flags; pass 2 images for each flag.'),
    );
    await writeFile(join(folder, 'other.bin.partial'), '');
    await expect(writeVerificationPack(join(folder, 'other.bin'), { images: IMAGES, same: SAME })).rejects.toThrow(
      /another process is writing it/,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('short'))).toEqual([]);
  });
});

/** np.array([[1, 2], [3, 4]], np.uint8) in protocol 4's opcodes. */
const PIXELS =
  'cnumpy._core.numeric\n_frombuffer\n(C\x04\x01\x02\x03\x04cnumpy\ndtype\n(X\x02\0\0\0u1\x89\x88tRK\x02K\x02\x86X\x01\0\0\0CtR';

describe('what is no pack is a RecordError that says why', () => {
  const refusal = (pickle: string) => {
    try {
      parsePack(Buffer.from(pickle, 'latin1'), 'x.bin');
    } catch (error) {
      expect(error).toBeInstanceOf(RecordError);
      return (error as RecordError).message;
    }
    throw new Error('it was read');
  };

  test.each([
    ['an empty file', '', /the file is empty/],
    ['an HTML page', '<!doctype html>', /opcode "<"/],
    ['a list of one', '](]e.', /not a pair of images and flags/],
    ['a number', 'K\x05.', /not a pair of images and flags/],
    [
      'an odd image',
      '](C\x01aC\x01be](\x88\x88e\x86.',
      /there are 2 images and 2 flags; expected 2 images for each flag/,
    ],
    ['images that are numbers', '](K\x01K\x02e](\x88e\x86.', /image 0 is a number, not the bytes of an encoded image/],
    [
      'images of raw pixels',
      `](${PIXELS}C\x01ae](\x88e\x86.`,
      /image 0 is a numpy array of u1 and shape \(2, 2\), not the bytes of an encoded image/,
    ],
    ['images that are one string', 'C\x02ab](\x88e\x86.', /the images are bytes, not a list/],
    [
      'flags of −1 and 1',
      '](C\x01aC\x01be](J\xff\xff\xff\xffe\x86.',
      /the flag of pair 0 is -1; expected True, False, 1 or 0/,
    ],
    ['flags that are None', '](C\x01aC\x01be](Ne\x86.', /the flag of pair 0 is None/],
  ])('%s', (_, pickle, message) => {
    expect(refusal(pickle)).toMatch(message);
  });

  test('a file that is not there', async () => {
    await expect(openVerificationPack(join(folder, 'none.bin'))).rejects.toThrow(
      /none\.bin cannot be read \(ENOENT\); expected a verification pack such as lfw\.bin/,
    );
  });

  test('a pack cut anywhere', async () => {
    for (const name of ['python2-2.bin', 'python2-0.bin', 'numpy2-0.bin', 'numpy2-5.bin']) {
      const whole = await readFile(join(fixture('written-by-python'), name));
      for (let cut = 1; cut < whole.length; cut += 7)
        expect(() => parsePack(whole.subarray(0, cut), name), `${name} cut at ${cut}`).toThrow(RecordError);
    }
  });
});
