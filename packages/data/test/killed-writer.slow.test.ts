// A process that writes records is killed at random moments, again and again, until it has ended. LIN_TEST_KILLS says how many kills at
// least.
import { test } from 'vitest';
import { Random } from '../src/order/random.js';
import { writeThroughKills } from './killed-writes.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 100);

test(`a writer killed ${KILLS} times loses nothing that it said was safe, and ends with the bytes of one never killed`, async () => {
  const random = new Random(1);
  await writeThroughKills(KILLS, (kills) => {
    const isLeftAlone = kills === KILLS || random.uniform() < 0.05;
    return isLeftAlone ? undefined : { afterLines: random.integer(40), delayMs: random.uniform(0, 4) };
  });
}, 1_200_000);
