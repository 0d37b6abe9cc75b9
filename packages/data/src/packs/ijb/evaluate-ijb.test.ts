import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonMissing, PYTHON, runPython } from '../../../../../tools/python-for-tests.js';
import { figuresOf, META, SCRIPT, type Ijb } from '../../../test/packs/ijb-reference.js';
import { DataOptionError, RecordError } from '../../errors.js';
import { IMAGE_BYTES } from '../../images/image-size.js';
import type { RgbImage } from '../../images/decode-upright.js';
import { Random } from '../../order/random.js';
import type { EmbedFunction } from '../embed-with-flip.js';
import { evaluateIjb } from './evaluate-ijb.js';
import { readTemplates } from './meta-files.js';
import { scorePairs } from './pair-scores.js';
import { TemplateEmbeddings } from './template-embeddings.js';

const [{ case: given, figures }] = figuresOf<{ seed: number; size: number }, Ijb>('ijb') as [
  { case: { seed: number; size: number }; figures: Ijb },
];
const noNumpy = await pythonMissing('numpy');
const { templateIds } = await readTemplates(join(META, 'ijbb_face_tid_mid.txt'));

/** Two rows for each image, its own and its mirror image's: as in reference_verification.py. */
const random = new Random(given.seed);
const raw = Float32Array.from(
  Array.from(templateIds)
    .flatMap((template) => [template, template])
    .flatMap((template) =>
      Array.from({ length: given.size }, (_, i) => 2 * random.uniform() - 1 + 2 * Math.sin((template % 4) + i)),
    ),
);

const [WIDTH, HEIGHT, MARGIN] = [150, 130, 10];
/** A picture whose green pixel in the crop's first row says which it is, and whose red one in the last row says which side is left. */
function picture(number: number): Promise<Buffer> {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  pixels[(MARGIN + number) * 3 + 1] = 255;
  pixels[(111 * WIDTH + MARGIN) * 3] = 255;
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-ijb-'));
  await cp(META, join(folder, 'meta'), { recursive: true });
  await mkdir(join(folder, 'loose_crop'));
  for (let i = 0; i < templateIds.length; i++)
    await writeFile(join(folder, 'loose_crop', `${i + 1}.png`), await picture(i));
});

function align({ data, width }: RgbImage): Uint8Array {
  const crop = new Uint8Array(IMAGE_BYTES);
  for (let y = 0; y < 112; y++)
    crop.set(data.subarray((y * width + MARGIN) * 3, (y * width + MARGIN + 112) * 3), y * ROW_BYTES);
  return crop;
}
const ROW_BYTES = 112 * 3;

/** The row of `raw` that belongs to what is seen. */
function rowOf(image: Uint8Array): Float32Array {
  const column = Math.floor(image.indexOf(255) / 3);
  const isMirrored = image[111 * ROW_BYTES] !== 255;
  const row = isMirrored ? 2 * (111 - column) + 1 : 2 * column;
  return raw.subarray(row * given.size, (row + 1) * given.size);
}
const embed: EmbedFunction = (images) =>
  Promise.resolve(
    Float32Array.from(
      Array.from({ length: images.length / IMAGE_BYTES }, (_, i) =>
        rowOf(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)),
      ).flatMap((row) => [...row]),
    ),
  );

/** The scores as they come, by the order of the pairs. */
async function similarities(): Promise<number[]> {
  const templates = new TemplateEmbeddings(await readTemplates(join(META, 'ijbb_face_tid_mid.txt')));
  const lines = (await readFile(join(META, 'ijbb_name_5pts_score.txt'), 'utf8')).trimEnd().split('\n');
  for (const [i, line] of lines.entries()) {
    const sum = Float64Array.from(
      { length: given.size },
      (_, at) => raw[2 * i * given.size + at]! + raw[(2 * i + 1) * given.size + at]!,
    );
    templates.add(i, sum, Math.fround(Number(line.split(' ').at(-1))));
  }
  const unit = templates.finish();
  const file = join(folder, 'one-pair.txt');
  const pairs = (await readFile(join(META, 'ijbb_template_pair_label.txt'), 'utf8'))
    .trimEnd()
    .split('\n')
    .slice(0, figures.similarity.length);
  const scores: number[] = [];
  for (const pair of pairs) {
    const [a, b] = pair.split(' ');
    await writeFile(file, `${a} ${b} 1\n${a} ${b} 0\n`);
    scores.push((await scorePairs(file, unit)).genuine[0]!);
  }
  return scores;
}

describe("N1D1F1 has numpy's and scikit-learn's figures", () => {
  test('for the similarity of templates', async () => {
    const found = await similarities();
    found.forEach((score, i) => expect(score).toBeCloseTo(figures.similarity[i]!, 12));
  });

  test.each([1, 7, 64, 1000])('for TAR at the nearest FAR, from images in batches of %i', async (batchSize) => {
    const progress: number[] = [];
    const report = await evaluateIjb({
      folder,
      release: 'IJBB',
      embed,
      align,
      batchSize,
      onProgress: ({ images, total }) => progress.push(images / total),
    });
    expect(report).toMatchObject({ release: 'IJBB', images: 90, templates: 24 });
    expect(report.genuine + report.impostor).toBe(1500);
    expect(report.tarAtFar.map(({ far, tar }) => [far, tar && tar.value])).toEqual([
      [1e-6, null],
      [1e-5, null],
      [1e-4, null],
      [1e-3, figures.tarAtFar['0.001']],
      [1e-2, figures.tarAtFar['0.01']],
      [1e-1, figures.tarAtFar['0.1']],
    ]);
    expect(report.tarAtFar[0]).toEqual({
      far: 1e-6,
      tar: null,
      reason: `${report.impostor} pairs of two persons resolve no FAR below ${(1 / report.impostor).toExponential(1)}`,
    });
    expect(progress.at(-1)).toBe(1);
  });

  test.skipIf(noNumpy)(`today as well${noNumpy ? ` (SKIPPED: ${noNumpy})` : ` (${PYTHON})`}`, async () => {
    const live = JSON.parse(
      await runPython([SCRIPT, JSON.stringify({ kind: 'ijb', release: 'IJBB', ...given })]),
    ) as Ijb;
    expect(live.similarity).toHaveLength(figures.similarity.length);
    live.similarity.forEach((value, i) => expect(value).toBeCloseTo(figures.similarity[i]!, 12));
  });
});

describe('a folder that is not whole is refused, with the file and the line', () => {
  async function refusal(
    change: (copy: string) => Promise<unknown>,
    options: Partial<Parameters<typeof evaluateIjb>[0]> = {},
  ): Promise<Error> {
    const copy = await mkdtemp(join(tmpdir(), 'lin-ijb-'));
    await cp(folder, copy, { recursive: true });
    await change(copy);
    return evaluateIjb({ folder: copy, release: 'IJBB', embed, align, ...options }).then(
      () => {
        throw new Error('it was read');
      },
      (error: Error) => error,
    );
  }
  const edit = (list: string, edited: (lines: string[]) => string[]) => async (copy: string) => {
    const path = join(copy, 'meta', `ijbb_${list}.txt`);
    await writeFile(path, edited((await readFile(path, 'utf8')).trimEnd().split('\n')).join('\n'));
  };
  const replaced = (list: string, at: number, line: string) => edit(list, (lines) => lines.with(at, line));

  test.each([
    [
      'a face without its score',
      replaced('name_5pts_score', 4, '5.png 1 2 3 4 5 6 7 8 9 10'),
      /ijbb_name_5pts_score\.txt line 5: expected a name, ten coordinates and a score/,
    ],
    [
      'an invalid coordinate',
      replaced('name_5pts_score', 4, '5.png 1 2 3 4 5 6 7 8 9 x 0.9'),
      /line 5: expected a name, ten/,
    ],
    [
      'a template that is no number',
      replaced('face_tid_mid', 9, '10.png -1 2'),
      /ijbb_face_tid_mid\.txt line 10: expected a name, a template and a medium/,
    ],
    [
      'a pair without its label',
      replaced('template_pair_label', 1499, '5 8'),
      /ijbb_template_pair_label\.txt line 1500: expected two templates and 0 or 1/,
    ],
    ['a label of 2', replaced('template_pair_label', 0, '5 8 2'), /line 1: expected two templates and 0 or 1/],
    [
      'a template without images',
      replaced('template_pair_label', 7, '5 99999 0'),
      /ijbb_template_pair_label\.txt line 8: template 99999 has no image/,
    ],
    [
      'fewer faces than templates',
      edit('name_5pts_score', (lines) => lines.slice(0, 80)),
      /name_5pts_score\.txt line 80: it is the last of 80 faces, but .*face_tid_mid\.txt has 90/,
    ],
    [
      'more faces than templates',
      edit('face_tid_mid', (lines) => lines.slice(0, 80)),
      /name_5pts_score\.txt line 81: it has more faces than .*face_tid_mid\.txt has/,
    ],
    [
      'a line without an end',
      (copy: string) =>
        writeFile(join(copy, 'meta', 'ijbb_template_pair_label.txt'), '5 8 1\n' + '7'.repeat(3_000_000)),
      /line 2: it has more than 4096 characters/,
    ],
    [
      'an image that is missing',
      (copy: string) => rm(join(copy, 'loose_crop', '7.png')),
      /loose_crop.7\.png cannot be read \(ENOENT\); the meta files name it/,
    ],
    [
      'a file that is not an image',
      (copy: string) => writeFile(join(copy, 'loose_crop', '7.png'), '<html>'),
      /loose_crop.7\.png: the image cannot be decoded/,
    ],
    [
      'a list that is missing',
      (copy: string) => rm(join(copy, 'meta', 'ijbb_face_tid_mid.txt')),
      /ijbb_face_tid_mid\.txt cannot be read \(ENOENT\); expected a meta file of IJB/,
    ],
  ])('%s', async (_, change, message) => {
    const error = await refusal(change);
    expect(error).toBeInstanceOf(RecordError);
    expect(error.message).toMatch(message);
  });

  test.each([
    [
      'an align that gives another size',
      { align: () => new Uint8Array(5) },
      /align gave 5 bytes for .*\.png; expected 37632/,
    ],
    [
      'an embed that gives NaN',
      { embed: (images: Uint8Array) => Promise.resolve(new Float32Array(images.length / IMAGE_BYTES).fill(NaN)) },
      /not finite/,
    ],
    [
      'an embed that gives zeros',
      { embed: (images: Uint8Array) => Promise.resolve(new Float32Array(images.length / IMAGE_BYTES)) },
      /embedding of template \d+ has length 0/,
    ],
    ['a batch size of 0', { batchSize: 0 }, /batchSize is 0/],
  ])('%s is a DataOptionError', async (_, options, message) => {
    const error = await refusal(() => Promise.resolve(), options);
    expect(error).toBeInstanceOf(DataOptionError);
    expect(error.message).toMatch(message);
  });

  test('Windows line ends are no damage', async () => {
    const whole = await evaluateIjb({ folder, release: 'IJBB', embed, align });
    const copy = await mkdtemp(join(tmpdir(), 'lin-ijb-'));
    await cp(folder, copy, { recursive: true });
    for (const list of ['name_5pts_score', 'face_tid_mid', 'template_pair_label'])
      await edit(list, (lines) => [...lines.map((line) => `${line}\r`), ''])(copy);
    expect(await evaluateIjb({ folder: copy, release: 'IJBB', embed, align })).toEqual(whole);
  });
});
