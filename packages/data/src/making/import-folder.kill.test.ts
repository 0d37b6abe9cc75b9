// Imports killed at random moments. LIN_TEST_KILLS says how many kills, LIN_TEST_SEED where they are.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { writeFaceFolders } from '../../test/face-folders.js';
import { temporaryFolder } from '../../test/hand-made-sets.js';
import { Random } from '../order/random.js';
import { importFolder } from './import-folder.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 10);
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 1);
const IDENTITIES = 30;
const IMAGES_EACH = 6;
const TOTAL = IDENTITIES * IMAGES_EACH;

/**
 * Runs an import in a process of its own; kills it a moment after it reports so many images as done. Resolves with all that it reported.
 */
async function importUntil(
  folder: string,
  output: string,
  kill?: { after: number; moment: number },
): Promise<{ reported: number[]; killed: boolean }> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', 'test/import-faces.ts', folder, output],
    {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const end = new Promise<NodeJS.Signals | null>((settle) => child.once('exit', (_, signal) => settle(signal)));
  const reported: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    reported.push(Number(line));
    if (kill && Number(line) >= kill.after) void sleep(kill.moment).then(() => child.kill('SIGKILL'));
  }
  return { reported, killed: (await end) === 'SIGKILL' };
}

const contentOf = async (path: string) =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(path)).sort().map(async (name) => [name, (await readFile(join(path, name))).toString('base64')]),
    ),
  );

test(`an import killed ${KILLS} times at random loses nothing that it reported, and ends with the bytes of an undisturbed one`, async () => {
  const root = await temporaryFolder();
  const folder = join(root, 'faces');
  await writeFaceFolders(folder, { identities: IDENTITIES, imagesEach: IMAGES_EACH });
  await importFolder({ folder, output: join(root, 'undisturbed') });
  const undisturbed = await contentOf(join(root, 'undisturbed'));

  const random = new Random(SEED);
  let kills = 0;
  for (let round = 0; kills < KILLS; round++) {
    const output = join(root, `out-${round}`);
    let done = 0;
    let finished = false;
    while (!finished) {
      // Up to four kills on the way, the last ones after everything is settled; then to the end.
      const kill =
        kills < KILLS && random.uniform() < 0.75
          ? { after: done + random.integer(TOTAL - done + 1), moment: 15 * random.uniform() }
          : undefined;
      const { reported, killed } = await importUntil(folder, output, kill);
      if (done > 0 && reported.length > 0) expect(reported[0]).toBeGreaterThanOrEqual(done); // it begins with what it has
      done = Math.max(done, ...reported);
      finished = existsSync(join(output, 'train.rec'));
      if (killed && !finished) kills++;
      if (killed && finished) await importUntil(folder, output); // killed before it had tidied up: the next one is refused, and does
    }
    expect(await contentOf(output)).toEqual(undisturbed);
  }
}, 600_000);
