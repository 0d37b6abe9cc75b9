// Imports in processes of their own, killed on their way and gone on with.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { importFolder } from '../src/making/import-folder.js';
import { writeFaceFolders } from './face-folders.js';
import { temporaryFolder } from './hand-made-sets.js';

const IDENTITIES = 30;
const IMAGES_EACH = 6;
const TOTAL = IDENTITIES * IMAGES_EACH;
const SCRIPT = fileURLToPath(new URL('import-faces.ts', import.meta.url));

export interface Kill {
  /** Comes once so many images are reported as done, and some milliseconds later. */
  after: number;
  moment: number;
}

/**
 * Imports the same folder again and again, killing while `next` gives a kill (`kills` so far, `done` of `total` images reported by the
 * import at hand), and expects of each that it loses nothing that it reported and ends with the bytes of an undisturbed one.
 */
export async function surviveKills(
  kills: number,
  next: (progress: { kills: number; done: number; total: number }) => Kill | undefined,
): Promise<void> {
  const root = await temporaryFolder();
  const folder = join(root, 'faces');
  await writeFaceFolders(folder, { identities: IDENTITIES, imagesEach: IMAGES_EACH });
  await importFolder({ folder, output: join(root, 'undisturbed') });
  const undisturbed = await contentOf(join(root, 'undisturbed'));

  for (let round = 0, killed = 0; killed < kills; round++) {
    const output = join(root, `out-${round}`);
    for (let done = 0, finished = false; !finished;) {
      const run = await importUntil(folder, output, next({ kills: killed, done, total: TOTAL }));
      if (done > 0 && run.reported.length > 0) expect(run.reported[0]).toBeGreaterThanOrEqual(done); // it begins with what it has
      done = Math.max(done, ...run.reported);
      finished = existsSync(join(output, 'train.rec'));
      if (run.killed && !finished) killed++;
      if (run.killed && finished) await importUntil(folder, output); // killed before it had tidied up: the next one is refused, and does
    }
    expect(await contentOf(output)).toEqual(undisturbed);
  }
}

/** Resolves with all that it reported. */
async function importUntil(
  folder: string,
  output: string,
  kill?: Kill,
): Promise<{ reported: number[]; killed: boolean }> {
  const child = spawn(process.execPath, [await bundledScript(SCRIPT), folder, output], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
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
