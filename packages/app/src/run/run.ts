// A run, opened: its folder and config, the engine, the records, the teacher with its embeddings, and the model.
import type { Engine } from '@lin/engine';
import { batches, type Augmentation, type Batch, type Slice } from '@lin/data';
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
import { embeddedSets, openDataset, type Dataset } from '../prepare/dataset.js';
import { inOrder, shuffledEpochs, type DistillationSource } from '../prepare/distillation-data.js';
import { cacheOptionsOf } from '../prepare/embeddings.js';
import { EmbeddingsOnDemand, type Embeddings } from '../prepare/embeddings-on-demand.js';
import { testEngine } from '../prepare/engine.js';
import { imageVariants, type ImageVariant } from '../prepare/image-variants.js';
import { joinEmbeddings } from '../prepare/joined-embeddings.js';
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
  /** All that exists is one batch of each kind of images, and the teacher embeds no others. */
  isTrial?: boolean;
}

interface Parts extends RunOptions {
  dataset: Dataset;
  teacher: Teacher;
  /** Of each set of the dataset, of each variant of its images. */
  caches: Embeddings[][];
  /** What makes the variants, where there are some. */
  alteration: Augmentation | undefined;
  model: Linearizer<Gx, DenseOperator>;
}

export class Run {
  readonly folder: RunFolder;
  readonly config: Config;
  readonly dataset: Dataset;
  /** Its name and hash, and where the config names verification packs the open session; elsewhere it is closed already. */
  readonly teacher: Teacher;
  readonly embeddings: Embeddings;
  private readonly caches: Embeddings[][];
  private readonly alteration: Augmentation | undefined;
  readonly checkpoints: CheckpointFolder;
  private readonly keepsTeacher: boolean;
  private current: Pick<Parts, 'engine' | 'model'>;

  private constructor({ folder, config, dataset, teacher, caches, alteration, engine, model, isTrial }: Parts) {
    [this.folder, this.config, this.dataset, this.teacher] = [folder, config, dataset, teacher];
    [this.embeddings, this.caches, this.alteration] = [caches[0]![0]!, caches, alteration];
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
      opened.push(dataset);
      const teacher = await openTeacher(config);
      opened.push(teacher);
      const variants = imageVariants(config, dataset.training.keys);
      const caches = isTrial
        ? [embeddedOnDemand(teacher, dataset, variants)]
        : await openCaches({ teacher, dataset, config }, variants, (cache) => opened.push(cache));
      const embedded = embeddedPartOf(dataset, config);
      const run = new Run({
        folder,
        config,
        engine,
        dataset: isTrial ? trialPart(embedded, config) : embedded,
        teacher,
        caches,
        alteration: config.data.augment.variants > 0 ? variants[1]!.options.augment : undefined,
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

  /** Epochs of the training images, drawn faces among them where the config wants some, with their targets; `slice`: of every batch. */
  trainingData(slice?: Slice): TrainingData<DistillationBatch> {
    const { alteration, dataset, config } = this;
    const { augment, seed } = config.data;
    const { limit_batches: limit, overfit_batches: same } = config.training;
    const [embeddings, ...altered] = this.trainingEmbeddings();
    const data = shuffledEpochs({
      ...this.source(),
      ...dataset.training,
      embeddings: embeddings!,
      batchSize: config.linearizer.batch_size,
      seed,
      slice,
      ...(alteration
        ? { variants: { alteration, embeddings: altered } }
        : augment.flip > 0 && { mirror: { share: augment.flip, embeddings: altered[0]! } }),
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
    for (const cache of this.caches.flat()) await cache.close();
    if (this.keepsTeacher) await this.teacher.close();
    await this.dataset.close();
  }

  /** Of what training reads: the images as they are, then each variant. */
  private trainingEmbeddings() {
    const { imageCount } = this.dataset.records;
    return this.caches[0]!.map((_, variant) =>
      joinEmbeddings(
        this.caches.map((ofSet) => ofSet[variant]!),
        imageCount,
      ),
    );
  }

  private source(): Omit<DistillationSource, 'keys' | 'batchSize'> {
    const { records, damage } = this.dataset;
    return { records, embeddings: this.embeddings, workers: this.config.training.num_workers, damage };
  }
}

/** After its embeddings are there, the teacher is asked only about the images of verification packs. */
const usesTeacher = ({ evaluation }: Config) => evaluation.packs.length > 0;

/** Of all that is trained on or tested, whatever set it is of. */
const embeddedOnDemand = (teacher: Teacher, { training, damage }: Dataset, variants: readonly ImageVariant[]) =>
  variants.map(({ options }) => new EmbeddingsOnDemand(teacher, { records: training.records, damage }, options));

/** @param onOpen Told of each as it is opened. */
async function openCaches(
  of: Pick<Parts, 'teacher' | 'dataset' | 'config'>,
  variants: readonly ImageVariant[],
  onOpen: (cache: Embeddings) => void,
): Promise<Embeddings[][]> {
  const caches: Embeddings[][] = [];
  for (const set of embeddedSets(of.dataset)) {
    const ofSet: Embeddings[] = [];
    for (const variant of variants) {
      const cache = await openEmbeddingCache(cacheOptionsOf({ ...of, set, variant }));
      onOpen(cache);
      ofSet.push(cache);
    }
    caches.push(ofSet);
  }
  return caches;
}

/** Without the images that the teacher gives no embedding. */
function embeddedPartOf(dataset: Dataset, { evaluation }: Config): Dataset {
  const { split, training } = dataset;
  const sets = embeddedSets(dataset).map(({ unembedded }) => unembedded);
  const summaries = sets.map((unembedded) => unembedded.summary());
  const count = summaries.reduce((sum, one) => sum + one.count, 0);
  const [first] = summaries.flatMap(({ images }) => images);
  if (first)
    warn(`${count} images are left out, since the teacher gives them no embedding; the first: ${first.reason}`);
  const embedded = (keys: Float64Array) => sets.reduce((left, unembedded) => unembedded.without(left), keys);
  const [train, validation, test] = [split.train, split.validation, split.test].map(embedded);
  const { limit_batches: limit, batch_size: size } = evaluation;
  const tested = limit === null ? test! : test!.slice(0, limit * size);
  return {
    ...dataset,
    split: { ...split, train: train!, validation: validation!, test: tested },
    training: { ...training, keys: embedded(training.keys) },
  };
}
