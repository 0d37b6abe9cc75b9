// As sample-teacher.test.ts, of the seed of the app's own sample set.
import { expect, test } from 'vitest';
import { loadTeacher } from '@lin/teacher';
import { accuracyOnSampleFaces } from './sample-face-pairs.js';

test('the sample teacher verifies at least 97 % of 3,000 pairs of 200 identities that it never saw, of seed 0', async () => {
  const teacher = await loadTeacher({ model: 'sample' });
  expect(await accuracyOnSampleFaces(teacher, 0)).toBeGreaterThanOrEqual(0.97);
  await teacher.close();
});
