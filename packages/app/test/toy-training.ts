// A run that trains in milliseconds on the plain JavaScript backend: images of six bytes, whose teacher is a matrix, and A that learns it.
import { mkdir } from 'node:fs/promises';
import { configSchema } from '../src/config/schema.js';
import { runFolder } from '../src/run/run-folder.js';
import type { Run } from '../src/run/run.js';
import { fit as fitRun, type Fit, type FitOptions } from '../src/train/fit.js';
import { vi } from 'vitest';
import { CheckpointFolder, type DistillationBatch } from '@lin/train';
import { coreOf, product, toyRun } from './toy-run.js';
import { temporaryFolder } from './toy.js';

const PEOPLE = 12;
const IMAGES_OF_EACH = 4;
const BYTES = 6;
const HELD_OUT = [0, 1];
export const VALIDATING = [2, 3, 4];

const TEACHER = Array.from({ length: 4 }, (_, i) => Array.from({ length: BYTES }, (_, j) => Math.sin(3 * i + 5 * j)));
const START = Array.from({ length: 4 }, (_, i) => Array.from({ length: BYTES }, (_, j) => Math.cos(2 * i + 7 * j)));

/** A person's images are near each other. */
const images = Array.from({ length: PEOPLE * IMAGES_OF_EACH }, (_, i) => {
  const label = Math.floor(i / IMAGES_OF_EACH);
  const bytes = Array.from(
    { length: BYTES },
    (_, j) => 128 + Math.round(90 * Math.sin(7 * label + 3 * j)) + ((i * (j + 1)) % 9),
  );
  return { bytes, label, target: product(TEACHER, coreOf({ bytes })) };
});

const BATCH = 4;

export interface ToyTrainingOptions {
  /** Of a config: sections with keys. */
  config?: Record<string, object>;
  /** Of an earlier session; else a new one. */
  folder?: Run['folder'];
  /** Instead of the targets that the teacher gives, at the batch of this step, counted from 1. */
  spoil?: { step: number; value: number };
}

/** Nine steps an epoch without validation, six with. */
export async function toyTraining({ config = {}, folder, spoil }: ToyTrainingOptions = {}): Promise<Run> {
  const run = toyRun({ images, heldOut: HELD_OUT, A: START });
  const { linearizer, ...sections } = config;
  const whole = configSchema.parse({
    linearizer: { batch_size: BATCH, num_epochs: 3, learning_rate: 0.05, ...linearizer },
    ...sections,
  });
  const { records, split } = run.dataset;
  const validates = whole.validation.identities > 0;
  const isValidating = (key: number) => validates && VALIDATING.includes(records.labels[key - 1]!);
  const parts = {
    ...split,
    train: split.train.filter((key) => !isValidating(key)),
    validation: split.train.filter(isValidating),
  };
  const { train } = parts;
  const stepsPerEpoch = Math.floor(train.length / BATCH);
  const place = folder ?? runFolder(await temporaryFolder(), 'toy');

  async function batchOf(keys: Float64Array): Promise<DistillationBatch> {
    const targets = await run.embeddings.rows(records.positionsOf(keys));
    return {
      images: Uint8Array.from(Array.from(keys, (key) => images[key - 1]!.bytes).flat()),
      size: keys.length,
      targets,
      keys,
    };
  }
  return Object.assign(run, {
    config: whole,
    folder: place,
    engine: { backend: 'cpu' },
    dataset: { ...run.dataset, split: parts, training: { keys: train } },
    origin: { records: 'toy', batchSize: String(BATCH) },
    loading: {},
    weights: whole.linearizer.ema_decay === null ? 'trained' : 'averaged',
    checkpoints: new CheckpointFolder(place.checkpoints, {
      keep: whole.training.keep_checkpoints,
      ...(whole.training.keep_every !== null && { keepEvery: whole.training.keep_every }),
    }),
    trainingData: () => ({
      stepsPerEpoch,
      async *batches({ epoch, batch }: { epoch: number; batch: number }) {
        const order = train.toSorted((a, b) => ((a * (7 + epoch)) % 53) - ((b * (7 + epoch)) % 53));
        for (let at = batch; at < stepsPerEpoch; at++) {
          const made = await batchOf(order.slice(at * BATCH, (at + 1) * BATCH));
          if (epoch * stepsPerEpoch + at + 1 === spoil?.step) made.targets.fill(spoil.value);
          yield made;
        }
      },
    }),
    async *testBatches(keys: Float64Array = split.test, size = 5) {
      for (let at = 0; at < keys.length; at += size) yield batchOf(keys.slice(at, at + size));
    },
  });
}

/** Makes the run's folder where it is not there, and trains; nothing stops it unless `signal` does. With what it printed. */
export async function fitted(run: Run, options: Partial<FitOptions> = {}): Promise<Fit & { stdout: string }> {
  await mkdir(run.folder.path, { recursive: true });
  let stdout = '';
  const print = vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  try {
    const fit = await fitRun(run, {
      resume: false,
      onBegin: () => {},
      signal: new AbortController().signal,
      ...options,
    });
    return { ...fit, stdout };
  } finally {
    print.mockRestore();
  }
}

/** A, to the last bit. */
export const weightsOf = ({ model }: Run) => Array.from(model.A.matrix.dataSync());
