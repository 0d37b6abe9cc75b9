// What cannot be embedded is named, and no row is given that was not computed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { shared } from '../../test/shared-folder.js';
import { IMAGE_BYTES, noiseImages, pickModel, SIDE, temporaryFolder, writeModel } from '../../test/tiny-models.js';
import { EmbeddingError, TeacherError } from '../errors.js';
import { loadTeacher } from './load-teacher.js';
import { teacherOf } from './teacher-of.js';
import type { Teacher, TeacherNetwork } from './teacher.js';

const FAILS_FOR_BLACK = shared('cases/faces/models/fails_for_black.onnx');

/** Gives the first three bytes of each crop; refuses crops that begin with 13, and gives NaN for those that begin with 7. */
function network(options: Partial<TeacherNetwork> = {}): TeacherNetwork {
  return {
    name: 'first bytes',
    path: 'first-bytes',
    sha256: '0'.repeat(64),
    embeddingSize: 3,
    batchSize: 8,
    runsAtOnce: 2,
    run(crops) {
      const rows = Array.from({ length: crops.length / IMAGE_BYTES }, (_, i) => [
        ...crops.subarray(i * IMAGE_BYTES, i * IMAGE_BYTES + 3),
      ]);
      if (rows.some(([first]) => first === 13)) return Promise.reject(new Error('index out of bounds\n  at node 4'));
      return Promise.resolve(
        Float32Array.from(rows.flatMap((row) => row.map((value) => (row[0] === 7 ? NaN : value)))),
      );
    },
    close: () => Promise.resolve(),
    ...options,
  };
}

/** Crops that begin with `firsts`, and then 1, 2. */
function crops(firsts: number[]): Uint8Array {
  const images = new Uint8Array(firsts.length * IMAGE_BYTES);
  firsts.forEach((first, i) => images.set([first, 1, 2], i * IMAGE_BYTES));
  return images;
}

const counted = (count: number, odd: Record<number, number> = {}) =>
  crops(Array.from({ length: count }, (_, i) => odd[i] ?? 20 + i));

async function failureOf(call: Promise<unknown>): Promise<EmbeddingError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddingError);
  expect((error as Error).message).not.toContain('\n');
  return error as EmbeddingError;
}

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

async function cropFile(name: string, pixels: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

describe.each(['features', 'embed', 'embedWithNorms'] as const)('%s', (call) => {
  test.each([1, 8, 9, 33, 40, 64])('of %d files of which the first is missing names it', async (count) => {
    const there = await cropFile('there.png', counted(1));
    const missing = join(folder, 'missing.png');
    const files = [missing, ...Array<string>(count - 1).fill(there)];
    const { message, position } = await failureOf(teacherOf(network())[call](files));
    expect([position, message]).toEqual([0, `${missing} cannot be read (ENOENT); check the path.`]);
  });

  test.each([0, 7, 8, 30])('whose network refuses image %d names it', async (at) => {
    const { message, position } = await failureOf(teacherOf(network())[call](counted(31, { [at]: 13 })));
    expect([position, message]).toEqual([at, `image ${at} (counted from 0): index out of bounds`]);
  });

  test('with numbers that are not finite for one crop in 300 names it', async () => {
    const { message, position } = await failureOf(teacherOf(network())[call](counted(300, { 17: 13, 211: 7, 16: 7 })));
    expect(position).toBe(16);
    expect(message).toMatch(/^image 16 \(counted from 0\): first-bytes gives numbers that are not finite for it/);
  });

  test('whose thread has ended says so of the images that it had', async () => {
    let runs = 0;
    const dying = network({
      run(pixels) {
        if (runs++ === 1) return Promise.reject(new TeacherError('the thread ended with code 1.', 'environment'));
        return network().run(pixels, 8);
      },
    });
    const { message, position, fault } = await failureOf(teacherOf(dying)[call](counted(24)));
    expect([position, fault]).toEqual([8, 'environment']);
    expect(message).toBe('image 8 (counted from 0): the thread ended with code 1.');
  });

  test('of another number of rows than images is an error', async () => {
    const short = network({ run: () => Promise.resolve(new Float32Array(3)) });
    expect((await failureOf(teacherOf(short)[call](counted(2)))).message).toMatch(
      /gives 3 numbers for 2 images, not 6/,
    );
  });
});

describe('images that fail, where the caller takes failures,', () => {
  test('have rows of NaN, and the others their own', async () => {
    const images = counted(40, { 3: 13, 4: 7, 39: 13, 20: 13 });
    const failed: number[] = [];
    const { embeddings, norms } = await teacherOf(network()).embedWithNorms(images, {
      onFailed: ({ position }) => failed.push(position),
    });
    expect(failed).toEqual([3, 4, 20, 39]);
    for (let i = 0; i < 40; i++) {
      const expected = Math.hypot(images[i * IMAGE_BYTES]!, 1, 2);
      const row = [...embeddings.subarray(i * 3, i * 3 + 3)];
      if (failed.includes(i)) expect([norms[i], ...row]).toEqual([NaN, NaN, NaN, NaN]);
      else {
        expect(norms[i]).toBeCloseTo(expected, 4);
        [images[i * IMAGE_BYTES]!, 1, 2].forEach((value, k) => expect(row[k]).toBeCloseTo(value / expected, 6));
      }
    }
  });

  test('without a direction are failures of embed, not of features', async () => {
    const images = counted(3);
    images.fill(0, IMAGE_BYTES, 2 * IMAGE_BYTES);
    const failed: EmbeddingError[] = [];
    const teacher = teacherOf(network());
    await teacher.embed(images, { onFailed: (failure) => failed.push(failure) });
    expect(failed.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^image 1 .*: first-bytes gives an embedding of length 0 for it, which has no direction/),
    ]);
    expect([...(await teacher.features(images)).subarray(3, 6)]).toEqual([0, 0, 0]);
  });

  test('only together are failures of all of them, with the cure', async () => {
    const lone = network({
      run: (pixels) =>
        pixels.length > IMAGE_BYTES ? Promise.reject(new Error('out of memory.')) : network().run(pixels, 1),
    });
    const { message, fault } = await failureOf(teacherOf(lone).features(counted(2)));
    expect(fault).toBe('environment');
    expect(message).toMatch(/out of memory\. Each image of its batch can be run alone: choose a smaller batch\.$/);
  });
});

describe('a teacher of onnxruntime', () => {
  test('that is closed lets finish what it was given, batches that wait included', async () => {
    const model = await writeModel(folder, 'close.onnx', pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] }));
    const teacher = await loadTeacher({ model, batchSize: 2, threads: 1 });
    const images = noiseImages(20);
    const embedding = teacher.features(images);
    await teacher.close();
    expect((await embedding).every(Number.isFinite)).toBe(true);
    await expect(teacher.features(images)).rejects.toThrow(/closed/);
  });

  test.skipIf(FAILS_FOR_BLACK.isMissing)(
    `that fails for a black image names it, and has rows of the others${FAILS_FOR_BLACK.skipped}`,
    async () => {
      const teacher: Teacher = await loadTeacher({ model: FAILS_FOR_BLACK.path, threads: 1 });
      const black = await cropFile('black.png', new Uint8Array(IMAGE_BYTES));
      const others = await Promise.all([1, 2].map((seed) => cropFile(`other-${seed}.png`, noiseImages(1, seed))));
      const expected = await teacher.features(others);
      const files = [others[0]!, black, others[1]!];
      expect((await failureOf(teacher.features(files, { batch: 1 }))).message).toMatch(
        /black\.png: .*fails_for_black\.onnx cannot be run \(/,
      );
      const failed: EmbeddingError[] = [];
      const rows = await teacher.features(files, { batch: 1, onFailed: (failure) => failed.push(failure) });
      expect(failed.map(({ position }) => position)).toEqual([1]);
      const { embeddingSize: size } = teacher;
      expect(rows.subarray(0, size)).toEqual(expected.subarray(0, size));
      expect(rows.subarray(2 * size)).toEqual(expected.subarray(size));
      await failureOf(teacher.features([black]));
      await teacher.close();
    },
  );
});

const EXIT = `
  const { loadTeacher } = await import(process.argv[1]);
  const teacher = await loadTeacher({ model: 'sample', batchSize: 64 });
  teacher.embed(new Uint8Array(640 * ${IMAGE_BYTES})).catch(() => undefined);
  setTimeout(() => { if (process.argv[2] === 'exit') process.exit(3); throw new Error('uncaught'); }, 30);
`;

test.each([
  ['exit', 3],
  ['throw', 1],
])('a process that ends while it embeds, by %s, ends with code %d', async (how, code) => {
  const entry = new URL('../index.ts', import.meta.url).href;
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', '--input-type=module', '--eval', EXIT, entry, how],
    { stdio: 'ignore', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  );
  expect((await once(child, 'exit'))[0]).toBe(code); // 134 is an abort
});
