// The model of a run in formats that other programs read, each checked after it is written, beside a model card.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { replaceFile } from '@lin/files';
import { STAND_IN_KEY } from '@lin/teacher/onnx';
import { imagesToTensor, type LoadedCheckpoint } from '@lin/train';
import { someKeys } from '../latents/latents.js';
import { modelOptions } from '../prepare/model.js';
import type { Run } from '../run/run.js';
import { checkpointOf, readSummary } from '../run/summary.js';
import { VERSION } from '../version.js';
import { prepareExportFolder } from './export-folder.js';
import { CARD, FILES } from './file-names.js';
import { modelCard } from './model-card.js';
import { preimageOf } from './student.js';
import { writeOnnx, type WrittenOnnx } from './write-onnx.js';
import { writeWeights, type WrittenWeights } from './write-weights.js';

export const EXPORT_FORMATS = ['onnx', 'safetensors'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  folder: string;
  formats: readonly ExportFormat[];
  /** What stored edits, which are in the model, forget. */
  forgotten: readonly number[];
}

export interface Exported {
  onnx: readonly WrittenOnnx[];
  weights: WrittenWeights | undefined;
  card: string;
}

/** Test images that each file is tried on. */
const SAMPLES = 8;
const PIXELS = 'RGB, (byte − 127.5) / 127.5';

/**
 * Writes what was asked for, and the card last.
 * @throws ExportError where the folder has files of others, a file cannot be made, or computes something else than the model; what was
 * written before it stays.
 */
export async function exportRun(
  run: Run,
  result: LoadedCheckpoint,
  { folder, formats, forgotten }: ExportOptions,
): Promise<Exported> {
  await prepareExportFolder(folder);
  const images = await someTestImages(run);
  try {
    const metadata = metadataOf(run, result, forgotten);
    const onnx = formats.includes('onnx') ? await writeModels(run, folder, { images, metadata }) : [];
    const weights = formats.includes('safetensors') ? await writeWeights(run, folder, { images, metadata }) : undefined;
    const card = join(folder, CARD);
    const summary = await readSummary(run.folder.summary);
    await replaceFile(
      card,
      modelCard({ run, checkpoint: checkpointOf(run, result), summary, forgotten, onnx, weights }),
    );
    return { onnx, weights, card };
  } finally {
    images.dispose();
  }
}

interface Content {
  images: tf.Tensor;
  metadata: Readonly<Record<string, string>>;
}

async function writeModels({ model }: Run, folder: string, { images, metadata }: Content): Promise<WrittenOnnx[]> {
  const [imageShape, embeddingSize] = [model.gx.imageShape, model.gy.inputShape];
  const f = (x: tf.Tensor) => model.apply(x);
  const student = await writeOnnx(join(folder, FILES.student), f, {
    name: 'student',
    inputShape: imageShape,
    inputName: 'image',
    outputName: 'embedding',
    metadata: { ...metadata, 'lin.input': PIXELS, 'lin.output': 'not normalised' },
    samples: images,
  });
  const preimage = await preimageOf(model);
  if (!preimage) return [student];
  const embeddings = f(images);
  try {
    const { rank } = preimage;
    const reached =
      rank === embeddingSize[0] ? 'every embedding' : `a space of ${rank} of ${embeddingSize[0]} dimensions`;
    const written = await writeOnnx(join(folder, FILES.preimage), (y) => preimage.apply(y), {
      name: 'preimage',
      inputShape: embeddingSize,
      inputName: 'embedding',
      outputName: 'image',
      metadata: { ...metadata, 'lin.input': `as the student gives it; it reaches ${reached}`, 'lin.output': PIXELS },
      samples: embeddings,
    });
    return [student, written];
  } finally {
    embeddings.dispose();
    preimage.dispose();
  }
}

function metadataOf(run: Run, result: LoadedCheckpoint, forgotten: readonly number[]): Record<string, string> {
  const { folder, config, teacher, embeddings } = run;
  const { step, weights } = checkpointOf(run, result);
  return {
    'lin.version': VERSION,
    'lin.run': folder.name,
    'lin.step': String(step),
    'lin.weights': weights,
    'lin.teacher': teacher.name,
    'lin.teacherSha256': teacher.sha256,
    'lin.model': JSON.stringify(modelOptions(config, embeddings.embeddingSize)),
    ...(forgotten.length > 0 && { 'lin.forgotten': forgotten.join(', ') }),
    ...(teacher.standIn && { [STAND_IN_KEY]: 'true' }), // a student of what recognises nobody recognises nobody
  };
}

/** From all over the set, [count, …imageShape]. */
async function someTestImages(run: Run): Promise<tf.Tensor> {
  const keys = someKeys(run.dataset.split.test, SAMPLES);
  for await (const { images, size } of run.testBatches(keys, keys.length))
    return imagesToTensor(images, [size, ...run.model.gx.imageShape]);
  throw new Error('unreachable: a test set has at least one image');
}
