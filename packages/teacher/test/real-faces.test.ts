// A real recogniser on real photographs, where they are there.
import { decodeImage, openRecords } from '@lin/data';
import { expect, test } from 'vitest';
import { CROP_BYTES } from '../src/face-crop.js';
import { clusterEmbeddings } from '../src/grouping/cluster.js';
import { loadTeacher } from '../src/recognition/load-teacher.js';
import { shared } from './shared-folder.js';

const LFW = shared('data', 'lfw');
const PEOPLE = 8;

test.skipIf(LFW.isMissing)(
  `photographs of LFW are told apart, with the scaling of the author as with Lin's own${LFW.skipped}`,
  async () => {
    const records = await openRecords(LFW.path);
    const model = `${LFW.path}/mobilefacenet-128d.onnx`;
    const keysOf = new Map<number, number[]>();
    records.keys.forEach((key, i) => {
      const label = records.labels[i]!;
      keysOf.set(label, [...(keysOf.get(label) ?? []), key]);
    });
    const people = [...keysOf.values()].filter((keys) => keys.length >= 3).slice(0, PEOPLE);
    const crops = new Uint8Array(PEOPLE * 3 * CROP_BYTES);
    for (const [i, key] of people.flatMap((keys) => keys.slice(0, 3)).entries())
      crops.set(await decodeImage((await records.read(key)).image, `key ${key}`), i * CROP_BYTES);
    await records.close();

    for (const scaling of [{}, { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }] as const) {
      const teacher = await loadTeacher({ model, ...scaling });
      const embeddings = await teacher.embed(crops);
      await teacher.close();
      const rows = Array.from({ length: PEOPLE * 3 }, (_, i) => embeddings.subarray(i * 128, (i + 1) * 128));
      const groups = clusterEmbeddings(rows, 0.35);
      const whole = groups.filter(
        (group) => group.length === 3 && new Set(group.map((i) => Math.floor(i / 3))).size === 1,
      );
      expect(whole.length).toBeGreaterThanOrEqual(PEOPLE - 2);
      expect(groups.every((group) => new Set(group.map((i) => Math.floor(i / 3))).size === 1)).toBe(true);
    }
  },
);
