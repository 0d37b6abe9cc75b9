// Whose faces are trained on, with and without drawn ones beside the records' own.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ensureSampleSet } from '@lin/data';
import { configSchema } from '../config/schema.js';
import { originOf } from '../run/origin.js';
import { embeddedSets, openDataset, type Dataset } from './dataset.js';
import { imageVariants } from './image-variants.js';

let path: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lin-app-'));
  vi.stubEnv('LIN_DATA', join(folder, 'data'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  path = join(folder, 'photographs');
  await ensureSampleSet(path, { identities: 8, imagesPerIdentity: 3, seed: 5 });
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const configOf = (data: object = {}) =>
  configSchema.parse({
    data: { ms1mv2: { path }, test_fraction: 0.25, ...data },
    validation: { identities: 1 },
    linearizer: { batch_size: 4 },
  });
const BESIDE = { sample: { beside: true, identities: 3, images_per_identity: 2 } };

/** Opened, looked at, closed. */
async function withDataset<T>(data: object, look: (dataset: Dataset) => T): Promise<T> {
  const dataset = await openDataset(configOf(data));
  try {
    return look(dataset);
  } finally {
    await dataset.close();
  }
}

test('drawn faces are trained on beside the photographs, and nobody else is held out for them', async () => {
  const alone = await withDataset({}, ({ split, training }) => ({ split, training }));
  expect(alone.training.keys).toEqual(alone.split.train);
  await withDataset(BESIDE, (dataset) => {
    const { split, training, drawn, records } = dataset;
    expect(split).toEqual(alone.split);
    expect([split.train.length, split.validation.length, split.test.length]).toEqual([15, 3, 6]);
    expect([...training.keys]).toEqual([...split.train, ...drawn!.keys]);
    expect(drawn!.keys.length).toBe(6);
    for (const key of [...split.validation, ...split.test]) expect(training.keys).not.toContain(key);
    const peopleOf = (keys: Float64Array) =>
      new Set(Array.from(training.records.positionsOf(keys), (position) => training.records.labels[position]!));
    expect(peopleOf(drawn!.keys).size).toBe(3);
    const photographed = peopleOf(records.keys);
    for (const person of peopleOf(drawn!.keys)) expect(photographed).not.toContain(person);
    expect(embeddedSets(dataset).map((set) => set.records.imageCount)).toEqual([24, 6]);
  });
});

test('a part of the training images is of the photographs; all drawn faces come beside it', () =>
  withDataset({ ...BESIDE, limit_train_images: 5 }, ({ split, training }) => {
    expect([split.train.length, training.keys.length, split.test.length]).toEqual([5, 11, 6]);
  }));

test('mixtures are of training images, drawn ones among them', () =>
  withDataset({ ...BESIDE, augment: { variants: 1, mix: {} } }, ({ split, training }) => {
    const [, variant] = imageVariants(configOf({ ...BESIDE, augment: { variants: 1, mix: {} } }), training.keys);
    const pool = variant!.options.augment!.mix!.with;
    expect(pool).toEqual(training.keys);
    for (const key of [...split.validation, ...split.test]) expect(pool).not.toContain(key);
  }));

test('a checkpoint says of which drawn faces it is, and nothing where there are none', async () => {
  const splitOf = (data: object) =>
    withDataset(data, (dataset) => originOf({ config: configOf(data), dataset, teacher: { sha256: 'a' } }).split);
  const plain = 'data.test_fraction 0.25, data.seed 0, validation.identities 1';
  expect(await splitOf({})).toBe(plain);
  const [beside, more] = [
    await splitOf(BESIDE),
    await splitOf({ sample: { ...BESIDE.sample, images_per_identity: 3 } }),
  ];
  expect(beside).toMatch(new RegExp(`^${plain}, drawn faces [0-9a-f]{12} beside them$`));
  expect(more).not.toBe(beside);
});
