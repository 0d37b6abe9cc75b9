// A process that writes records is killed three times. killed-writer.slow.test.ts does it at random and at length.
import { test } from 'vitest';
import { writeThroughKills } from './killed-writes.js';

test('a writer killed three times loses nothing that it said was safe, and ends with the bytes of one never killed', async () => {
  const moments = [
    { afterLines: 0, delayMs: 0 },
    { afterLines: 12, delayMs: 1.5 },
    { afterLines: 30, delayMs: 3 },
  ];
  await writeThroughKills(moments.length, (kills) => moments[kills]);
});
