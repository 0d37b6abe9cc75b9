import { expect, test } from 'vitest';
import { damagesOf, KINDS, refuseAll } from '../../test/damaged-models.js';

test('each of 202 damaged model files is refused in one sentence that names it, and teachers that were there go on', async () => {
  expect(await refuseAll(KINDS.flatMap(damagesOf))).toBe(202);
});
