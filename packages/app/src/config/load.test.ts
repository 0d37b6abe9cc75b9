import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '@lin/command-line';
import { loadConfig } from './load.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-config-'));
});

async function configOf(yaml: string | Uint8Array, set: string[] = []) {
  const path = join(folder, 'config.yaml');
  await writeFile(path, yaml);
  return loadConfig({ path, set });
}

async function refusalOf(yaml: string | Uint8Array, set: string[] = []): Promise<string> {
  const error = await configOf(yaml, set).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('a configuration', () => {
  test("of an empty file has the defaults of the authors' notebook", async () => {
    const { linearizer } = await configOf('');
    expect(linearizer).toMatchObject({
      latent_dim: 512,
      num_blocks: 4,
      hidden_dim: 1024,
      num_layers: 3,
      learning_rate: 1e-4,
      batch_size: 64,
      num_epochs: 100,
      checkpoint_dir: null,
    });
  });

  test("takes the YAML of the authors' notebook as it is", async () => {
    const config = await configOf(`
data: { ms1mv2: { path: ./faces_emore } }
model: { use_insightface: true, insightface_model: buffalo_l, embedding_size: 512 }
linearizer: { latent_dim: 512, num_blocks: 4, hidden_dim: 1024, num_layers: 3, learning_rate: 0.0001,
  batch_size: 64, num_epochs: 100, checkpoint_dir: checkpoints }
training: { num_workers: 4 }
evaluation: { batch_size: 64 }
device: { cuda: true }`);
    expect(config.data.ms1mv2.path).toBe('./faces_emore');
    expect(config.model.use_insightface).toBe(true);
    expect(config.device.cuda).toBe(true);
  });

  test('has every number of an alteration that names only some', async () => {
    const { data } = await configOf('', [
      'data.augment.variants=2',
      'data.augment.blur.probability=0.3',
      'data.augment.mix.share=[0.6, 0.7]',
    ]);
    expect(data.augment).toMatchObject({ variants: 2, blur: { probability: 0.3, sigma: [0.5, 2] }, crop: null });
    expect(data.augment.mix).toEqual({ probability: 1, share: [0.6, 0.7] });
  });

  test.each([
    [['data.augment.crop={}'], 'data.augment.crop is {}'],
    [['data.augment.mix={}'], 'data.augment.mix is {}'],
    [['data.sample.beside=true'], 'data.sample.beside is true'],
    [['data.augment.variants=2'], 'data.augment.variants is 2'],
    [['data.augment.variants=2', 'data.augment.blur={ probability: 1, sigma: [3, 2] }'], 'data.augment.blur.sigma is'],
  ])('refuses alterations that would be ignored or cannot be: %j', async (set, message) => {
    expect(await refusalOf('', set)).toContain(message);
  });

  test.each(['sample', 'sample-wasm', 'ms1mv2', 'notebook'])('that Lin comes with is valid: %s.yaml', async (name) => {
    const config = await loadConfig({ path: join(import.meta.dirname, `../../config/${name}.yaml`) });
    expect(config.data.ms1mv2.path).toBeNull(); // whose records are whose is --set's to say
  });

  test("is the authors' notebook's in notebook.yaml: the defaults, but for g_x", async () => {
    const defaults = await configOf('');
    const notebook = await loadConfig({ path: join(import.meta.dirname, '../../config/notebook.yaml') });
    expect(notebook).toEqual({ ...defaults, linearizer: { ...defaults.linearizer, gx: 'encoder' } });
  });

  test('is overridden by --set, whose values are YAML', async () => {
    const config = await configOf('linearizer: { num_blocks: 2 }', [
      'linearizer.num_blocks=8',
      'linearizer.image_flow.blocks=[1, 2, 3]',
      'data.ms1mv2.path=a=b.rec',
    ]);
    expect(config.linearizer.num_blocks).toBe(8);
    expect(config.linearizer.image_flow.blocks).toEqual([1, 2, 3]);
    expect(config.data.ms1mv2.path).toBe('a=b.rec');
  });
});

describe('what YAML has beside keys and values', () => {
  test('an empty section is its defaults, and ~ is null', async () => {
    const config = await configOf('linearizer:\n  image_flow:\ndata:\n  ms1mv2: { path: ~ }\ntraining:\n');
    expect(config).toEqual(await configOf(''));
  });

  test('anchors and merges are copies: --set changes one of them', async () => {
    const yaml = 'linearizer:\n  image_flow: { blocks: &three [1, 2, 3], widths: *three }\n';
    const { image_flow } = (await configOf(yaml, ['linearizer.image_flow.widths=[4, 5, 6]'])).linearizer;
    expect(image_flow).toEqual({ blocks: [1, 2, 3], widths: [4, 5, 6] });
    const merged = await configOf('evaluation: &batch { batch_size: 8 }\nlinearizer: { <<: *batch, num_epochs: 3 }\n');
    expect(merged.linearizer).toMatchObject({ batch_size: 8, num_epochs: 3 });
  });

  test('an anchor inside itself is refused', async () => {
    expect(await refusalOf('data: &data { ms1mv2: *data }')).toMatch(
      /has an anchor that holds itself; write its values out\.$/,
    );
  });

  test.each([
    ['.inf', 'Infinity'],
    ['-.inf', '-Infinity'],
    ['.nan', 'NaN'],
  ])('%s is no number here, and is named as it is', async (text, shown) => {
    expect(await refusalOf(`linearizer: { learning_rate: ${text} }`)).toMatch(
      new RegExp(`^linearizer\\.learning_rate is ${shown} .*: expected `),
    );
  });

  test('an empty value of --set is refused, not taken for the sample set', async () => {
    expect(await refusalOf('', ['data.ms1mv2.path='])).toBe(
      '--set data.ms1mv2.path= has no value (a variable that is not set?); write data.ms1mv2.path=null for the default.',
    );
    expect(await refusalOf('data: { ms1mv2: { path: "" } }')).toMatch(/^data\.ms1mv2\.path is "" /);
  });

  test('a choice of kinds says all of them', async () => {
    expect(await refusalOf('device: { cuda: perhaps }')).toMatch(/: expected boolean or "auto"\.$/);
  });

  test('ten lines of anchors that stand for billions of values are refused at once', async () => {
    const names = 'abcdefghij'.split('');
    const lines = names.map(
      (name, i) =>
        `${name}: &${name} [${Array(10)
          .fill(i ? `*${names[i - 1]}` : '1')
          .join(', ')}]`,
    );
    expect(await refusalOf(lines.join('\n'))).toMatch(
      /config\.yaml holds more than 100000 values, its anchors written out; remove some\.$/,
    );
  });

  test('a file in another encoding is refused, not read with other letters', async () => {
    expect(await refusalOf(Buffer.from('data: { ms1mv2: { path: café } }', 'latin1'))).toMatch(
      /^Config file .* is not UTF-8; save it as UTF-8\.$/,
    );
  });

  test('control characters are shown as escapes', async () => {
    expect(await refusalOf('"a\\n\\e[2Jb": 1')).toMatch(/^Unknown key a\\u000a\\u001b\[2Jb /);
    expect(await refusalOf('', ['linearizer.num_blocks=1\n---\n2'])).toMatch(
      /^The value of --set linearizer\.num_blocks=1\\u000a---\\u000a2 holds 2 YAML documents/,
    );
  });

  test('a long value or key is cut', async () => {
    expect((await refusalOf('- 1\n'.repeat(100_000))).length).toBeLessThan(500);
    expect((await refusalOf(`? ${'x'.repeat(100_000)}\n: 1`)).length).toBeLessThan(500);
    expect((await refusalOf(`linearizer: { num_blocks: "${'x'.repeat(100_000)}" }`)).length).toBeLessThan(500);
  });
});

describe('a mistake in a configuration is one sentence that names the key', () => {
  test.each([
    ['a mistyped key', 'linearizer: { num_block: 4 }', 'linearizer.num_blocks'],
    ['a key in the wrong section', 'num_epochs: 4', 'linearizer.num_epochs'],
    ['an unknown section', 'linearizers: {}', 'linearizer?'],
    ['a prototype key', '__proto__: { polluted: 1 }', 'did you mean'],
  ])('%s, with the nearest known one', async (_, yaml, nearest) => {
    expect(await refusalOf(yaml)).toContain(nearest);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each([
    ['latent_dim 0', 'linearizer: { latent_dim: 0 }', /^linearizer\.latent_dim is 0 .*: expected at least 2\.$/],
    [
      'a learning rate of zero',
      'linearizer: { learning_rate: 0 }',
      /^linearizer\.learning_rate is 0 .*: expected more than 0\.$/,
    ],
    [
      'a string for a number',
      'linearizer: { num_epochs: many }',
      /^linearizer\.num_epochs is "many" .*expected number/,
    ],
    [
      'an option of another optimiser',
      'linearizer: { optimiser: lion, momentum: 0.9 }',
      /^linearizer\.momentum is 0\.9 .*: expected null with the optimiser lion; sgd, muon have it\.$/,
    ],
    [
      'a loss that is there twice',
      'linearizer: { objective: [{ loss: cosine }, { loss: cosine }] }',
      /^linearizer\.objective is .*: expected each loss once; cosine is there twice\.$/,
    ],
    [
      'a penalty without a loss',
      'linearizer: { objective: [{ loss: orthogonality }] }',
      /^linearizer\.objective is .*: expected one of unit-mse, cosine, huber, relational beside the penalty\.$/,
    ],
    [
      'a weight of zero',
      'linearizer: { objective: [{ loss: cosine, weight: 0 }] }',
      /^linearizer\.objective\.0\.weight is 0 .*: expected more than 0\.$/,
    ],
    [
      'parts of a batch that are not equal',
      'linearizer: { batch_size: 8, micro_batches: 3 }',
      /^linearizer\.micro_batches is 3 .*: expected a divisor of linearizer\.batch_size, 8\.$/,
    ],
    ['a weight decay of Adam', 'linearizer: { weight_decay: 0 }', /^linearizer\.weight_decay is 0 .*optimiser adam/],
    ['a list for a section', 'linearizer: [1]', /^linearizer is \[1\]/],
    ['an unknown choice', 'device: { backend: cudnn }', /^device\.backend is "cudnn" .*"tensorflow"/],
    ['a bad union', 'model: { use_insightface: perhaps }', /^model\.use_insightface is "perhaps" .*boolean.*auto/],
    ['a file that is no mapping', '- 1', /must be a mapping/],
    ['broken YAML', 'linearizer: {', /is not valid YAML/],
  ])('%s', async (_, yaml, message) => {
    const refusal = await refusalOf(yaml);
    expect(refusal).toMatch(message);
    expect(refusal).not.toContain('\n');
  });

  test('an assignment without "="', async () => {
    expect(await refusalOf('', ['linearizer.num_blocks'])).toMatch(/is not an assignment/);
  });

  test('a file that is not there', async () => {
    await expect(loadConfig({ path: join(folder, 'none.yaml') })).rejects.toThrow(
      /none\.yaml cannot be read \(ENOENT\)/,
    );
  });
});
