// What happens to a run between two sessions: other records, other batches, another process, damage.
import { access, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensureSampleSet } from '@lin/data';
import type { RunSummary } from '../src/run/summary.js';
import { shownSteps } from './event-steps.js';
import { freePort } from './mlflow-server.js';
import { AppFolder } from './run-app.js';

let app: AppFolder;
/** A run of two epochs of four steps that has ended: `whole`, in a folder of runs that is empty before each test. */
beforeEach(async () => {
  app ??= await AppFolder.withSharedData();
  await app.remove('runs').catch(() => {});
  await app.takeRun('whole');
});

const resume = (...set: string[]) =>
  app.call(['train', '--resume', '--name', 'whole', ...set.flatMap((pair) => ['--set', pair])]);
const summary = (name = 'whole') => app.json<RunSummary>('runs', name, 'summary.json');
const textOf = (...parts: string[]) => readFile(app.file('runs', 'whole', ...parts), 'utf8');
const loggedSteps = async () =>
  (await textOf('metrics.jsonl'))
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { step: number }).step);

/** Refused with code 2 and one sentence, the run left as it was. */
async function expectRefused(action: () => ReturnType<typeof resume>, message: RegExp): Promise<void> {
  const read = () => Promise.all(['config.yaml', 'summary.json', 'metrics.jsonl'].map((name) => textOf(name)));
  const before = await read();
  const { code, stderr } = await action();
  expect(stderr).toMatch(message);
  expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, lines: 1 });
  expect(await read()).toEqual(before);
}

describe('a run that is resumed', () => {
  test('with more epochs has not ended until it ends again, and TensorBoard shows every step that was logged', async () => {
    await resume('linearizer.num_epochs=1'); // a session that does nothing
    const stopped = await app.call(['train', '--resume', '--name', 'whole', '--set', 'linearizer.num_epochs=3'], {
      interruptAt: 'step 10/12',
    });
    expect(stopped.code).toBe(130);
    await expect(access(app.file('runs', 'whole', 'summary.json'))).rejects.toThrow('ENOENT');

    // Four images are left of the epoch for each of four steps of half the size.
    const { code, stderr } = await resume('linearizer.batch_size=4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { steps, epochs } = await summary();
    const done = Number(/Stopped after step (\d+)/.exec(stopped.stdout)![1]);
    expect([steps, epochs]).toEqual([done + 2 * (12 - done), 3]);
    const logged = await loggedSteps();
    expect(logged.at(-1)).toBe(steps);
    expect(logged).toContain(8);
    expect(await shownSteps(app.file('runs', 'whole'))).toEqual(logged);

    const again = await resume();
    expect(again.code).toBe(0);
    expect((await summary()).steps).toBe(steps);
  });

  test('with batches of another size goes on to the end of its epochs', async () => {
    const { code } = await resume('linearizer.batch_size=16', 'linearizer.num_epochs=3');
    expect(code).toBe(0);
    expect((await summary()).steps).toBe(8 + 2);
  });

  test('with another split of the identities is refused: who is tested must not have been trained on', () =>
    expectRefused(
      () => resume('data.test_fraction=0.3', 'linearizer.num_epochs=3'),
      // eslint-disable-next-line max-len -- the whole message
      /step-00000008\.safetensors was trained with another split of the identities: data\.test_fraction 0\.2, data\.seed 0, and is data\.test_fraction 0\.3, data\.seed 0 now\. Put back/,
    ));

  test('with fewer or more training images is refused, too: an epoch would be another', () =>
    expectRefused(
      () => resume('data.limit_train_images=20'),
      /data\.test_fraction 0\.2, data\.seed 0, and is data\.test_fraction 0\.2, data\.seed 0, data\.limit_train_images 20 now\./,
    ));

  test('while another process trains is refused; when that one is gone, ends at once with fewer epochs than it has done', async () => {
    const before = await summary();
    await writeFile(app.file('runs', 'whole', 'lock'), `${process.ppid} ${hostname()}\n`);
    await expectRefused(resume, new RegExp(`^Run whole is being trained by process ${process.ppid} on .*; wait until`));
    await writeFile(app.file('runs', 'whole', 'lock'), `${2 ** 22 + 1} ${hostname()}\n`);
    const { code, stdout } = await resume('linearizer.num_epochs=1');
    expect(code).toBe(0);
    expect(stdout).not.toContain('Stopped');
    const after = await summary(); // as it was
    expect([after.steps, after.test]).toEqual([8, before.test]);
    await expect(access(app.file('runs', 'whole', 'lock'))).rejects.toThrow('ENOENT');
  });

  test('from a damaged checkpoint goes on from the one before, and so does its evaluation; damaged too, it is refused', async () => {
    const damage = async (step: number) => {
      const path = app.file('runs', 'whole', 'checkpoints', `step-0000000${step}.safetensors`);
      const bytes = await readFile(path);
      bytes.fill(0, bytes.length / 2);
      await writeFile(path, bytes);
    };
    const evaluate = () => app.call(['evaluate', '--name', 'whole']);
    const before = await summary();
    await damage(8);
    const said =
      /^Warning: .*step-00000008\.safetensors: tensor ".*" is damaged: its bytes are not .* The newest that is whole is taken\.\n$/;
    const evaluated = await evaluate();
    expect([evaluated.code, evaluated.stdout.includes('after step 4')]).toEqual([0, true]);
    expect(evaluated.stderr).toMatch(said);
    expect((await summary()).checkpoint.step).toBe(4);
    await damage(4);
    const message =
      /step-00000008\.safetensors: tensor ".*" is damaged: .* The 1 older ones beside it are damaged, too\./;
    await expectRefused(resume, message);
    await expectRefused(evaluate, message);

    await app.remove('runs', 'whole');
    await app.takeRun('whole');
    await damage(8);
    const { code, stderr } = await resume();
    expect(code).toBe(0);
    expect(stderr).toMatch(said);
    expect((await summary()).test).toEqual(before.test); // the same four steps again
  });
});

test('records that were replaced are noticed, in training and in evaluation', async () => {
  const other = await AppFolder.withOwnData(app);
  await ensureSampleSet(other.file('data', 'sample-10x4-seed0'), { identities: 10, imagesPerIdentity: 4, seed: 7 });
  const message =
    /step-00000008\.safetensors was trained with other records than these: their fingerprint was [0-9a-f]{12}…, and is [0-9a-f]{12}… now\./;
  for (const command of [['train', '--resume'], ['evaluate']]) {
    const { code, stderr } = await other.call([...command, '--name', 'whole']);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  }
});

test('an earlier checkpoint is evaluated by its step, the summary staying as it is; without --resume train has none', async () => {
  const before = await textOf('summary.json');
  const evaluated = await app.call(['evaluate', '--name', 'whole', '--checkpoint', '4']);
  expect([evaluated.code, evaluated.stdout.includes('after step 4')]).toEqual([0, true]);
  expect(await textOf('summary.json')).toBe(before);
  const refused = await app.call(['train', '--config', 'tiny.yaml', '--checkpoint', '4']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toBe('--checkpoint says where --resume goes on; add --resume, or leave it out.\n');
});

describe('the newest run', () => {
  test('is for all but train one that has a checkpoint: one that never came so far is passed over', async () => {
    await mkdir(app.file('runs', 'stopped'));
    await copyFile(app.file('runs', 'whole', 'config.yaml'), app.file('runs', 'stopped', 'config.yaml'));
    const visualized = await app.call(['visualize']);
    expect(visualized.code).toBe(0);
    expect(visualized.stdout).toContain(`Run      ${app.file('runs', 'whole')}, after step 8`);
    const named = await app.call(['visualize', '--name', 'stopped']);
    expect(named.code).toBe(2);
    expect(named.stderr).toMatch(/^Run stopped has no checkpoint in .* yet; train it on with --resume\.\n$/);
    await app.remove('runs', 'whole');
    const none = await app.call(['visualize']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/^No run in .* has a checkpoint yet; .* --resume --name stopped\.\n$/);
  });

  test('is never one that was refused: a server that is not there leaves no folder behind', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const refused = await app.call([
      'train',
      '--config',
      'tiny.yaml',
      '--name',
      'new',
      '--set',
      `logging.mlflow.url=${url}`,
    ]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(`${url} cannot be reached (ECONNREFUSED).\n`);
    expect(await readdir(app.file('runs'))).toEqual(['whole']);
  });
});

test('two runs with one checkpoint_dir keep a checkpoint each', async () => {
  const train = (name: string, seed: number) =>
    app.call([
      'train',
      '--config',
      'tiny.yaml',
      '--name',
      name,
      ...['linearizer.num_epochs=1', 'linearizer.checkpoint_dir=kept', `linearizer.seed=${seed}`].flatMap((pair) => [
        '--set',
        pair,
      ]),
    ]);
  for (const [name, seed] of [
    ['a', 0],
    ['b', 1],
  ] as const)
    expect((await train(name, seed)).code).toBe(0);
  expect((await summary('a')).test).not.toEqual((await summary('b')).test);
  const evaluated = await app.call(['evaluate', '--name', 'a']);
  expect((JSON.parse(evaluated.stdout.trimEnd().split('\n').at(-1)!) as RunSummary).test).toEqual(
    (await summary('a')).test,
  );

  await app.remove('runs', 'a');
  const taken = await train('a', 2);
  expect(taken.stderr).toMatch(/kept\/a has checkpoints already, of another run; choose another --name\.\n$/);
  expect(taken.code).toBe(2);
});
