// A process that writes records is killed at random moments, again and again, until it has ended. LIN_TEST_KILLS says how many kills at
// least (default 10).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openRecords } from '../src/records/record-set.js';
import { Random } from '../src/order/random.js';
import { assemble, idxText, insightFaceRecords, temporaryFolder } from './hand-made-sets.js';
import { IMAGES_PER_IDENTITY, numberedImage } from './numbered-images.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 10);
const IMAGES = 2000;
const SCRIPT = fileURLToPath(new URL('write-records.ts', import.meta.url));

/** The numbers that the process printed, the first where it began, the others what was safe; and whether it ended by itself. */
async function run(
  folder: string,
  kill?: { afterLines: number; delayMs: number },
): Promise<{ said: number[]; ended: boolean }> {
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

test(`a writer killed ${KILLS} times loses nothing that it said was safe, and ends with the bytes of one that was never killed`, async () => {
  const random = new Random(1);
  const images = Array.from({ length: IMAGES / IMAGES_PER_IDENTITY }, (_, identity) =>
    Array.from({ length: IMAGES_PER_IDENTITY }, (_, i) => numberedImage(identity * IMAGES_PER_IDENTITY + i)),
  );
  const expected = assemble(insightFaceRecords(images));
  for (let kills = 0; kills < KILLS;) {
    const folder = await temporaryFolder();
    for (let safe = 0, ended = false; !ended;) {
      const isLeftAlone = kills === KILLS || random.uniform() < 0.05;
      const { said, ended: itEnded } = await run(
        folder,
        isLeftAlone ? undefined : { afterLines: random.integer(40), delayMs: random.uniform(0, 4) },
      );
      const [resumedAt = safe] = said;
      expect(resumedAt).toBeGreaterThanOrEqual(safe);
      safe = said.at(-1) ?? safe;
      ended = itEnded;
      if (!ended) kills++;
    }
    expect((await readdir(folder)).sort()).toEqual(['property', 'train.idx', 'train.rec']);
    expect(sha256(await readFile(join(folder, 'train.rec')))).toBe(sha256(expected.rec));
    expect(await readFile(join(folder, 'train.idx'), 'utf8')).toBe(idxText(expected.rows));
    const records = await openRecords(folder);
    expect(records.imageCount).toBe(IMAGES);
    await records.close();
  }
}, 600_000);
