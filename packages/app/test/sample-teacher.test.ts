// The sample teacher on faces that nobody trained on: @lin/teacher and @lin/data know nothing of each other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawPairs, IMAGE_BYTES, sampleFace } from '@lin/data';
import { verifyPairs } from '@lin/verification';
import { loadTeacher, SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256, type Teacher } from '@lin/teacher';

const IDENTITIES = 200;
const IMAGES_EACH = 6;
const COUNT = IDENTITIES * IMAGES_EACH;

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

// Seed 0 is that of the app's own sample set; the other is one more that training did not draw from.
test.each([0, 7])(
  'it verifies at least 97 % of 3,000 pairs of 200 identities that it never saw, of seed %d',
  async (seed) => {
    const images = new Uint8Array(COUNT * IMAGE_BYTES);
    for (let i = 0; i < COUNT; i++)
      images.set(
        sampleFace({ seed, identity: Math.floor(i / IMAGES_EACH), image: i % IMAGES_EACH }).pixels,
        i * IMAGE_BYTES,
      );
    const rows = await teacher.embed(images);
    const keys = Float64Array.from({ length: COUNT }, (_, i) => i);
    const pairs = drawPairs(
      { keys, labels: Int32Array.from(keys, (i) => Math.floor(i / IMAGES_EACH)) },
      { folds: 10, pairsPerFold: 150 },
    );
    const embeddings = new Float32Array(pairs.length * 2 * 512);
    pairs
      .flatMap(({ first, second }) => [first, second])
      .forEach((row, i) => embeddings.set(rows.subarray(row * 512, (row + 1) * 512), i * 512));
    expect(pairs).toHaveLength(3000);
    expect(verifyPairs({ embeddings, same: pairs.map(({ same }) => same) }).accuracy.mean).toBeGreaterThanOrEqual(0.97);
  },
  60_000,
);
