import { join } from 'node:path';
import { openRecords, writeVerificationPack } from '@lin/data';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../src/run/summary.js';
import { AppFolder } from './run-app.js';

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
  const records = await openRecords(join(app.data, 'sample-10x4-seed0'));
  // Pair i: images 1 and 2 of identity i, or image 3 of it and image 4 of the next.
  const imageOf = async (identity: number, image: number) => (await records.read(4 * (identity % 10) + image)).image;
  const images = await Promise.all(
    Array.from({ length: 10 }, (_, i) => [imageOf(i, 1), imageOf(i, 2), imageOf(i, 3), imageOf(i + 1, 4)]).flat(),
  );
  const same = Array.from({ length: 20 }, (_, i) => i % 2 === 0);
  await writeVerificationPack(app.file('toy.bin'), { images, same });
  await writeVerificationPack(app.file('damaged.bin'), {
    images: [...images.slice(0, 7), Buffer.from('<html>'), ...images.slice(8)],
    same,
  });
  await writeVerificationPack(app.file('few.bin'), { images: images.slice(0, 8), same: same.slice(0, 4) });
  const ofOne = same.flatMap((flag, pair) => (flag ? [2 * pair, 2 * pair + 1] : []));
  await writeVerificationPack(app.file('one-kind.bin'), {
    images: [...ofOne, ...ofOne].map((i) => images[i]!),
    same: [...ofOne].map(() => true),
  });
  await records.close();
});

const train = (name: string, ...packs: string[]) =>
  app.call([
    'train',
    '--config',
    'tiny.yaml',
    '--name',
    name,
    '--set',
    'linearizer.num_epochs=1',
    '--set',
    `evaluation.packs=[${packs.join(', ')}]`,
  ]);

describe('verification packs of the config', () => {
  test('are tested on by student and teacher, after the held-out identities', async () => {
    const { code, stderr, stdout } = await train('with-packs', 'toy.bin');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /Pairs {4}toy, 20 pairs: student accuracy [\d.]+ ± [\d.]+ %, AUC [\d.]+, EER [\d.]+ %; teacher accuracy /,
    );
    const { verification } = await app.json<RunSummary>('runs', 'with-packs', 'summary.json');
    expect(verification.map(({ name, pairs }) => [name, pairs])).toEqual([
      ['held-out identities', 24],
      ['toy', 20],
    ]);
    expect(verification[1]!.student!.xnorm).toBeGreaterThan(0);
    expect(verification[1]!.teacher!.xnorm).toBeGreaterThan(0);
    const evaluated = await app.call(['evaluate', '--name', 'with-packs']);
    expect((JSON.parse(evaluated.stdout.trimEnd().split('\n').at(-1)!) as RunSummary).verification).toEqual(
      verification,
    );
  });

  test.each([
    ['none.bin', /^.*none\.bin cannot be read \(ENOENT\); expected a verification pack such as lfw\.bin\.\n$/],
    ['tiny.yaml', /tiny\.yaml at byte 0: the pickle opcode "\\n" is not among those/],
    ['few.bin', /^evaluation\.packs names .*few\.bin, whose 4 pairs are fewer than 10; leave it out\.\n$/],
  ])('that cannot be used are refused before training: %s', async (pack, message) => {
    const { code, stderr, stdout } = await train('refused', pack);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stdout).not.toContain('Run      ');
  });

  test('with a damaged image or of one kind are left out with a warning that names it, and the rest of the run is kept', async () => {
    const { code, stderr } = await train('damaged', 'damaged.bin', 'one-kind.bin', 'toy.bin');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      // eslint-disable-next-line max-len -- one regular expression for both lines
      /^[^\n]*damaged\.bin image 7: the image cannot be decoded \(.+\); replace or remove it\.\n[^\n]*one-kind\.bin has 20 pairs, all of one person; nothing can be measured [^\n]+\n$/,
    );
    const { verification } = await app.json<RunSummary>('runs', 'damaged', 'summary.json');
    expect(verification.map(({ name, student }) => [name, student !== null])).toEqual([
      ['held-out identities', true],
      ['damaged', false],
      ['one-kind', false],
      ['toy', true],
    ]);
    expect(verification[1]!.reason).toMatch(/image 7/);
    expect(verification[2]!.reason).toMatch(/all of one person/);
  });
});
