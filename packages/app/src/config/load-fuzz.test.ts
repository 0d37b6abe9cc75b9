// A quick share of what load-fuzz.slow.test.ts does at length.
import { expect, test, vi } from 'vitest';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedConfigs, drawnConfigs } from '../../test/config-fuzz.js';

vi.mock('node:fs/promises', async (original) =>
  (await import('../../../../tools/fuzz/files-in-memory.js')).readingFromMemory(await original()),
);

const FILES = 500;

test.each([drawnConfigs, damagedConfigs])(
  `each of ${FILES} files is read as what it says, or refused in one sentence: $name`,
  async (target) => {
    const { read, refused } = await runTarget(target, { seed: 7, count: FILES });
    expect(read + refused).toBe(FILES);
    expect(read).toBeGreaterThan(FILES / 50);
    expect(refused).toBeGreaterThan(FILES / 50);
  },
);
