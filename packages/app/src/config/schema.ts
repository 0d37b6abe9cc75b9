// What a run can be told, as YAML: the keys of the authors' notebook, and Lin's own beside them. Every key has a default; an unknown one is
// an error.
import { IMAGE_BYTES } from '@lin/data';
import { PROVIDERS, TEACHERS, type TeacherKind } from '@lin/teacher';
import { LOSSES, OPTIMISERS, SCHEDULES, type LossName, type OptimiserName, type ScheduleName } from '@lin/train';
import { z } from 'zod';
import { augment } from './augment-schema.js';
import { FLOW_TERMS, MODEL_TERMS } from './objective-terms.js';

const positiveInteger = z.number().int().min(1);
/** A vector flow couples two halves, so it takes vectors of at least two numbers. */
const dimension = z.number().int().min(2);
const seed = z.number().int().min(0).max(0xffff_ffff);

const dataKeys = z.strictObject({
  ms1mv2: z
    .strictObject({
      /** A .rec file, or a folder with train.rec; null makes (once) and uses the sample set of synthetic faces. */
      path: z.string().min(1).nullable().default(null),
    })
    .prefault({}),
  /** Share of the identities held out for the test set; no identity is in both. */
  test_fraction: z.number().gt(0).lt(1).default(0.1),
  /** At most so many of the training images, drawn by the seed: those of a smaller number are among a larger one's. null: all. */
  limit_train_images: positiveInteger.nullable().default(null),
  /** Decides the split and the order of every epoch. */
  seed: seed.default(0),
  /** Damaged records: stop at the first, or leave them out and list them in the run's summary. */
  on_corrupt: z.enum(['error', 'skip']).default('error'),
  /** More damaged records than this in one pass stop the run, even where they are skipped. */
  max_corrupt: z.number().int().min(0).default(100),
  augment: augment.prefault({}),
  sample: z
    .strictObject({
      identities: z.number().int().min(2).default(420),
      images_per_identity: positiveInteger.default(10),
      /** The drawn faces are trained on beside the images of data.ms1mv2.path, whose people alone validate and are held out. */
      beside: z.boolean().default(false),
    })
    .prefault({}),
});

const data = dataKeys.refine(({ ms1mv2, sample }) => ms1mv2.path !== null || !sample.beside, {
  path: ['sample', 'beside'],
  message: 'expected false where data.ms1mv2.path is null, which trains on drawn faces anyway',
});

/** One number, or one each for R, G and B. */
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]);

const model = z.strictObject({
  /** What computes the embeddings, by its name in @lin/teacher. */
  teacher: z.enum(Object.keys(TEACHERS) as TeacherKind[]).default('onnx'),
  /** true: an InsightFace model is required; false: the sample teacher; auto: buffalo_l where it is found, else the sample teacher. */
  use_insightface: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  /** `buffalo_l`, or the path of an ArcFace-style ONNX file. */
  insightface_model: z.string().min(1).default('buffalo_l'),
  /** Dimension of the teacher's embedding; null: whatever it is. */
  embedding_size: dimension.nullable().default(null),
  /** Pixels enter the teacher as (x − mean) / std; null: as its file says, by InsightFace's rule. */
  mean: perChannel.nullable().default(null),
  std: perChannel.nullable().default(null),
  /** Order of the channels; null: rgb. */
  channels: z.enum(['rgb', 'bgr']).nullable().default(null),
  /** Names of the input and output, where the file has several. */
  input: z.string().min(1).nullable().default(null),
  output: z.string().min(1).nullable().default(null),
  /** Images in one run of the teacher; null: 32, or what its file says. */
  batch_size: positiveInteger.nullable().default(null),
  /** Where the teacher computes, in order of preference. */
  providers: z.array(z.enum(PROVIDERS)).min(1).default(['cpu']),
  /** How the teacher's embeddings are kept on disk: float16 takes half the space. */
  cache_precision: z.enum(['float32', 'float16']).default('float32'),
});

/** Which optimisers have which option. */
const OPTIMISERS_WITH = {
  weight_decay: ['adamw', 'sgd', 'lion', 'muon'],
  momentum: ['sgd', 'muon'],
  nesterov: ['sgd', 'muon'],
  beta1: ['adam', 'adamw', 'lion', 'muon'],
  beta2: ['adam', 'adamw', 'lion', 'muon'],
} as const satisfies Record<string, readonly OptimiserName[]>;

/** Losses by name, and penalties that compare with no target. */
const TERMS = Object.keys({ ...LOSSES, ...MODEL_TERMS }) as (LossName | keyof typeof MODEL_TERMS)[];

const EXPECTED_TERM = 'expected a mapping such as { loss: cosine, weight: 1 }';
const EXPECTED_TERMS =
  'expected a list such as [{ loss: cosine }, { loss: relational, weight: 0.5 }], or null for linearizer.loss alone';

const objectiveTerm = z.strictObject(
  {
    loss: z.enum(TERMS),
    weight: z.number().gt(0).default(1),
  },
  { error: ({ code }) => (code === 'invalid_type' ? EXPECTED_TERM : undefined) },
);

const linearizerKeys = z.strictObject({
  /** g_x: the invertible image flow, or the CNN encoder of the authors' notebook (invertible on its latent only). */
  gx: z.enum(['image-flow', 'encoder']).default('image-flow'),
  /** Dimension of the core that A acts on: at most the size of the image. */
  latent_dim: dimension.max(IMAGE_BYTES).default(512),
  /** Coupling blocks of g_y, and of the vector flow on g_x's core. */
  num_blocks: positiveInteger.default(4),
  /** Width of the hidden layers of the vector flows' conditioners. */
  hidden_dim: positiveInteger.default(1024),
  /** Linear layers of the vector flows' conditioners. */
  num_layers: z.number().int().min(2).default(3),
  /** What is minimised between the model's embeddings and the teacher's, by its name in @lin/train. */
  loss: z.enum(Object.keys(LOSSES) as LossName[]).default('unit-mse'),
  /** Several losses at once, in the place of that one: what is minimised is the sum of weight times loss. */
  objective: z
    .array(objectiveTerm, { error: EXPECTED_TERMS })
    .min(1, { error: EXPECTED_TERMS })
    .nullable()
    .default(null),
  learning_rate: z.number().gt(0).default(1e-4),
  /** How the rate goes on from its peak, by its name in @lin/train. */
  learning_rate_schedule: z.enum(Object.keys(SCHEDULES) as ScheduleName[]).default('constant'),
  /** Of the schedule `step`: at which shares of the training the rate is multiplied by the decay. */
  learning_rate_milestones: z.array(z.number().min(0).max(1)).default([0.5, 0.75]),
  learning_rate_decay: z.number().gt(0).max(1).default(0.1),
  warmup_steps: z.number().int().min(0).default(0),
  /** What updates the parameters, by its name in @lin/train. */
  optimiser: z.enum(Object.keys(OPTIMISERS) as OptimiserName[]).default('adam'),
  /** null: the optimiser's own default. */
  weight_decay: z.number().min(0).nullable().default(null),
  momentum: z.number().min(0).lt(1).nullable().default(null),
  nesterov: z.boolean().nullable().default(null),
  beta1: z.number().min(0).lt(1).nullable().default(null),
  beta2: z.number().min(0).lt(1).nullable().default(null),
  /** Largest global norm of the gradients; null: no limit. */
  gradient_clip: z.number().gt(0).nullable().default(1),
  /** Largest magnitude of a gradient's entry; null: no limit. */
  gradient_clip_value: z.number().gt(0).nullable().default(null),
  batch_size: positiveInteger.default(64),
  /** What of a moving average of the parameters stays at each step; null: no average is kept. Where one is, it is what the run gives. */
  ema_decay: z.number().min(0).lt(1).nullable().default(null),
  /** Parts of a batch that are computed one after the other, for the memory of one of them. */
  micro_batches: positiveInteger.default(1),
  num_epochs: positiveInteger.default(100),
  /**
   * How A is found: by the optimiser with the rest; then solved in closed form at the end; or solved every `operator_interval` epochs and
   * at the end. Solved, it is kept where it is better on the validation identities.
   */
  operator: z.enum(['gradient', 'closed-form', 'alternating']).default('gradient'),
  /** Of `alternating`: epochs between two solutions. */
  operator_interval: positiveInteger.default(1),
  /** Where checkpoints go, each run's in a folder of its name; null: the run's own folder. */
  checkpoint_dir: z.string().min(1).nullable().default(null),
  /** The image flow: coupling blocks and conditioner widths at its three scales. */
  image_flow: z
    .strictObject({
      blocks: z.array(z.number().int().min(0)).length(3).default([3, 4, 4]),
      widths: z.array(positiveInteger).length(3).default([64, 128, 256]),
    })
    .prefault({}),
  /** Decides the initial parameters. */
  seed: seed.default(0),
});

type Linearizer = z.output<typeof linearizerKeys>;
interface Mistake {
  key: keyof Linearizer;
  message: string;
}

/** An option that the optimiser does not have would be ignored without a word. */
function mistakesOfOptimiser(values: Linearizer): Mistake[] {
  const keys = Object.keys(OPTIMISERS_WITH) as (keyof typeof OPTIMISERS_WITH)[];
  return keys.flatMap((key) => {
    const names: readonly OptimiserName[] = OPTIMISERS_WITH[key];
    if (values[key] === null || names.includes(values.optimiser)) return [];
    return { key, message: `expected null with the optimiser ${values.optimiser}; ${names.join(', ')} have it` };
  });
}

function mistakesOfObjective({ objective, gx }: Linearizer): Mistake[] {
  const names = (objective ?? []).map(({ loss }) => loss);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) return [{ key: 'objective', message: `expected each loss once; ${twice} is there twice` }];
  const ofFlows = names.find((name) => name in FLOW_TERMS);
  if (ofFlows && gx !== 'image-flow')
    return [
      { key: 'objective', message: `expected linearizer.gx: image-flow beside ${ofFlows}, which is of its flow` },
    ];
  if (names.length > 0 && !names.some((name) => name in LOSSES))
    return [{ key: 'objective', message: `expected one of ${Object.keys(LOSSES).join(', ')} beside the penalty` }];
  return [];
}

function mistakesOfMicroBatches({ batch_size: size, micro_batches: parts }: Linearizer): Mistake[] {
  if (size % parts === 0) return [];
  return [{ key: 'micro_batches', message: `expected a divisor of linearizer.batch_size, ${size}` }];
}

const linearizer = linearizerKeys.superRefine((values, { addIssue }) => {
  for (const { key, message } of [
    ...mistakesOfOptimiser(values),
    ...mistakesOfObjective(values),
    ...mistakesOfMicroBatches(values),
  ])
    addIssue({ code: 'custom', path: [key], message });
});

const trainingKeys = z.strictObject({
  /** Threads that decode images. */
  num_workers: positiveInteger.default(4),
  /** Steps between two plain progress lines and two rows of metrics.jsonl. */
  log_interval: positiveInteger.default(10),
  /** Steps between two checkpoints; the end of every epoch writes one too. */
  checkpoint_interval: positiveInteger.default(500),
  /** Batches of each epoch that are trained on: the first ones; null: all. */
  limit_batches: positiveInteger.nullable().default(null),
  /** So many batches of the first epoch are trained on again and again: can the model learn them by heart? null: no. */
  overfit_batches: positiveInteger.nullable().default(null),
  /** How many of the newest checkpoints stay on disk. */
  keep_checkpoints: positiveInteger.default(2),
  /** Steps between two checkpoints that stay for ever; null: none does. */
  keep_every: positiveInteger.nullable().default(null),
});

const training = trainingKeys.refine(
  ({ limit_batches, overfit_batches }) => limit_batches === null || overfit_batches === null,
  { path: ['overfit_batches'], message: 'expected null beside training.limit_batches' },
);

const validation = z.strictObject({
  /** How many identities are taken from training to look after it; none of them is trained on or tested. 0: no validation. */
  identities: z.number().int().min(0).default(0),
  /** Steps between two validations; the last step has one too. */
  interval: positiveInteger.default(100),
  /** At most so many of their images are looked at, spread over all of them. */
  images: positiveInteger.default(1000),
  /** What says which checkpoint is the best. */
  figure: z.enum(['cosine', 'accuracy', 'inverse_error']).default('cosine'),
  /** So many validations without a better one end the training; null: it goes on to its last epoch. */
  patience: positiveInteger.nullable().default(null),
});

const evaluation = z.strictObject({
  batch_size: positiveInteger.default(64),
  /** Batches of held-out images that are tested: the first ones; null: all. */
  limit_batches: positiveInteger.nullable().default(null),
  /** Verification packs, such as lfw.bin, to test student and teacher on. */
  packs: z.array(z.string().min(1)).default([]),
});

const logging = z.strictObject({
  mlflow: z
    .strictObject({
      /** Of a tracking server, such as http://localhost:5000, which then has the run, too; null: none. */
      url: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      experiment: z.string().min(1).default('lin'),
    })
    .prefault({}),
});

const device = z.strictObject({
  /** true: a GPU is required; auto: one is used where it is found; false: never. */
  cuda: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  backend: z.enum(['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu']).default('auto'),
  /** Threads that TensorFlow, and the teacher, compute with; null: one per core. */
  threads: positiveInteger.nullable().default(null),
  /** Of training's products and convolutions; auto: bfloat16 where the CPU computes in it. Tests and inverses are float32 always. */
  precision: z.enum(['float32', 'bfloat16', 'auto']).default('auto'),
  /** Compiles the recorded step with XLA; auto: on a GPU. */
  xla: z.union([z.boolean(), z.literal('auto')]).default('auto'),
});

const sections = z.strictObject({
  data: data.prefault({}),
  model: model.prefault({}),
  linearizer: linearizer.prefault({}),
  training: training.prefault({}),
  validation: validation.prefault({}),
  evaluation: evaluation.prefault({}),
  logging: logging.prefault({}),
  device: device.prefault({}),
});

export const configSchema = sections.superRefine(({ linearizer, validation }, { addIssue }) => {
  if (linearizer.operator === 'gradient' || validation.identities > 0) return;
  const message = 'expected gradient where validation.identities is 0, since nobody chooses between the solutions';
  addIssue({ code: 'custom', path: ['linearizer', 'operator'], message });
});

export type Config = z.output<typeof configSchema>;
