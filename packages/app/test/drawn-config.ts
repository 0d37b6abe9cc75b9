// Configurations with right and wrong values, written in every style of YAML. The rules stand here a second time, by hand, from the docs.
import type { Random } from '../../../tools/random-for-tests.js';

export type Mapping = Record<string, unknown>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Rule {
  good: readonly unknown[];
  bad: readonly unknown[];
}

const NO_NUMBERS = ['4', 'many', true, null, [1], { a: 1 }, NaN, Infinity, -Infinity];
const NO_TEXTS = ['', 5, true, ['a'], { a: 1 }, 1e300];
const NO_CHOICES = ['none', '', 'Adam', 1, null, [], {}];
const count: Rule = { good: [1, 2, 64, 1e6], bad: [0, -1, 1.5, 1e300, ...NO_NUMBERS] };
const countFrom0: Rule = { good: [0, 3, 1000], bad: [-1, 0.5, 1e17, ...NO_NUMBERS] };
const dimension: Rule = { good: [2, 512], bad: [1, 0, 2.5, ...NO_NUMBERS] };
const seed: Rule = { good: [0, 1, 4294967295], bad: [-1, 0.5, 4294967296, ...NO_NUMBERS] };
const positive: Rule = { good: [1e-300, 0.1, 1, 1e9], bad: [0, -0.5, ...NO_NUMBERS] };
const text: Rule = {
  good: ['a.rec', './b c', 'x: y', '~/z', '# no', "it's", '"', '日本語', 'null', '- 1', '5', 'a\\b', '\t', '<<', 'yes'],
  bad: NO_TEXTS,
};
const choice = (...good: unknown[]): Rule => ({ good, bad: NO_CHOICES });
const orNull = ({ good, bad }: Rule): Rule => ({ good: [...good, null], bad: bad.filter((value) => value !== null) });
const list = (good: unknown[][], bad: unknown[]): Rule => ({ good, bad: [...bad, null, 5, 'a', {}, [null], [[1]]] });
const switched: Rule = { good: [true, false, 'auto'], bad: ['yes', 'true', 1, 0, null, []] };
const perChannel: Rule = {
  good: [null, 127.5, -1, [1, 2, 3]],
  bad: [[1, 2], [1, 2, 3, 4], [1, 2, '3'], 'x', true, {}, NaN, [1, 2, Infinity]],
};

/** Keys whose values do not depend on another key's. */
const RULES: Readonly<Record<string, Rule>> = {
  'data.ms1mv2.path': orNull(text),
  'data.limit_train_images': orNull(count),
  'data.seed': seed,
  'data.on_corrupt': choice('error', 'skip'),
  'data.max_corrupt': countFrom0,
  'data.augment.flip': { good: [0, 0.5, 1], bad: [-0.1, 1.1, ...NO_NUMBERS] },
  'data.sample.beside': { good: [false], bad: ['yes', 'auto', 1, 0, null, []] },
  'data.sample.identities': dimension,
  'data.sample.images_per_identity': count,
  'model.use_insightface': switched,
  'model.insightface_model': text,
  'model.embedding_size': orNull(dimension),
  'model.mean': perChannel,
  'model.std': perChannel,
  'model.channels': orNull(choice('rgb', 'bgr')),
  'model.input': orNull(text),
  'model.batch_size': orNull(count),
  'model.providers': list([['cpu'], ['cuda', 'cpu']], [[], ['tpu'], ['CPU']]),
  'model.cache_precision': choice('float32', 'float16'),
  'linearizer.gx': choice('image-flow', 'encoder'),
  'linearizer.latent_dim': { good: [2, 512, 37632], bad: [1, 37633, ...dimension.bad] },
  'linearizer.num_blocks': count,
  'linearizer.hidden_dim': count,
  'linearizer.num_layers': dimension,
  'linearizer.loss': choice('unit-mse', 'cosine', 'huber', 'relational'),
  'linearizer.learning_rate': positive,
  'linearizer.learning_rate_milestones': list([[], [0.1, 0.9], [0, 1]], [[2], [-0.1], ['a']]),
  'linearizer.learning_rate_decay': { good: [0.1, 1], bad: [0, 1.5, -1, ...NO_NUMBERS] },
  'linearizer.warmup_steps': countFrom0,
  'linearizer.gradient_clip': orNull(positive),
  'linearizer.batch_size': count,
  'linearizer.num_epochs': count,
  'linearizer.checkpoint_dir': orNull(text),
  'linearizer.image_flow.blocks': list(
    [
      [0, 0, 0],
      [3, 4, 4],
    ],
    [[], [1, 2], [1, 2, 3, 4], [1, 2, -1], [1, 2, '3']],
  ),
  'linearizer.image_flow.widths': list(
    [[1, 2, 3]],
    [
      [0, 1, 2],
      [1, 2],
      [1, 2, 2.5],
    ],
  ),
  'linearizer.seed': seed,
  'training.num_workers': count,
  'training.log_interval': count,
  'evaluation.batch_size': count,
  'evaluation.packs': list([[], ['lfw.bin'], ['a', 'b c']], [[''], [1]]),
  'logging.mlflow.url': {
    good: [null, 'http://localhost:5000', 'https://a.example/mlflow'],
    bad: ['localhost', 'file:///mlruns', '', 5, true, [], {}],
  },
  'logging.mlflow.experiment': text,
  'device.cuda': switched,
  'device.backend': choice('auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'),
  'device.threads': orNull(count),
  'device.precision': choice('float32', 'bfloat16', 'auto'),
};

const UNKNOWN_KEYS = [
  'linearizer.num_block',
  'num_epochs',
  'Data',
  'data.path',
  'model.0',
  '__proto__',
  'constructor.prototype',
  'linearizer.__proto__',
  'device.toString',
  'x y',
];

export interface DrawnConfig {
  text: string;
  set: string[];
  /** What the configuration must hold. */
  values: Mapping;
  /** Keys that are wrong: one of them must be named. */
  wrong: string[];
}

export function drawnConfig(random: Random): DrawnConfig {
  const [values, file]: Mapping[] = [{}, {}];
  const [set, wrong]: string[][] = [[], []];
  const put = (key: string, value: unknown) => {
    define(values!, key, value);
    if (random.uniform() < 0.25) set!.push(`${key}=${flow(value, random)}`);
    else define(file!, key, value);
  };
  const faults = random.uniform() < 0.5 ? 0 : 1 + random.integer(2);
  const keys = random.shuffle(Object.keys(RULES)).slice(0, 1 + random.integer(8));
  keys.forEach((key, i) => {
    const isWrong = i < faults;
    const { good, bad } = RULES[key]!;
    put(key, pick(isWrong ? bad : good, random));
    if (isWrong) wrong!.push(key);
  });
  if (faults > 0 && random.uniform() < 0.3) {
    const key = pick(UNKNOWN_KEYS, random);
    put(key, 1);
    wrong!.push(key.split('.')[0] === 'constructor' ? 'constructor' : key);
  }
  return { text: written(file!, random), set: set!, values: values!, wrong: wrong! };
}

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)]!;

/** Own properties only, whatever a key is called. */
function define(mapping: Mapping, key: string, value: unknown): void {
  const [first, ...rest] = key.split('.') as [string, ...string[]];
  const own = Object.hasOwn(mapping, first) ? mapping[first] : undefined;
  const inner = isMapping(own) ? own : {};
  if (rest.length > 0) define(inner, rest.join('.'), value);
  const next = rest.length > 0 ? inner : value;
  Object.defineProperty(mapping, first, { value: next, enumerable: true, writable: true, configurable: true });
}

/** In blocks, in braces, as JSON, with comments, a document mark, line ends of Windows, or an order mark. */
function written(values: Mapping, random: Random): string {
  const style = random.uniform();
  let yaml = block(values, '', random);
  if (style < 0.2) yaml = `${flow(values, random)}\n`;
  else if (style < 0.3 && isJson(values)) yaml = JSON.stringify(values);
  if (random.uniform() < 0.1) yaml = `---\n${yaml}`;
  if (random.uniform() < 0.1) yaml = yaml.replaceAll('\n', '\r\n');
  return random.uniform() < 0.05 ? `\ufeff${yaml}` : yaml;
}

/** JSON has neither infinity nor NaN. */
const isJson = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value !== 'object' || Object.values(value ?? {}).every(isJson);

function block(values: Mapping, indent: string, random: Random): string {
  const lines = random.shuffle(Object.entries(values)).map(([key, value]) => {
    const comment = random.uniform() < 0.2 ? ' # a comment: with [signs' : '';
    if (isMapping(value) && Object.keys(value).length > 0 && random.uniform() < 0.7)
      return `${indent}${key}:${comment}\n${block(value, `${indent}  `, random)}`;
    if (value === null && random.uniform() < 0.3) return `${indent}${key}:${comment}\n`;
    return `${indent}${key}: ${flow(value, random)}${comment}\n`;
  });
  return lines.join(random.uniform() < 0.1 ? '\n' : '');
}

function flow(value: unknown, random: Random): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item, random)).join(', ')}]`;
  if (isMapping(value))
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${random.uniform() < 0.3 ? JSON.stringify(key) : key}: ${flow(item, random)}`)
      .join(', ')} }`;
  if (value === null) return pick(['null', '~', 'Null', 'NULL'], random);
  if (typeof value === 'boolean') return pick([String(value), String(value).toUpperCase()], random);
  if (typeof value === 'number') return number(value, random);
  return string(value as string, random);
}

function number(value: number, random: Random): string {
  if (Number.isNaN(value)) return pick(['.nan', '.NaN', '.NAN'], random);
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}${pick(['.inf', '.Inf', '.INF'], random)}`;
  if (Number.isSafeInteger(value) && value >= 0)
    return pick([String(value), `+${value}`, `${value}.0`, `0x${value.toString(16)}`], random);
  return pick([String(value), value.toExponential()], random);
}

function string(value: string, random: Random): string {
  const isPlain = /^[a-z./][a-z./-]*$/i.test(value) && !/^(null|true|false)$/i.test(value);
  if (isPlain && random.uniform() < 0.6) return value;
  if (!value.includes('\t') && random.uniform() < 0.4) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value);
}
