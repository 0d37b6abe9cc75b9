// Drawn faces in records, and a teacher's embeddings of them on disk: what the application trains on.
import { join } from 'node:path';
import { batches, ensureSampleSet, openRecords, type RecordSet } from '@lin/data';
import { openEmbeddingCache, type EmbeddingCache, type Teacher } from '@lin/teacher';

const IMAGES_PER_IDENTITY = 5;

/** Exactly `count` images can be taken of them. */
export async function drawFaces(folder: string, count: number): Promise<{ records: RecordSet; keys: Float64Array }> {
  const path = join(folder, `faces-${count}`);
  const identities = Math.ceil(count / IMAGES_PER_IDENTITY);
  await ensureSampleSet(path, { identities, imagesPerIdentity: IMAGES_PER_IDENTITY });
  const records = await openRecords(path);
  return { records, keys: records.keys.slice(0, count) };
}

export async function embedAll(folder: string, records: RecordSet, teacher: Teacher): Promise<EmbeddingCache> {
  return openEmbeddingCache({
    folder: join(folder, 'embeddings'),
    teacher,
    images: {
      fingerprint: await records.fingerprint(),
      count: records.imageCount,
      async *imagesFrom(start, end) {
        const keys = records.keys.subarray(start, end);
        for await (const { images } of batches(records, { keys, batchSize: Math.min(64, keys.length) })) yield images;
      },
    },
  });
}
