// A set as large as MS1MV2 is opened and read. What it costs in time is measured by bench/scale.ts; here no clock is looked at.
import { rm } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { openRecords } from '../src/records/record-set.js';
import { temporaryFolder } from './hand-made-sets.js';
import { firstKeyOf, LARGE_IDENTITIES, LARGE_IMAGES, largeImage, noHoles, writeLargeSet } from './large-set.js';

const folder = await temporaryFolder();
const skipped = await noHoles(folder);
afterAll(() => rm(folder, { recursive: true }));

test.skipIf(skipped)(
  `5,822,653 images of 85,742 identities in 30 GB${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
  async () => {
    const { path, written, bytes } = await writeLargeSet(folder, { samples: 500 });
    expect(bytes).toBeGreaterThan(30e9);
    const before = process.memoryUsage().arrayBuffers;
    const records = await openRecords(path);
    expect(records).toMatchObject({ layout: 'insightface', imageCount: LARGE_IMAGES, identityCount: LARGE_IDENTITIES });
    expect(records.keys[LARGE_IMAGES - 1]).toBe(LARGE_IMAGES);

    const identityOf = (key: number) => records.labels[records.positionOf(key)]!;
    for (const key of written) {
      const label = identityOf(key);
      expect(firstKeyOf(label)).toBeLessThanOrEqual(key);
      expect(firstKeyOf(label + 1)).toBeGreaterThan(key);
      expect(await records.read(key)).toEqual({ key, label, image: largeImage(key) });
    }
    const many = await records.readMany([...written].reverse());
    expect(many.map(({ key }) => key)).toEqual([...written].reverse());
    expect(many.every(({ key, image }) => image.equals(largeImage(key)))).toBe(true);

    const last = LARGE_IDENTITIES - 1;
    expect([...records.identity(last)]).toEqual(
      Array.from({ length: LARGE_IMAGES + 1 - firstKeyOf(last) }, (_, i) => firstKeyOf(last) + i),
    );
    expect(records.offsetOf(LARGE_IMAGES)).toBeGreaterThan(2 ** 34);
    await expect(records.read(2)).rejects.toThrow('at byte 5200: found 0x00000000 instead of the record magic');
    // 100 MB of index and labels, and blocks that wait for the collector
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150e6);
    await records.close();
  },
);
