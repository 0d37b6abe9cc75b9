// As sample-teacher.test.ts, of as many people as LFW's folds want, and of the seed of the app's own sample set, too.
import { expect, test } from 'vitest';
import { loadTeacher } from '@lin/teacher';
import { accuracyOnSampleFaces } from './sample-face-pairs.js';

test.each([0, 7])(
  'the sample teacher verifies at least 97 %% of 3,000 pairs of 200 identities that it never saw, of seed %i',
  async (seed) => {
    const teacher = await loadTeacher({ model: 'sample' });
    expect(await accuracyOnSampleFaces(teacher, { seed, identities: 200 })).toBeGreaterThanOrEqual(0.97);
    await teacher.close();
  },
);
