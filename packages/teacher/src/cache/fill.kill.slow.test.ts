// LIN_TEST_KILLS says how many kills at least.
import { test } from 'vitest';
import { killFilling } from '../../test/killed-filling.js';

const KILLS = Number(process.env['LIN_TEST_KILLS'] ?? 20);

test(
  `a cache whose filling was killed ${KILLS} times loses no block that was reported, ` +
    'and ends with the bytes of an undisturbed one',
  () => killFilling(KILLS),
);
