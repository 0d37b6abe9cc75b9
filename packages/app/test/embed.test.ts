import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { embedArguments } from './embed-arguments.js';
import { AppFolder } from './run-app.js';

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.create();
});

const embed = (...args: string[]) => app.call(embedArguments(args));
const caches = () => readdir(app.file('data', 'embeddings'));

describe('nx embed app', () => {
  test('in two parts, merged, gives the bytes of one process, and verifies them', async () => {
    expect((await embed()).code).toBe(0);
    const [whole] = await caches();
    expect(whole).toMatch(/^[0-9a-f]{16}-[0-9a-f]{16}-plain-float16\.embeddings$/);
    const expected = await readFile(app.file('data', 'embeddings', whole!));
    await app.remove('data', 'embeddings');

    for (const part of ['0/2', '1/2']) {
      const { code, stderr, stdout } = await embed('--shard', part); // at once, in processes of their own, in the slow gear
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/embedding the images, once: \d+\/\d+ {2}\d+ images\/s {2}ETA 0:00/);
    }
    expect(await caches()).toHaveLength(2);
    const merged = await embed('--merge', '--verify');
    expect({ code: merged.code, stderr: merged.stderr }).toEqual({ code: 0, stderr: '' });
    expect(merged.stdout).toMatch(
      /Cache {4}.*-plain-float16\.embeddings: 0\.3 MB, embeddings of 512\nVerified 300 images, every block as it was written\n$/,
    );
    expect(await caches()).toEqual([whole]);
    expect((await readFile(app.file('data', 'embeddings', whole!))).equals(expected)).toBe(true);
  });

  test('names damage and refuses to go on', async () => {
    const [name] = await caches();
    const bytes = await readFile(app.file('data', 'embeddings', name!));
    bytes[5000]! ^= 1;
    await app.write(`data/embeddings/${name}`, bytes);
    const { code, stderr } = await embed('--verify');
    expect(code).toBe(2);
    expect(stderr).toMatch(/at byte 4096: the embeddings of images 0 to 255 are not those that were written/);
  });

  test.each([
    [
      ['--shard', '2/2'],
      '--shard 2/2 is not a part; write INDEX/COUNT with INDEX from 0 to COUNT − 1, such as --shard 0/8.',
    ],
    [
      ['--shard', 'first'],
      '--shard first is not a part; write INDEX/COUNT with INDEX from 0 to COUNT − 1, such as --shard 0/8.',
    ],
    [['--shard', '0/2', '--merge'], '--merge joins all parts; leave --shard out.'],
    [['--resume'], /^app embed has no option --resume.*; npx nx embed app -- --help lists the options\.$/],
    [
      ['--set', 'model.embedding_size=256'],
      /gives embeddings of 512, but model\.embedding_size is 256; set it to 512\.$/,
    ],
    [
      ['--merge', '--set', 'data.seed=5', '--set', 'data.sample.identities=2'],
      /has no parts of .*; fill them first, with the same model, records and precision\.$/,
    ],
  ])('refuses %j with 2 and a sentence', async (args, message) => {
    const { code, stderr } = await embed(...args);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('keeps its options to itself', async () => {
    const { code, stderr } = await app.call(['train', '--shard', '0/2']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'app train has no option --shard; npx nx train app -- --help lists the options.\n',
    });
  });
});
