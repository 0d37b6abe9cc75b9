// A process that writes records, killed on its way, again and again until it has ended.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { runUntilKilled, type Kill } from '../../../tools/killed-process-for-tests.js';
import { openRecords } from '../src/records/open-records.js';
import { assemble, idxText, insightFaceRecords, temporaryFolder } from './hand-made-sets.js';
import { IMAGES_PER_IDENTITY, numberedImage } from './numbered-images.js';

const IMAGES = 2000;
const SCRIPT = fileURLToPath(new URL('write-records.ts', import.meta.url));

/** Expects of a writer that is killed while `next` gives a kill that it loses nothing and ends with the bytes of one that never was. */
export async function writeThroughKills(kills: number, next: (kills: number) => Kill | undefined): Promise<void> {
  const images = Array.from({ length: IMAGES / IMAGES_PER_IDENTITY }, (_, identity) =>
    Array.from({ length: IMAGES_PER_IDENTITY }, (_, i) => numberedImage(identity * IMAGES_PER_IDENTITY + i)),
  );
  const expected = assemble(insightFaceRecords(images));
  for (let killed = 0; killed < kills;) {
    const folder = await temporaryFolder();
    for (let safe = 0, ended = false; !ended;) {
      const run = await runUntilKilled(SCRIPT, [folder, String(IMAGES)], next(killed));
      const [resumedAt = safe] = run.said;
      expect(resumedAt).toBeGreaterThanOrEqual(safe);
      safe = run.said.at(-1) ?? safe;
      ended = run.ended;
      if (!ended) killed++;
    }
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
    expect(sha256(await readFile(join(folder, 'train.rec')))).toBe(sha256(expected.rec));
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(expected.rows));
    const records = await openRecords(folder);
    expect(records.imageCount).toBe(IMAGES);
    await records.close();
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
