import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pickModel, temporaryFolder, writeModel, type PickModelOptions } from '../../test/tiny-models.js';
import { findInsightFace, findPack, modelFor, resolveModel } from './find-pack.js';
import { differenceFromPublished, PUBLISHED_MODELS, PUBLISHED_PACKS } from './published.js';

const recogniser = pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] });
const detector = pickModel({ picks: [{ row: 0, column: 0, channel: 0 }], outputs: ['embedding', 'boxes'] });

const recogniserOf = (name: string, options = {}) => resolveModel('recognition', name, options);

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
  expect(await recogniserOf('buffalo_l', { root })).toBe(path);
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
  expect(await recogniserOf(folder)).toBe(path);
});

test('a pack that is not installed, and a folder without a recogniser, are said plainly', async () => {
  const { root, folder } = await packFolder('empty');
  expect(await findInsightFace('buffalo_l', { root })).toBeUndefined();
  await expect(recogniserOf('buffalo_l', { root })).rejects.toThrow(/no installed InsightFace pack, named buffalo_l/);
  await expect(recogniserOf(folder)).rejects.toThrow(/holds no \.onnx file/);
});

test("a pack's models are told apart by their graphs, whatever they are called", async () => {
  const { root, folder } = await packFolder('mine');
  const picks = [{ row: 0, column: 0, channel: 0 }];
  const outputs = ['s8', 's16', 's32', 'b8', 'b16', 'b32'];
  const write = (name: string, options: Partial<PickModelOptions>) =>
    writeModel(folder, name, pickModel({ picks, ...options }));
  const paths = {
    detection: await write('a.onnx', { outputs, input: [1, 3, 'height', 'width'] }),
    landmarks106: await write('b.onnx', { input: ['N', 3, 192, 192] }),
    landmarks68: await write('c.onnx', { input: ['N', 3, 192, 192], outputSize: 3309 }),
    genderAge: await write('d.onnx', { input: ['N', 3, 96, 96] }),
    recognition: await write('e.onnx', {}),
  };
  await write('f.onnx', {}); // a second recogniser: the first in order counts
  await write('g.onnx', { input: ['N', 3, 128, 128] }); // a swapper, say
  await writeFile(join(folder, 'readme.txt'), 'no model');
  const { name, models, refused } = await findPack('mine', { root });
  expect(name).toBe('mine');
  expect(Object.fromEntries(Object.entries(models).map(([task, model]) => [task, model.path]))).toEqual(paths);
  expect(refused).toEqual([]);
});

test('a damaged file is named where its model is asked for, and the others are still found', async () => {
  const { root, folder } = await packFolder('buffalo_l');
  await writeFile(join(folder, 'w600k_r50.onnx'), '<html>404</html>');
  const detection = await writeModel(
    folder,
    'det_10g.onnx',
    pickModel({ picks: [{ row: 0, column: 0, channel: 0 }], outputs: ['a', 'b', 'c', 'd', 'e'] }),
  );
  const pack = await findPack('buffalo_l', { root });
  expect(modelFor('detection', pack).path).toBe(detection);
  expect(() => modelFor('recognition', pack)).toThrow(/w600k_r50\.onnx is an HTML page/);
  expect(() => modelFor('genderAge', pack)).toThrow(/HTML page|no model for age and sex/);
  expect(await findInsightFace('buffalo_l', { root })).toBe(join(folder, 'w600k_r50.onnx'));
});

test('a pack that can be fetched says how', async () => {
  const { root } = await packFolder('other');
  await expect(findPack('antelopev2', { root })).rejects.toThrow(/lin-teacher fetch antelopev2/);
});

test('what is not the published file is called what it is', () => {
  const published = PUBLISHED_MODELS['w600k_r50.onnx']!;
  const sha256 = 'c6cfaf46'.padEnd(64, '0');
  expect(differenceFromPublished('w600k_r50.onnx', published)).toBeUndefined();
  expect(differenceFromPublished('my-own.onnx', { bytes: 1, sha256 })).toBeUndefined();
  expect(differenceFromPublished('w600k_r50.onnx', { bytes: 174_383_856, sha256 })).toMatch(
    /shapes are fixed at one image/,
  );
  expect(differenceFromPublished('w600k_r50.onnx', { bytes: published.bytes, sha256 })).toMatch(
    /not the file .*the same size/,
  );
  expect(differenceFromPublished('glintr100.onnx', { bytes: 9, sha256 })).toMatch(/9 bytes instead of 260665334/);
});

test('every pack has one model of each task that it has', () => {
  for (const { files } of Object.values(PUBLISHED_PACKS).filter(({ archive }) => archive.bytes !== undefined)) {
    const tasks = files.map((file) => PUBLISHED_MODELS[file]!.task);
    expect(new Set(tasks).size).toBe(files.length);
    expect(tasks).toEqual(expect.arrayContaining(['detection', 'recognition']));
  }
});

test('of several detectors the first SCRFD is taken, and another kind only where there is none', async () => {
  const { folder } = await packFolder('several');
  const picks = [{ row: 0, column: 0, channel: 0 }];
  const detectorOf = (name: string, count: number) =>
    writeModel(folder, name, pickModel({ picks, outputs: Array.from({ length: count }, (_, i) => `out${i}`) }));
  const first = await detectorOf('a-retinaface.onnx', 6);
  expect((await findPack(folder)).models.detection?.path).toBe(first);
  const scrfd = await detectorOf('b-scrfd.onnx', 9);
  await detectorOf('c-scrfd.onnx', 9);
  expect((await findPack(folder)).models.detection?.path).toBe(scrfd);
});
