// Imports killed at random moments. LIN_TEST_KILLS says how many kills, LIN_TEST_SEED where they are.
import { test } from 'vitest';
import { surviveKills } from '../../test/killed-import.js';
import { Random } from '../order/random.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 50);
const SEED = Number(process.env['LIN_TEST_SEED'] ?? 1);

test(
  `an import killed ${KILLS} times at random loses nothing that it reported, ` +
    'and ends with the bytes of an undisturbed one',
  async () => {
    const random = new Random(SEED);
    // Up to four kills on the way, the last ones after everything is settled; then to the end.
    await surviveKills(KILLS, ({ kills, done, total }) =>
      kills < KILLS && random.uniform() < 0.75
        ? { after: done + random.integer(total - done + 1), moment: 15 * random.uniform() }
        : undefined,
    );
  },
  1_200_000,
);
