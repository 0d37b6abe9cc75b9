// The teacher of a run: an installed recogniser, or the stand-in where there is none; and its embeddings, computed once.
import { join } from 'node:path';
import { batches } from '@lin/data';
import { ensureStandInTeacher, findInsightFace, loadTeacher, openEmbeddingCache, type EmbeddingCache, type Teacher } from '@lin/teacher';
import type { Config } from '../config/schema.js';
import { note } from '../console.js';
import { progressLine } from '../progress.js';
import { CACHE, userPath } from '../workspace.js';
import type { Dataset } from './dataset.js';
import { imagesInPlace } from './images-in-place.js';

const CALIBRATION_IMAGES = 512;
const EMBEDDING_BATCH = 64;
const BUFFALO_L = 'buffalo_l';

/** @throws TeacherError where the model that is asked for is not there, damaged, no recogniser, or of another embedding size. */
export async function openTeacher({ model }: Config, dataset: Dataset): Promise<Teacher> {
  const teacher = await loadTeacher({ model: await modelFile(model, dataset), embeddingSize: model.embedding_size });
  note(`Teacher  ${teacher.name}, ${teacher.path}`);
  return teacher;
}

async function modelFile({ use_insightface: wish, insightface_model: named, embedding_size: embeddingSize }: Config['model'], dataset: Dataset): Promise<string> {
  if (wish === true || (wish === 'auto' && named !== BUFFALO_L)) return /[/\\]|\.onnx$/.test(named) ? userPath(named) : named;
  const installed = wish === 'auto' ? await findInsightFace() : undefined;
  if (installed) return installed;
  const path = join(CACHE, 'teachers', `stand-in-${embeddingSize}-${dataset.fingerprint.slice(0, 16)}.onnx`);
  await ensureStandInTeacher(path, { embeddingSize, calibrationImages: () => evenlySpacedImages(dataset) });
  return path;
}

async function evenlySpacedImages({ records, damage }: Dataset): Promise<Uint8Array> {
  const every = Math.ceil(records.imageCount / CALIBRATION_IMAGES);
  const keys = records.keys.filter((_, i) => i % every === 0);
  const parts: Uint8Array[] = [];
  for await (const { images } of batches(records, { keys, batchSize: Math.min(EMBEDDING_BATCH, keys.length), ...damage })) parts.push(images);
  return Buffer.concat(parts);
}

export interface OpenEmbeddingsOptions {
  /** Of the mirrored images instead. */
  mirrored?: boolean;
  workers: number;
}

export async function openEmbeddings(teacher: Teacher, { records, fingerprint, damage }: Dataset, { mirrored = false, workers }: OpenEmbeddingsOptions): Promise<EmbeddingCache> {
  const progress = progressLine(`Teacher  embedding the ${mirrored ? 'mirrored ' : ''}images, once`);
  const cache = await openEmbeddingCache({
    folder: join(CACHE, 'embeddings'),
    teacher,
    variant: mirrored ? 'mirrored' : 'plain',
    images: {
      fingerprint,
      count: records.imageCount,
      async *imagesFrom(start, end) {
        const keys = records.keys.subarray(start, end);
        const augment = { flip: mirrored ? 1 : 0 };
        yield* imagesInPlace(keys, batches(records, { keys, batchSize: Math.min(EMBEDDING_BATCH, keys.length), workers, augment, ...damage }));
      },
    },
    onProgress: ({ images, total }) => progress.update(images, total),
  });
  progress.end();
  return cache;
}
