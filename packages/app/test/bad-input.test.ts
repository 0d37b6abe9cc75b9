import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { AppFolder } from './run-app.js';

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
});

async function copyOfRecords(name: string): Promise<string> {
  const folder = app.file(name);
  await mkdir(folder);
  for (const file of ['train.rec', 'train.idx', 'property'])
    await copyFile(join(app.data, 'sample-10x4-seed0', file), app.file(name, file));
  return folder;
}

/** Bad input ends with code 2 and one sentence, and leaves no run behind. */
async function refusalOf(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await app.call(['train', '--config', 'tiny.yaml', '--name', 'refused', ...args]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^[^\n]+\n$/) as string });
  expect(stderr).not.toMatch(/^\s+at |Error:/);
  expect(stdout).not.toContain('Run      ');
  return stderr;
}

const useRecords = (path: string) => ['--set', `data.ms1mv2.path=${path}`];

describe('bad input is one clear sentence and exit code 2', () => {
  test('no such records', async () => {
    expect(await refusalOf(...useRecords('nowhere/train.rec'))).toContain(
      `${app.file('nowhere/train.rec')} does not exist`,
    );
  });

  test('a .rec that was cut in the middle of a record', async () => {
    const folder = await copyOfRecords('cut');
    await truncate(`${folder}/train.rec`, 50_001);
    expect(await refusalOf(...useRecords('cut'))).toMatch(
      /train\.idx line \d+ .*past the end of .*train\.rec \(50001 bytes\)/,
    );
  });

  test('a .rec that was cut, without its .idx', async () => {
    const bytes = await readFile(join(app.data, 'sample-10x4-seed0', 'train.rec'));
    await app.write('lonely.rec', bytes.subarray(0, 50_001));
    expect(await refusalOf(...useRecords('lonely.rec'))).toMatch(
      /lonely\.rec at byte \d+: the record goes past the end of the file \(50001 bytes\)/,
    );
  });

  test('an .idx with offsets past the end', async () => {
    const folder = await copyOfRecords('offsets');
    await writeFile(
      `${folder}/train.idx`,
      (await readFile(`${folder}/train.idx`, 'utf8')).replace(/^3\t\d+$/m, '3\t99999996'),
    );
    expect(await refusalOf(...useRecords('offsets'))).toMatch(
      /train\.idx line 3 \(key 3\): its record begins at byte 99999996, past the end/,
    );
  });

  test('an ONNX file that is an HTML page', async () => {
    await app.write('w600k_r50.onnx', '<!doctype html><title>404</title>');
    expect(
      await refusalOf('--set', 'model.use_insightface=true', '--set', 'model.insightface_model=./w600k_r50.onnx'),
    ).toMatch(/w600k_r50\.onnx is an HTML page, not an ONNX model/);
  });

  test('buffalo_l asked for where it is not installed', async () => {
    expect(await refusalOf('--set', 'model.use_insightface=true')).toMatch(
      /no installed InsightFace pack, named buffalo_l/,
    );
  });

  test('a teacher of another embedding size', async () => {
    const message = await refusalOf('--set', 'model.embedding_size=64');
    expect(message).toMatch(/gives embeddings of 512, but model\.embedding_size is 64; set it to 512/);
  });

  test('a typo in the YAML', async () => {
    const config = await app.write('typo.yaml', 'linearizer: { num_block: 4 }');
    expect(await refusalOf('--config', config)).toMatch(
      /Unknown key linearizer\.num_block \(.*typo\.yaml, or --set\); did you mean linearizer\.num_blocks\?/,
    );
  });

  test('latent_dim 0', async () => {
    expect(await refusalOf('--set', 'linearizer.latent_dim=0')).toMatch(/^linearizer\.latent_dim is 0 /);
  });

  test('latent_dim larger than the image', async () => {
    expect(await refusalOf('--set', 'linearizer.latent_dim=40000')).toMatch(
      /^linearizer\.latent_dim is 40000 .*expected at most 37632\.\n$/,
    );
  });

  test('a batch larger than the data', async () => {
    expect(await refusalOf('--set', 'linearizer.batch_size=33')).toMatch(
      /linearizer\.batch_size is 33, but .* has 32 training images/,
    );
  });

  test('an unknown option', async () => {
    expect(await refusalOf('--batchsize', '3')).toMatch(/--batchsize/);
  });

  test('an unknown command', async () => {
    const { code, stderr } = await app.call(['trian']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      // eslint-disable-next-line max-len -- the whole message
      /^There is no command trian \(did you mean train\?\); choose one of embed, evaluate, export, runs, spectrum, train, unlearn, visualize\.\n$/,
    );
    const help = await app.call(['--help']);
    for (const name of ['embed', 'train', 'evaluate', 'runs', 'visualize', 'spectrum', 'unlearn'])
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });
});
