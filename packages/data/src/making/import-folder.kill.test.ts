// An import killed at three moments: at its beginning, on its way, once everything is settled. import-folder.kill.slow.test.ts kills at
// random.
import { test } from 'vitest';
import { surviveKills } from '../../test/killed-import.js';

test('an import killed three times loses nothing that it reported, and ends with the bytes of an undisturbed one', async () => {
  const moments = [
    { after: 1, moment: 0 },
    { after: 90, moment: 3 },
    { after: 180, moment: 0 },
  ];
  await surviveKills(2, ({ done }) => moments.find(({ after }) => after > done));
});
