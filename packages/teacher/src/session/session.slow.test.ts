import { expect, test } from 'vitest';
import { growth } from '../../test/session-memory.js';
import { pickModel, temporaryFolder, writeModel } from '../../test/tiny-models.js';

test('10,000 runs hold no more memory than 1,000 did', async () => {
  const model = pickModel({ picks: [{ row: 0, column: 0, channel: 0 }] });
  const path = await writeModel(await temporaryFolder(), 'small.onnx', model);
  // 9,000 runs move 1.4 GB of pixels and 5.4 GB of planes: one of a hundred bytes that stayed would be 68 MB. Garbage between two
  // collections is less.
  expect(await growth(path, 1000, 9000)).toBeLessThan(60e6);
});
