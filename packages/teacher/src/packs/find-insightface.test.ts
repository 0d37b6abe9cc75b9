import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pickModel, temporaryFolder, writeModel } from '../../test/tiny-models.js';
import { findInsightFace, resolveModel } from './find-insightface.js';

const recogniser = pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] });
const detector = pickModel({ picks: [{ row: 0, column: 0, channel: 0 }], outputs: ['embedding', 'boxes'] });

async function packFolder(...parts: string[]): Promise<{ root: string; folder: string }> {
  const root = await temporaryFolder();
  const folder = join(root, 'models', ...parts);
  await mkdir(folder, { recursive: true });
  return { root, folder };
}

test('buffalo_l is found where InsightFace puts it', async () => {
  const { root, folder } = await packFolder('buffalo_l');
  await writeModel(folder, 'det_10g.onnx', detector);
  const path = await writeModel(folder, 'w600k_r50.onnx', recogniser);
  expect(await findInsightFace('buffalo_l', { root })).toBe(path);
  expect(await resolveModel('buffalo_l', { root })).toBe(path);
});

test('a pack that was unpacked one folder deeper is found too', async () => {
  const { root, folder } = await packFolder('antelopev2', 'antelopev2');
  expect(await findInsightFace('antelopev2', { root })).toBeUndefined();
  const path = await writeModel(folder, 'glintr100.onnx', recogniser);
  expect(await findInsightFace('antelopev2', { root })).toBe(path);
});

test('a recogniser of an unusual name is known by its shape', async () => {
  const { root, folder } = await packFolder('mine');
  await writeModel(folder, 'a-detector.onnx', detector);
  const path = await writeModel(folder, 'my-faces.onnx', recogniser);
  expect(await findInsightFace('mine', { root })).toBe(path);
  expect(await resolveModel(folder)).toBe(path);
});

test('a pack that is not installed, and a folder without a recogniser, are said plainly', async () => {
  const { root, folder } = await packFolder('empty');
  expect(await findInsightFace('buffalo_l', { root })).toBeUndefined();
  await expect(resolveModel('buffalo_l', { root })).rejects.toThrow(/no installed InsightFace pack, named buffalo_l/);
  await expect(resolveModel(folder)).rejects.toThrow(/holds no face recogniser/);
});
