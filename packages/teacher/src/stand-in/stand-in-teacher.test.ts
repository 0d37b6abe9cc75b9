import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noiseImages, SIDE, IMAGE_BYTES, temporaryFolder } from '../../test/tiny-models.js';
import { loadTeacher } from '../recognition/load-teacher.js';
import { ensureStandInTeacher } from './stand-in-teacher.js';

/** Smooth pictures, as faces are: a coloured gradient each. */
function gradients(count: number): Uint8Array {
  const parameters = noiseImages(1);
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < count; i++) {
    for (let at = 0; at < IMAGE_BYTES; at++) {
      const [channel, x, y] = [at % 3, Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
      const [base, dx, dy] = [0, 1, 2].map((k) => parameters[i * 9 + channel * 3 + k]!) as [number, number, number];
      images[i * IMAGE_BYTES + at] = Math.min(255, Math.max(0, base + ((dx - 128) * x + (dy - 128) * y) / SIDE));
    }
  }
  return images;
}

const images = gradients(64);
const calibrationImages = () => Promise.resolve(images);
/** As few as will do. */
const fewImages = () => Promise.resolve(images.subarray(0, 16 * IMAGE_BYTES));

describe('the stand-in teacher', () => {
  test('spreads different pictures: mean pairwise cosine at most 0.2', async () => {
    const path = join(await temporaryFolder(), 'teachers', 'stand-in.onnx');
    await ensureStandInTeacher(path, { embeddingSize: 64, calibrationImages });
    const teacher = await loadTeacher({ model: path, embeddingSize: 64 });
    const embeddings = await teacher.embed(images);
    let sum = 0;
    for (let i = 0; i < 64; i++)
      for (let j = 0; j < i; j++) for (let k = 0; k < 64; k++) sum += embeddings[i * 64 + k]! * embeddings[j * 64 + k]!;
    expect(sum / ((64 * 63) / 2)).toBeLessThan(0.2);
    await teacher.close();
  });

  test('says what it is', async () => {
    const path = join(await temporaryFolder(), 'stand-in.onnx');
    await ensureStandInTeacher(path, { embeddingSize: 8, calibrationImages: fewImages });
    const teacher = await loadTeacher({ model: path });
    expect(teacher.standIn).toBe(true);
    expect(teacher.name).toMatch(/stand-in.*recognises nobody/);
    await teacher.close();
  });

  test('is the same file for the same seed and images, another for another seed', async () => {
    const folder = await temporaryFolder();
    const write = async (name: string, seed: number) => {
      await ensureStandInTeacher(join(folder, name), { embeddingSize: 8, seed, calibrationImages: fewImages });
      return readFile(join(folder, name));
    };
    const [first, again, other] = [await write('a.onnx', 1), await write('b.onnx', 1), await write('c.onnx', 2)];
    expect(again.equals(first)).toBe(true);
    expect(other.equals(first)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['a.onnx', 'b.onnx', 'c.onnx']); // and nothing half-written beside
  });

  test('is written once', async () => {
    const path = join(await temporaryFolder(), 'stand-in.onnx');
    await ensureStandInTeacher(path, { embeddingSize: 8, calibrationImages: fewImages });
    const { mtimeMs } = await stat(path);
    await ensureStandInTeacher(path, {
      embeddingSize: 8,
      calibrationImages: () => Promise.reject(new Error('asked again')),
    });
    expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  });

  test('needs some faces, and leaves no file where calibration fails', async () => {
    const folder = await temporaryFolder();
    const write = ensureStandInTeacher(join(folder, 'x.onnx'), {
      calibrationImages: () => Promise.resolve(images.subarray(0, 3 * IMAGE_BYTES)),
    });
    await expect(write).rejects.toThrow(/at least 16 faces/);
    expect(await readdir(folder)).toEqual([]);
  });
});
