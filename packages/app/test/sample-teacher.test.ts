// The sample teacher on faces that nobody trained on: @lin/teacher and @lin/data know nothing of each other. sample-teacher.slow.test.ts
// asks the same of more people, and of the app's own sample set.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTeacher, SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256, type Teacher } from '@lin/teacher';
import { accuracyOnSampleFaces } from './sample-face-pairs.js';

let teacher: Teacher;
beforeAll(async () => {
  teacher = await loadTeacher({ model: 'sample' });
});
afterAll(() => teacher.close());

test('the sample teacher is the published file, says what it is, and gives 512 numbers', () => {
  expect(teacher).toMatchObject({
    sha256: SAMPLE_TEACHER_SHA256,
    name: SAMPLE_TEACHER_NAME,
    standIn: false,
    embeddingSize: 512,
  });
});

// Training did not draw from this seed, nor does the app.
test('it verifies at least 97 % of 900 pairs of 60 identities that it never saw, of seed 7', async () => {
  expect(await accuracyOnSampleFaces(teacher, { seed: 7, identities: 60 })).toBeGreaterThanOrEqual(0.97);
});
