import { expect, test } from 'vitest';
import { refuseDamaged } from '../test/damaged-photographs.js';
import { noise } from '../test/noise.js';
import { temporaryFolder } from '../test/tiny-models.js';
import { openFaceAnalyzer } from './face-analyzer.js';
import { writeStandInPack } from './stand-in/stand-in-pack.js';

test('a damaged photograph is an error of its own each of 1,000 times, and the analyzer works on', async () => {
  const pack = await temporaryFolder();
  await writeStandInPack(pack, { seed: 2 });
  const analyzer = await openFaceAnalyzer({ pack, tasks: ['detection'], detectionSizes: [128] });
  const photo = noise(300, 200);
  const { faces } = await analyzer.analyze(photo);
  await refuseDamaged(analyzer, photo, 1000);
  expect((await analyzer.analyze(photo)).faces).toEqual(faces);
  await analyzer.close();
});
