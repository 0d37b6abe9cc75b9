// A run, opened: its folder and config, the engine, the records, the teacher with its embeddings, and the model.
import type { Engine } from '@lin/engine';
import { batches, type Batch, type IdentitySplit } from '@lin/data';
import type { Linearizer } from '@lin/linearizer';
import type { DenseOperator } from '@lin/operator';
import { openEmbeddingCache, type Teacher } from '@lin/teacher';
import {
  CheckpointFolder,
  loadCheckpoint,
  type CheckpointState,
  type DistillationBatch,
  type LoadedCheckpoint,
  type LoadNewestOptions,
  type TrainingData,
} from '@lin/train';
import type { Config } from '../config/schema.js';
import { checkPacks } from '../prepare/check-packs.js';
import { firstBatches, sameBatches, trialPart } from '../prepare/limited-data.js';
import { openDataset, type Dataset } from '../prepare/dataset.js';
import { inOrder, shuffledEpochs, type DistillationSource } from '../prepare/distillation-data.js';
import { cacheOptionsOf } from '../prepare/embeddings.js';
import { EmbeddingsOnDemand, type Embeddings } from '../prepare/embeddings-on-demand.js';
import { testEngine } from '../prepare/engine.js';
import { alterationOf, imageVariants } from '../prepare/image-variants.js';
import { buildModel, type Gx } from '../prepare/model.js';
import { openTeacher } from '../prepare/teacher.js';
import { warn } from '../terminal/console.js';
import { loadChosen, type CheckpointChoice } from './checkpoint-choice.js';
import { originOf, refuseOther } from './origin.js';
import { RunFolderError, type RunFolder } from './run-folder.js';

/** What a run is of: its folder need not be there yet; the engine is started already. */
export interface RunOptions {
  folder: RunFolder;
  config: Config;
  engine: Engine;
  /** One batch of each kind of images is all that there is, and the teacher embeds no others. */
  isTrial?: boolean;
}

interface Parts extends RunOptions {
  dataset: Dataset;
  teacher: Teacher;
  caches: Embeddings[];
  model: Linearizer<Gx, DenseOperator>;
}

export class Run {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly dataset: Dataset;
  /** Its name and hash, and where the config names verification packs the open session; elsewhere it is closed already. */
  readonly teacher: Teacher;
  readonly embeddings: Embeddings;
  /** Of what training alters: the mirrored images, or each variant. */
  private readonly alteredEmbeddings: Embeddings[];
  readonly checkpoints: CheckpointFolder;
  private readonly keepsTeacher: boolean;
  private current: Pick<Parts, 'engine' | 'model'>;

  private constructor({ folder, config, dataset, teacher, caches, engine, model, isTrial }: Parts) {
    [this.folder, this.config, this.dataset, this.teacher] = [folder, config, dataset, teacher];
    [this.embeddings, this.alteredEmbeddings] = [caches[0]!, caches.slice(1)];
    this.current = { engine, model };
    this.keepsTeacher = isTrial === true || usesTeacher(config);
    const { keep_checkpoints: keep, keep_every: keepEvery } = config.training;
    this.checkpoints = new CheckpointFolder(folder.checkpoints, { keep, ...(keepEvery !== null && { keepEvery }) });
  }

  /** Opens every part; closes what it opened where a later part fails. */
  static async open({ folder, config, engine, isTrial = false }: RunOptions): Promise<Run> {
    await checkPacks(config);
    const opened: { close(): Promise<void> }[] = [];
    try {
      const dataset = await openDataset(config);
      opened.push(dataset.records);
      const teacher = await openTeacher(config);
      opened.push(teacher);
      const caches: Embeddings[] = [];
      for (const variant of imageVariants(config)) {
        const cache = isTrial
          ? new EmbeddingsOnDemand(teacher, dataset, variant.options)
          : await openEmbeddingCache(cacheOptionsOf(teacher, dataset, config, variant));
        opened.push(cache);
        caches.push(cache);
      }
      const split = embeddedPartOf(dataset, config);
      const used = { ...dataset, split: isTrial ? trialPart(split, config) : split };
      const run = new Run({
        folder,
        config,
        engine,
        dataset: used,
        teacher,
        caches,
        isTrial,
        model: buildModel(config, teacher.embeddingSize),
      });
      if (!run.keepsTeacher) await teacher.close();
      return run;
    } catch (error) {
      for (const part of opened.reverse()) await part.close();
      throw error;
    }
  }

  get engine(): Engine {
    return this.current.engine;
  }

  get model(): Linearizer<Gx, DenseOperator> {
    return this.current.model;
  }

  /** What its checkpoints say that it was trained with. */
  get origin() {
    return originOf(this);
  }

  /** How its checkpoints are to be loaded: one of other records, another teacher or split is refused, a damaged one left out and said. */
  get loading(): Pick<LoadNewestOptions, 'check' | 'onDamaged'> {
    return {
      check: (state: CheckpointState, path: string) => refuseOther(path, state, this.origin),
      onDamaged: ({ message }) => warn(`${message} The newest that is whole is taken.`),
    };
  }

  /** The images of `keys` in their order, without damaged ones. */
  imagesOf(keys: Float64Array): AsyncIterable<Batch> {
    const { config, dataset } = this;
    return batches(dataset.records, {
      keys,
      batchSize: Math.min(config.evaluation.batch_size, keys.length),
      workers: config.training.num_workers,
      ...dataset.damage,
    });
  }

  /** The images of `keys`, the test images by default, each with its target. */
  testBatches(
    keys = this.dataset.split.test,
    batchSize = this.config.evaluation.batch_size,
  ): AsyncIterable<DistillationBatch> {
    return inOrder({ ...this.source(), keys, batchSize: Math.min(batchSize, keys.length) });
  }

  /** Epochs of the training images with their targets. */
  trainingData(): TrainingData<DistillationBatch> {
    const { alteredEmbeddings, dataset, config } = this;
    const { augment, seed } = config.data;
    const { limit_batches: limit, overfit_batches: same } = config.training;
    const data = shuffledEpochs({
      ...this.source(),
      keys: dataset.split.train,
      batchSize: config.linearizer.batch_size,
      seed,
      ...(augment.variants > 0
        ? { variants: { alteration: alterationOf(augment), embeddings: alteredEmbeddings } }
        : augment.flip > 0 && { mirror: { share: augment.flip, embeddings: alteredEmbeddings[0]! } }),
    });
    if (same !== null) return sameBatches(data, same);
    return limit === null ? data : firstBatches(data, limit);
  }

  /**
   * Makes the model what the run gives: the best checkpoint where validation chose one, else the last; the moving average where one is
   * kept. Or what another of its checkpoints gives. In an engine that can compute tests and figures.
   * @throws RunFolderError where there is no checkpoint yet, or none such.
   */
  async loadResult(choice: CheckpointChoice = 'best'): Promise<LoadedCheckpoint> {
    const engine = await testEngine(this.engine);
    if (engine !== this.engine) {
      this.model.dispose();
      this.current = { engine, model: buildModel(this.config, this.teacher.embeddingSize) };
    }
    const options = { model: this.model, weights: this.weights, ...this.loading };
    const loaded = await loadChosen(this.checkpoints, choice, options);
    if (!loaded) {
      const { name, checkpoints } = this.folder;
      throw new RunFolderError(`Run ${name} has no checkpoint in ${checkpoints} yet; train it on with --resume.`);
    }
    return loaded;
  }

  /** What its results are of. */
  get weights(): 'trained' | 'averaged' {
    return this.config.linearizer.ema_decay === null ? 'trained' : 'averaged';
  }

  /** Makes the model that of a checkpoint. */
  async loadWeights({ path }: LoadedCheckpoint, weights: 'trained' | 'averaged'): Promise<void> {
    await loadCheckpoint(path, { model: this.model, weights });
  }

  async close(): Promise<void> {
    this.model.dispose();
    for (const cache of [this.embeddings, ...this.alteredEmbeddings]) await cache.close();
    if (this.keepsTeacher) await this.teacher.close();
    await this.dataset.records.close();
  }

  private source(): Omit<DistillationSource, 'keys' | 'batchSize'> {
    const { records, damage } = this.dataset;
    return { records, embeddings: this.embeddings, workers: this.config.training.num_workers, damage };
  }
}

/** After its embeddings are there, the teacher is asked only about the images of verification packs. */
const usesTeacher = ({ evaluation }: Config) => evaluation.packs.length > 0;

function embeddedPartOf({ split, unembedded }: Dataset, { evaluation }: Config): IdentitySplit {
  const { count, images } = unembedded.summary();
  if (count > 0)
    warn(`${count} images are left out, since the teacher gives them no embedding; the first: ${images[0]!.reason}`);
  const [train, validation, test] = [split.train, split.validation, split.test].map((keys) => unembedded.without(keys));
  const { limit_batches: limit, batch_size: size } = evaluation;
  const tested = limit === null ? test! : test!.slice(0, limit * size);
  return { ...split, train: train!, validation: validation!, test: tested };
}
