// The weights of a model as safetensors, with what it is built from beside them; read back before it is believed.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { replaceFile } from '@lin/files';
import { buildModel, modelOptions } from '../prepare/model.js';
import type { Run } from '../run/run.js';
import { ExportError } from './export-error.js';
import { FILES } from './file-names.js';

export interface WrittenWeights {
  path: string;
  /** What the model is built from: the options of its parts, as JSON. */
  config: string;
  parameters: number;
}

interface WeightsOptions {
  /** What a model that is built and loaded anew has to compute as this one does, to the last bit. */
  images: tf.Tensor;
  metadata: Readonly<Record<string, string>>;
}

/** @throws ExportError where the files give another model; they are then deleted. */
export async function writeWeights(
  { model, config, embeddings: { embeddingSize } }: Pick<Run, 'model' | 'config' | 'embeddings'>,
  folder: string,
  { images, metadata }: WeightsOptions,
): Promise<WrittenWeights> {
  const [path, parts] = [join(folder, FILES.weights), join(folder, FILES.config)];
  await model.save(path, { metadata: { ...metadata } });
  await replaceFile(parts, `${JSON.stringify(modelOptions(config, embeddingSize), null, 2)}\n`);
  const copy = buildModel(config, embeddingSize);
  try {
    await copy.load(path);
    if (!isSame(model.apply(images), copy.apply(images)))
      throw new ExportError(`${path} gives another model than the run's; it is deleted.`);
  } catch (error) {
    for (const written of [path, parts]) await rm(written, { force: true });
    throw error;
  } finally {
    copy.dispose();
  }
  return { path, config: parts, parameters: model.parameterCount().total };
}

/** Disposes of both. */
function isSame(a: tf.Tensor, b: tf.Tensor): boolean {
  const [ours, read] = [a.dataSync(), b.dataSync()];
  tf.dispose([a, b]);
  return ours.length === read.length && ours.every((value, i) => Object.is(value, read[i]));
}
