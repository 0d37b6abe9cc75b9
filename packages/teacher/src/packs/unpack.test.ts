import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/tiny-models.js';
import { zipOf, type ZipEntry } from '../../test/tiny-zip.js';
import { TeacherError } from '../errors.js';
import { unpack } from './unpack.js';

const A = Buffer.from('the recogniser '.repeat(5000));
const B = Buffer.from('the detector '.repeat(3000));
const published = (content: Buffer) => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});
const FILES = { 'a.onnx': published(A), 'b.onnx': published(B) };
const WHOLE: ZipEntry[] = [
  { name: 'a.onnx', content: A },
  { name: 'b.onnx', content: B },
];

let root: string;
let folder: string;
beforeEach(async () => {
  root = await temporaryFolder();
  folder = join(root, 'inside');
  await mkdir(folder);
});

async function unpacked(archive: Buffer): Promise<string[]> {
  await writeFile(join(root, 'pack.zip'), archive);
  await unpack({ archive: join(root, 'pack.zip'), folder, files: FILES });
  return (await readdir(folder)).sort();
}

test('the files are unpacked as they were', async () => {
  expect(await unpacked(zipOf(WHOLE))).toEqual(['a.onnx', 'b.onnx']);
  expect((await readFile(join(folder, 'a.onnx'))).equals(A)).toBe(true);
});

test('a folder around them is left out, and what else is in the archive too', async () => {
  const more = { name: 'pack/readme.txt', content: Buffer.from('hello') };
  expect(
    await unpacked(
      zipOf([
        { name: 'pack/', content: Buffer.alloc(0) },
        more,
        ...WHOLE.map(({ name, content }) => ({ name: `pack/${name}`, content })),
      ]),
    ),
  ).toEqual(['a.onnx', 'b.onnx']);
});

test.each<[string, ZipEntry[], RegExp]>([
  ['a path upwards', [{ name: '../a.onnx', content: A }, WHOLE[1]!], /invalid relative path/],
  ['an absolute path', [{ name: '/tmp/a.onnx', content: A }, WHOLE[1]!], /absolute path/],
  ["Windows' separators upwards", [{ name: '..\\a.onnx', content: A }, WHOLE[1]!], /invalid/],
  [
    'a file of another content',
    [{ name: 'a.onnx', content: Buffer.from(A).fill(0, 0, 5) }, WHOLE[1]!],
    /not the published a\.onnx/,
  ],
  ['a file of another size', [{ name: 'a.onnx', content: B }, WHOLE[1]!], /not the published a\.onnx/],
  [
    'a file larger than it states',
    [{ name: 'a.onnx', content: Buffer.concat([A, A]), statedSize: A.length }, WHOLE[1]!],
    /cannot be unpacked/,
  ],
  ['a missing file', [WHOLE[0]!], /does not hold b\.onnx/],
])('an archive with %s is refused, and nothing is written outside', async (_, entries, message) => {
  const error = await unpacked(zipOf(entries)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TeacherError);
  expect((error as Error).message).toMatch(message);
  expect((await readdir(root)).sort()).toEqual(['inside', 'pack.zip']);
});

test('an archive that is damaged anywhere gives the right files or a TeacherError', async () => {
  const whole = zipOf(WHOLE);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(whole.length)),
      async (changes, cut) => {
        const bytes = Buffer.from(whole.subarray(0, cut ?? whole.length));
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        root = await temporaryFolder();
        folder = join(root, 'inside');
        await mkdir(folder);
        const result = await unpacked(bytes).catch((reason: unknown) => reason);
        if (result instanceof Error) expect(result).toBeInstanceOf(TeacherError);
        else
          expect(
            (await readFile(join(folder, 'a.onnx'))).equals(A) && (await readFile(join(folder, 'b.onnx'))).equals(B),
          ).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});
