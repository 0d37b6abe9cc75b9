// Opening a set of MS1MV2's size (30 GB, 5.9 million rows, most of it holes), random reads from the disk, and memory, in a fresh process.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/order/random.js';
import { MS1MV2, noHoles, writeLargeSet } from '../test/large-set.js';

export interface Scale {
  /** Of opening, the .idx and the identity records in the page cache or not as `fromDisk` says. */
  seconds: number;
  /** Of a read of one image, one after the other in random order. */
  medianMs: number;
  p99Ms: number;
  /** Of the whole process once the set is open, what opening added, and the most it ever was. */
  rssMB: number;
  grownMB: number;
  peakMB: number;
  /** Whether the page cache was emptied before, which takes a Linux and its root. */
  fromDisk: boolean;
}

const SAMPLES = 2000;
const DROP_CACHES = '/proc/sys/vm/drop_caches';

/** Undefined where the temporary files' system has no sparse files. */
export async function measureScale(): Promise<Scale | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lin-data-scale-'));
  try {
    if (await noHoles(folder)) return undefined;
    const { path, written } = await writeLargeSet(folder, MS1MV2, { samples: SAMPLES, ends: true });
    const keysPath = join(folder, 'keys.json');
    await writeFile(keysPath, JSON.stringify(new Random(0).shuffle(written)));
    const fromDisk = await emptyPageCache();
    const script = fileURLToPath(new URL('open-large-set.ts', import.meta.url));
    const printed = execFileSync(
      process.execPath,
      ['--conditions=@lin/source', '--import', 'tsx', script, path, keysPath],
      { encoding: 'utf8' },
    );
    return { ...(JSON.parse(printed) as Omit<Scale, 'fromDisk'>), fromDisk };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function emptyPageCache(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  execFileSync('sync');
  return writeFile(DROP_CACHES, '1').then(
    () => true,
    () => false,
  );
}
