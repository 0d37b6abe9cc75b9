import { expect, test } from 'vitest';
import { damagesOf, KINDS, refuseAll } from '../../test/damaged-models.js';

test('a damaged model file, one of every kind, is refused in one sentence that names it, and teachers that were there go on', async () => {
  const chosen = KINDS.map((kind, i) => damagesOf(kind)[(i * 5) % 17]!);
  expect(await refuseAll(chosen)).toBe(9);
});
