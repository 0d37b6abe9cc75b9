import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasOrlFaces, writeFaceFolders, writeOrlFolders } from '../../test/face-folders.js';
import { temporaryFolder } from '../../test/hand-made-sets.js';
import { jpegOf, picture, picturePixels } from '../../test/pictures.js';
import { referenceRead, referenceUnpack } from '../../test/reference-recordio.js';
import { DataOptionError, RecordError } from '../errors.js';
import { openRecords } from '../records/open-records.js';
import { importFolder } from './import-folder.js';

const RESULT = ['identities.tsv', 'import.jsonl', 'property', 'train.idx', 'train.rec'];

let faces: string;
let reference: string;
let folder: string;
let output: string;
beforeAll(async () => {
  const root = await temporaryFolder();
  faces = join(root, 'faces');
  reference = join(root, 'out');
  await writeFaceFolders(faces, { identities: 11, imagesEach: 4 });
  await importFolder({ folder: faces, output: reference });
});
beforeEach(async () => {
  const root = await temporaryFolder();
  folder = join(root, 'faces');
  output = join(root, 'out');
});

const add = async (file: string, bytes: Uint8Array) => {
  await mkdir(join(folder, file, '..'), { recursive: true });
  await writeFile(join(folder, file), bytes);
};
const linesOf = async (path: string) =>
  (await readFile(join(path, 'import.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const bytesOf = async (path: string) =>
  Object.fromEntries(
    await Promise.all(RESULT.map(async (name) => [name, (await readFile(join(path, name))).toString('base64')])),
  );

describe('an imported folder', () => {
  test('is a genuine InsightFace set: identities and images in natural order, 112×112 JPEGs byte for byte', async () => {
    expect((await readdir(reference)).sort()).toEqual(RESULT);
    expect(await readFile(join(reference, 'property'), 'utf8')).toBe('11,112,112\n');
    const records = referenceRead(await readFile(join(reference, 'train.rec'))).map(({ payload }) =>
      referenceUnpack(payload),
    );
    expect(records.length).toBe(44 + 1 + 11);
    expect(records[44]!.labels).toEqual([45, 56]);
    for (let i = 0; i < 44; i++) {
      expect(records[i]).toMatchObject({ flag: 2, labels: [Math.floor(i / 4), 1], id: i + 1 });
      const metadata = await sharp(Buffer.from(records[i]!.image)).metadata();
      expect(metadata).toMatchObject({ format: 'jpeg', width: 112, height: 112 });
    }
    const tenth = await readFile(join(faces, 'p10', '1.jpg'));
    expect(Buffer.from(records[36]!.image).equals(tenth)).toBe(true); // identity 9 is p10, not p2
  });

  test('has a list of its identities and a line for each of its images', async () => {
    const [head, ...lines] = (await readFile(join(reference, 'identities.tsv'), 'utf8')).trimEnd().split('\n');
    expect(head).toBe('label\tname\timages');
    expect(lines).toEqual(Array.from({ length: 11 }, (_, i) => `${i}\tp${i + 1}\t4`));
    const journal = await linesOf(reference);
    expect(journal[0]).toEqual({ import: 1, quality: 95, chroma: '4:2:0', aligned: false });
    expect(journal.slice(1).map(({ file, key, label }) => [file, key, label])).toEqual(
      Array.from({ length: 44 }, (_, i) => [
        `p${Math.floor(i / 4) + 1}/${(i % 4) + 1}.${['jpg', 'png', 'webp'][(i % 4) % 3]}`,
        i + 1,
        Math.floor(i / 4),
      ]),
    );
  });

  test('is the same at every speed', async () => {
    for (const workers of [1, 3, 40]) {
      await importFolder({ folder: faces, output: `${output}-${workers}`, workers, durableEvery: workers });
      expect(await bytesOf(`${output}-${workers}`)).toEqual(await bytesOf(reference));
    }
  });

  test('reports what is done, at the end all', async () => {
    const seen: number[] = [];
    const report = await importFolder({
      folder: faces,
      output,
      durableEvery: 10,
      onProgress: ({ done, total }) => seen.push(done, total),
    });
    expect(seen).toEqual([10, 44, 20, 44, 30, 44, 40, 44, 44, 44]);
    expect(report).toEqual({
      images: 44,
      identities: 11,
      duplicates: 0,
      sameContent: 0,
      corrupt: 0,
      withoutFace: 0,
      ignored: {},
    });
  });

  test('may have names with tabs, newlines and bytes that are not UTF-8; lists have each in one line', async () => {
    const names = ['a\tb', 'c\nd', 'e\u2028f', 'Andr\xe9', '\xc0\xee', 'Zo\xc3\xab'].map((name) =>
      name.includes('\u2028') ? Buffer.from(name) : Buffer.from(name, 'latin1'),
    );
    for (const [i, name] of names.entries()) {
      const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
      await mkdir(path, { recursive: true });
      await writeFile(Buffer.concat([path, Buffer.from('/'), name, Buffer.from('.jpg')]), await jpegOf(i));
    }
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), names[3]!, Buffer.from('/2.jpg')]), '<html>');
    const reasons: string[] = [];
    const report = await importFolder({
      folder,
      output,
      onCorrupt: 'skip',
      onLeftOut: ({ reason }) => reasons.push(reason),
    });
    expect(report).toMatchObject({ images: 6, identities: 6, corrupt: 1 });
    expect(reasons[0]).toMatch(/^Andr\\xE9\/2\.jpg: the image cannot be decoded/);
    const rows = (await readFile(join(output, 'identities.tsv'), 'utf8')).trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.split('\t')[1]).sort()).toEqual(
      ['a\\tb', 'c\\nd', 'e\u2028f', 'Andr\\xE9', '\\xC0\\xEE', 'Zoë'].sort(),
    );
    expect((await linesOf(output)).length).toBe(1 + 7);
  });

  test.skipIf(!hasOrlFaces)(
    `may be of real photographs${hasOrlFaces ? '' : ' (SKIPPED: ../shared/data/orl_faces is not there)'}`,
    async () => {
      await writeOrlFolders(folder, 12);
      expect(await importFolder({ folder, output })).toMatchObject({ images: 120, identities: 12, corrupt: 0 });
      const records = await openRecords(output);
      const { image, label } = await records.read(records.identity(1)[3]!);
      expect(label).toBe(1);
      const pgm = await readFile(join(folder, 's2', '4.pgm'));
      const raw = { width: 92, height: 112, channels: 1 as const };
      const photograph = await sharp(pgm.subarray(-92 * 112), { raw })
        .resize(112, 112, { fit: 'cover' })
        .toColourspace('srgb')
        .raw()
        .toBuffer();
      const stored = await sharp(image).raw().toBuffer();
      expect(stored.reduce((sum, value, i) => sum + Math.abs(value - photograph[i]!), 0) / stored.length).toBeLessThan(
        3,
      );
      await records.close();
    },
  );
});

describe('images that an import leaves out', () => {
  test('are duplicates within an identity; across identities they are kept and named', async () => {
    const [a, b, c] = [await jpegOf(1), await jpegOf(2), await jpegOf(3)];
    for (const [file, bytes] of [
      ['x/1.jpg', a],
      ['x/2.jpg', a],
      ['x/3.jpg', b],
      ['y/1.jpg', a],
      ['y/2.jpg', c],
      ['z/1.jpg', c],
    ] as const)
      await add(file, bytes);
    expect(await importFolder({ folder, output })).toMatchObject({
      images: 5,
      identities: 3,
      duplicates: 1,
      sameContent: 2,
    });
    const lines = await linesOf(output);
    expect(lines[2]).toMatchObject({ file: 'x/2.jpg', duplicateOf: 'x/1.jpg' });
    expect(lines.slice(-2)).toEqual([{ sameContent: ['x/1.jpg', 'y/1.jpg'] }, { sameContent: ['y/2.jpg', 'z/1.jpg'] }]);
  });

  test('are corrupt ones, by policy: named with the reason, and an identity without others gets no number', async () => {
    await add('a/1.jpg', (await jpegOf(1)).subarray(0, -300));
    await add('b/1.jpg', await jpegOf(2));
    await add('b/2.png', Buffer.from('<html>'));
    await add('c/1.jpg', await jpegOf(3));
    const leftOut: string[] = [];
    const report = await importFolder({
      folder,
      output,
      onCorrupt: 'skip',
      onLeftOut: ({ file }) => leftOut.push(file),
    });
    expect(report).toMatchObject({ images: 2, identities: 2, corrupt: 2 });
    expect(leftOut).toEqual(['a/1.jpg', 'b/2.png']);
    expect((await linesOf(output))[1]).toMatchObject({
      file: 'a/1.jpg',
      skipped: 'corrupt',
      reason: expect.stringContaining('cannot be decoded') as string,
    });
    expect(await readFile(join(output, 'identities.tsv'), 'utf8')).toBe('label\tname\timages\n0\tb\t1\n1\tc\t1\n');
  });

  test('are those without a face, where faces are aligned; the others are what the aligner gave', async () => {
    for (const [i, file] of ['a/1.png', 'a/2.png', 'b/1.png'].entries())
      await add(
        file,
        await picture(i, 300 + i, 200)
          .png()
          .toBuffer(),
      );
    const align = async ({ width }: { width: number }) => {
      await sleep(5 * (303 - width)); // the later, the sooner
      return width === 301 ? null : picturePixels(width);
    };
    expect(await importFolder({ folder, output, align })).toMatchObject({ images: 2, identities: 2, withoutFace: 1 });
    expect((await linesOf(output)).slice(0, 3)).toMatchObject([
      { aligned: true },
      { key: 1 },
      { file: 'a/2.png', skipped: 'no face' },
    ]);
    const records = await openRecords(output);
    const pixels = await sharp((await records.read(2)).image)
      .raw()
      .toBuffer();
    const given = picturePixels(302);
    expect(pixels.reduce((sum, value, i) => sum + Math.abs(value - given[i]!), 0) / pixels.length).toBeLessThan(2);
    await records.close();
  });

  test('are no files that are images by name: others are counted, hidden ones are not', async () => {
    for (const file of ['a/1.JPG', 'a/deeper/2.jpeg']) await add(file, await jpegOf(file.length));
    for (const file of ['a/notes.txt', 'a/Thumbs.db', 'a/face.bmp', 'a/.DS_Store', '.git/1.jpg', 'readme.jpg'])
      await add(file, Buffer.from('x'));
    await symlink(join(folder, 'a'), join(folder, 'b'));
    expect(await importFolder({ folder, output })).toMatchObject({
      images: 4,
      identities: 2,
      ignored: { '.txt': 2, '.db': 2, '.bmp': 2 },
    });
  });
});

describe('an import that is stopped', () => {
  test('by a corrupt image keeps what was before it, and goes on when that is mended', async () => {
    await cp(faces, folder, { recursive: true });
    const whole = await readFile(join(folder, 'p7', '2.png'));
    await writeFile(join(folder, 'p7', '2.png'), whole.subarray(0, 500));
    const seen: number[] = [];
    const run = () => importFolder({ folder, output, onProgress: ({ done }) => seen.push(done) });
    await expect(run()).rejects.toThrow(RecordError);
    await expect(run()).rejects.toThrow('2.png: the image cannot be decoded');
    await writeFile(join(folder, 'p7', '2.png'), whole);
    await run();
    expect(seen).toEqual([25, 25, 25, 25, 44]); // 6 identities of 4, and 1
    expect(await bytesOf(output)).toEqual(await bytesOf(reference));
    expect((await readdir(output)).sort()).toEqual(RESULT);
  });

  test('by a signal is gone on with, again and again, to the same result', async () => {
    for (const stopAt of [3, 3, 18, 30, 44]) {
      const stop = new AbortController();
      const onProgress = ({ done }: { done: number }) => done >= stopAt && stop.abort();
      const stopped = importFolder({
        folder: faces,
        output,
        durableEvery: 3,
        workers: 2,
        signal: stop.signal,
        onProgress,
      });
      if (stopAt < 44) await expect(stopped).rejects.toThrow('abort');
      else await stopped; // all were settled when it was told
    }
    expect(await bytesOf(output)).toEqual(await bytesOf(reference));
  });

  test('is not gone on with by other settings, or from a folder that has changed', async () => {
    await cp(faces, folder, { recursive: true });
    const stop = (options = {}) =>
      importFolder({ folder, output, durableEvery: 5, signal: AbortSignal.abort(), ...options });
    const stopAfter = new AbortController();
    await importFolder({
      folder,
      output,
      durableEvery: 5,
      signal: stopAfter.signal,
      onProgress: () => stopAfter.abort(),
    }).catch(() => {});
    await expect(stop({ quality: 80 })).rejects.toThrow(DataOptionError);
    await expect(stop({ align: async () => null })).rejects.toThrow('aligned false, not true');
    await rename(join(folder, 'p1', '2.png'), join(folder, 'p1', '9.png'));
    await expect(stop()).rejects.toThrow(/has changed since this import was begun: p1\/3.webp is where p1\/2.png was/);
    await rename(join(folder, 'p1', '9.png'), join(folder, 'p1', '2.png'));
    await importFolder({ folder, output });
    expect(await bytesOf(output)).toEqual(await bytesOf(reference));
  });

  test('whose journal lost its end, as a power cut may leave it, stores nothing twice', async () => {
    const stop = new AbortController();
    await importFolder({
      folder: faces,
      output,
      durableEvery: 20,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    }).catch(() => {});
    const path = join(output, 'import.jsonl');
    const journal = await readFile(path, 'utf8');
    await writeFile(path, journal.slice(0, journal.length / 2));
    await importFolder({ folder: faces, output });
    expect(await bytesOf(output)).toEqual(await bytesOf(reference));
  });
});

describe('an import is refused', () => {
  test('where the output is finished, and leaves it as it is', async () => {
    const before = await bytesOf(reference);
    await expect(importFolder({ folder: faces, output: reference })).rejects.toThrow('is there already');
    expect(await bytesOf(reference)).toEqual(before);
    expect((await readdir(reference)).sort()).toEqual(RESULT);
  });

  test('where another is at work on it', async () => {
    const first = importFolder({ folder: faces, output, workers: 1 });
    await sleep(1);
    const second = importFolder({ folder: faces, output });
    const results = await Promise.allSettled([first, second]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await bytesOf(output)).toEqual(await bytesOf(reference));
  });

  test('where there are no images, and says what there is', async () => {
    await add('a/1.bmp', Buffer.from('BM'));
    await expect(importFolder({ folder, output })).rejects.toThrow(/no images in 1 sub-folders \(ignored: 1 .bmp\)/);
    await expect(importFolder({ folder: join(folder, 'nope'), output })).rejects.toThrow(RecordError);
  });

  test('where no image can be used', async () => {
    await add('a/1.jpg', Buffer.from('x'));
    await expect(importFolder({ folder, output, onCorrupt: 'skip' })).rejects.toThrow(
      'none of the 1 images could be used',
    );
  });

  test('into the folder that it reads', async () => {
    await add('a/1.jpg', await jpegOf(1));
    for (const inside of [folder, join(folder, 'out'), join(folder, 'a', '..', 'b')]) {
      await expect(importFolder({ folder, output: inside })).rejects.toThrow(DataOptionError);
    }
    await importFolder({ folder, output: `${folder}-records` });
    await rm(`${folder}-records`, { recursive: true });
  });

  test.each([{ quality: 0 }, { quality: 95.5 }, { chroma: '4:1:1' as '4:2:0' }, { workers: 0 }, { durableEvery: 0 }])(
    'with %o',
    async (options) => {
      await expect(importFolder({ folder: faces, output, ...options })).rejects.toThrow(DataOptionError);
    },
  );
});
