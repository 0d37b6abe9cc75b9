// A quick share of what load-fuzz.slow.test.ts does at length.
import { beforeAll, expect, test } from 'vitest';
import { readFromMemory } from '../../../../tools/fuzz/files-in-memory.js';
import { runTarget } from '../../../../tools/fuzz/run.js';
import { damagedConfigs, drawnConfigs } from '../../test/config-fuzz.js';

beforeAll(() => readFromMemory());

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
