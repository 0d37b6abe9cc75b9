// What is expected of a set of 30 GB, whatever the number of its records.
import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { openRecords } from '../src/records/open-records.js';
import { temporaryFolder } from './hand-made-sets.js';
import { firstKeyOf, largeImage, writeLargeSet, type LargeSetSize } from './large-set.js';

export async function readLargeSet(size: LargeSetSize, { samples }: { samples: number }): Promise<void> {
  const folder = await temporaryFolder();
  try {
    const { images, identities, recordBytes } = size;
    const { path, written, bytes } = await writeLargeSet(folder, size, { samples });
    expect(bytes).toBeGreaterThan(30e9);
    const before = process.memoryUsage().arrayBuffers;
    const records = await openRecords(path);
    expect(records).toMatchObject({ layout: 'insightface', imageCount: images, identityCount: identities });
    expect(records.keys[images - 1]).toBe(images);

    const identityOf = (key: number) => records.labels[records.positionOf(key)]!;
    for (const key of written) {
      const label = identityOf(key);
      expect(firstKeyOf(label, size)).toBeLessThanOrEqual(key);
      expect(firstKeyOf(label + 1, size)).toBeGreaterThan(key);
      const record = await records.read(key);
      expect([record.key, record.label, record.image.equals(largeImage(key, size))]).toEqual([key, label, true]);
    }
    const many = await records.readMany([...written].reverse());
    expect(many.map(({ key }) => key)).toEqual([...written].reverse());
    expect(many.every(({ key, image }) => image.equals(largeImage(key, size)))).toBe(true);

    const last = identities - 1;
    expect([...records.identity(last)]).toEqual(
      Array.from({ length: images + 1 - firstKeyOf(last, size) }, (_, i) => firstKeyOf(last, size) + i),
    );
    expect(records.offsetOf(images)).toBeGreaterThan(2 ** 34);
    await expect(records.read(2)).rejects.toThrow(
      `at byte ${recordBytes}: found 0x00000000 instead of the record magic`,
    );
    // 100 MB of index and labels, and blocks that wait for the collector
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150e6);
    await records.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}
