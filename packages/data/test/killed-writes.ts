// A process that writes records, killed on its way, again and again until it has ended.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { openRecords } from '../src/records/record-set.js';
import { assemble, idxText, insightFaceRecords, temporaryFolder } from './hand-made-sets.js';
import { IMAGES_PER_IDENTITY, numberedImage } from './numbered-images.js';

const IMAGES = 2000;
const SCRIPT = fileURLToPath(new URL('write-records.ts', import.meta.url));

export interface WriterKill {
  /** Comes once it has said so many numbers, and some milliseconds later. */
  afterLines: number;
  delayMs: number;
}

/** Expects of a writer that is killed while `next` gives a kill that it loses nothing and ends with the bytes of one that never was. */
export async function writeThroughKills(kills: number, next: (kills: number) => WriterKill | undefined): Promise<void> {
  const images = Array.from({ length: IMAGES / IMAGES_PER_IDENTITY }, (_, identity) =>
    Array.from({ length: IMAGES_PER_IDENTITY }, (_, i) => numberedImage(identity * IMAGES_PER_IDENTITY + i)),
  );
  const expected = assemble(insightFaceRecords(images));
  for (let killed = 0; killed < kills;) {
    const folder = await temporaryFolder();
    for (let safe = 0, ended = false; !ended;) {
      const run = await write(folder, next(killed));
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

/** The numbers that the process printed, the first where it began, the others what was safe; and whether it ended by itself. */
async function write(folder: string, kill?: WriterKill): Promise<{ said: number[]; ended: boolean }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', SCRIPT, folder, String(IMAGES)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  let text = '';
  let killing = false;
  for await (const piece of child.stdout.setEncoding('utf8')) {
    text += piece as string;
    if (!kill || killing || text.split('\n').length <= kill.afterLines) continue;
    killing = true;
    void sleep(kill.delayMs).then(() => child.kill('SIGKILL'));
  }
  const [code] = (await exit) as [number | null];
  return { said: text.split('\n').slice(0, -1).map(Number), ended: code === 0 };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
