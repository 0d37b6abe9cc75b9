import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/tiny-models.js';
import { PUBLISHED_MODELS } from '../packs/published.js';
import { writeStandInRecogniser } from './stand-in-recogniser.js';

/** Weights are nearly all of a file: within a thousandth of the published one's size, the shape is the same. */
test('iresnet50 has the size of w600k_r50.onnx', async () => {
  const path = join(await temporaryFolder(), 'iresnet50.onnx');
  await writeStandInRecogniser(path, { network: 'iresnet50' });
  const { size } = await stat(path);
  expect(Math.abs(size / PUBLISHED_MODELS['w600k_r50.onnx']!.bytes - 1)).toBeLessThan(0.001);
});
