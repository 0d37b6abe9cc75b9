// nx export app: what it writes is the run's model, for onnxruntime in Node and in Python, for @lin/linearizer, and for @lin/teacher.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { exists } from '@lin/files';
import { ImageFlow, VectorFlow, type ImageFlowOptions, type VectorFlowOptions } from '@lin/invertible';
import { CnnEncoder, Linearizer } from '@lin/linearizer';
import { DenseOperator } from '@lin/operator';
import { readSafetensors } from '@lin/safetensors/file';
import { loadTeacher } from '@lin/teacher';
import { Session } from '@lin/teacher/onnx';
import { imagesToTensor } from '@lin/train';
import { pythonMissing, runPython } from '../../../tools/python-for-tests.js';
import { AppFolder, type AppResult } from './run-app.js';

const COUNT = 3;
const CLOSE = 1e-4;

/** Slopes of colours, as bytes [COUNT, 112, 112, 3]. */
const crops = Uint8Array.from({ length: COUNT * 112 * 112 * 3 }, (_, at) => {
  const [image, row, column] = [Math.floor(at / 37632), Math.floor(at / 336) % 112, Math.floor(at / 3) % 112];
  return 128 + 100 * Math.sin(image + (at % 3) + (row * (image + 1) + column) / 40);
});

interface Parts {
  gx: ImageFlowOptions;
  A: { inputDim: number; outputDim: number };
  gy: VectorFlowOptions;
}

let app: AppFolder;
let printed: AppResult;
let model: Linearizer<ImageFlow | CnnEncoder>;
let embeddings: Float32Array;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
  await app.takeRun('whole');
  printed = await app.call(['export', '--format', 'onnx', '--format', 'safetensors']);
  const { gx, A, gy } = await app.json<Parts>('runs', 'whole', 'export', 'config.json');
  model = new Linearizer({ gx: new ImageFlow(gx), A: new DenseOperator(A), gy: new VectorFlow(gy) });
  await model.load(exported('model.safetensors'));
  const output = tf.tidy(() => model.apply(images()));
  embeddings = await output.data<'float32'>();
  output.dispose();
});

const exported = (name: string, run = 'whole') => app.file('runs', run, 'export', name);
const images = () => imagesToTensor(crops, [COUNT, 112, 112, 3]);

/** Over the largest number where that is above 1, as these pictures' embeddings are: they are no faces. */
function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  const largest = Array.from(b).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) / largest;
}

/** f†(y) by @lin/linearizer's own operator, channels first. */
async function preimages(): Promise<Float32Array> {
  const f = await (model as Linearizer<ImageFlow>).operator();
  const inverse = f.pinv();
  const planes = tf.tidy(() => tf.transpose(inverse.apply(tf.tensor2d(embeddings, [COUNT, 512])), [0, 3, 1, 2]));
  const values = await planes.data<'float32'>();
  tf.dispose(planes);
  for (const part of [f, inverse]) part.dispose();
  return values;
}

test('the command says what it wrote: opset, shapes, difference', () => {
  const { code, stderr, stdout } = printed;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const said =
    /ONNX {5}\S+student\.onnx: opset 17, image \[batch, 3, 112, 112\] → embedding \[batch, 512\], float32, \d\.\d MB/;
  expect(stdout).toMatch(said);
  expect(stdout).toMatch(/preimage\.onnx: opset 17, embedding \[batch, 512\] → image \[batch, 3, 112, 112\], float32/);
  const differences = [...stdout.matchAll(/differs from the model by at most (\S+) on 8 test images/g)].map(([, d]) =>
    Number(d),
  );
  expect(differences).toHaveLength(2);
  expect(Math.max(...differences)).toBeLessThan(CLOSE);
  expect(stdout).toMatch(/Weights {2}\S+model\.safetensors: \d+ parameters, read back to the last bit/);
});

test('the circle closes: the exported student is a teacher, with the same embeddings', async () => {
  const student = await loadTeacher({ model: exported('student.onnx'), batchSize: 2 }); // the tail is filled up
  try {
    expect([student.embeddingSize, student.standIn]).toEqual([512, false]);
    expect(largestDifference(await student.features(crops), embeddings)).toBeLessThan(CLOSE);
    const { embeddings: units } = await student.embedWithNorms(crops);
    const norm = (row: number) => Math.hypot(...embeddings.subarray(row * 512, (row + 1) * 512));
    const ours = embeddings.map((value, i) => value / norm(Math.floor(i / 512)));
    expect(largestDifference(units, ours)).toBeLessThan(CLOSE);
  } finally {
    await student.close();
  }
});

test('the preimage is that of the operator, and the student gives back the embedding as far as A reaches', async () => {
  const session = await Session.open({ path: exported('preimage.onnx') });
  const { image } = await session.run({ embedding: { data: embeddings, dims: [COUNT, 512] } });
  await session.close();
  expect(largestDifference(image!.data, await preimages())).toBeLessThan(CLOSE);
  const student = await Session.open({ path: exported('student.onnx') });
  const { embedding } = await student.run({ image: { data: image!.data, dims: image!.dims } });
  await student.close();
  expect(largestDifference(embedding!.data, embeddings)).toBeLessThan(CLOSE); // f f† f = f
});

test('the weights are the run’s, with what they are of', async () => {
  const { metadata, tensors } = await readSafetensors(exported('model.safetensors'));
  expect(metadata).toMatchObject({ format: 'lin.linearizer.1', 'lin.run': 'whole', 'lin.weights': 'trained' });
  expect(JSON.parse(metadata['lin.model']!)).toEqual(await app.json('runs', 'whole', 'export', 'config.json'));
  const checkpoint = await readSafetensors(app.file('runs', 'whole', 'checkpoints', 'latest.safetensors'));
  for (const [name, { data }] of tensors) expect(data, name).toEqual(checkpoint.tensors.get(name)!.data);
});

test('the card says what it is, what it reaches, and how it is loaded', async () => {
  const card = await readFile(exported('README.md'), 'utf8');
  const { test: figures } = await app.json<{ test: { cosine: number } }>('runs', 'whole', 'summary.json');
  expect(card).toContain(`| mean cosine to the teacher | ${figures.cosine.toFixed(4)} |`);
  for (const title of ['Files', 'Figures', 'What it is for', 'Limits', 'Loading the ONNX files', 'Loading the weights'])
    expect(card).toContain(`\n## ${title}\n`);
  expect(card).toContain('8 for the test');
  expect(card).toContain(
    '| data | `sample-10x4-seed0/train.rec`: 40 synthetic faces of 10 invented people, drawn by a program: no photograph is among them |',
  );
  expect(card).toContain('what it does on photographs of people was not measured');
  const [, metadata] = /^---\n([\s\S]*?)\n---\n/.exec(card)!;
  expect(load(metadata!)).toMatchObject({
    library_name: 'lin',
    pipeline_tag: 'image-feature-extraction',
    tags: ['face-recognition', 'linearizer', 'distillation'],
    'model-index': [
      {
        results: [
          {
            task: { type: 'image-feature-extraction' },
            dataset: {
              type: 'sample-10x4-seed0',
              name: 'held-out people of sample-10x4-seed0/train.rec (synthetic faces)',
            },
            metrics: [{ type: 'cosine_similarity', value: figures.cosine }, { type: 'accuracy' }],
          },
        ],
      },
    ],
  });
});

const missing = await pythonMissing('onnx', 'onnxruntime', 'numpy');
describe.skipIf(missing)(`Python's onnx and onnxruntime${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  const SCRIPT = fileURLToPath(new URL('onnx_parity.py', import.meta.url));

  async function inPython(name: string, data: Float32Array, sizes: readonly number[]) {
    const [source, target] = [app.file('in.bin'), app.file('out.bin')];
    await writeFile(source, data);
    const said = await runPython([SCRIPT, exported(name), source, target, ...sizes.map(String)]);
    return { said: said.trim(), output: new Float32Array(new Uint8Array(await readFile(target)).buffer) };
  }

  test('find the student whole, and give its embeddings', async () => {
    const planes = tf.tidy(() => tf.transpose(images(), [0, 3, 1, 2]));
    const { said, output } = await inPython('student.onnx', await planes.data<'float32'>(), planes.shape);
    planes.dispose();
    expect(said).toBe(`17 ${COUNT} 512`);
    expect(largestDifference(output, embeddings)).toBeLessThan(CLOSE);
  });

  test('find the preimage whole, and give its images', async () => {
    const { said, output } = await inPython('preimage.onnx', embeddings, [COUNT, 512]);
    expect(said).toBe(`17 ${COUNT} 3 112 112`);
    expect(largestDifference(output, await preimages())).toBeLessThan(CLOSE);
  });
});

test("of the authors' notebook's encoder there is a student, and no preimage", async () => {
  await app.takeRun('encoder');
  const { code, stderr, stdout } = await app.call(['export', '--name', 'encoder', '--output', 'elsewhere']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('no preimage: this g_x has no inverse to the image');
  expect(await exists(app.file('elsewhere', 'preimage.onnx'))).toBe(false);
  const student = await loadTeacher({ model: app.file('elsewhere', 'student.onnx') });
  expect((await student.embed(crops)).length).toBe(COUNT * 512);
  await student.close();
});

test('with an edit that unlearn made, it is the edited model, and the card and the metadata name the forgotten', async () => {
  const made = await app.call(['unlearn', '--identities', '1', '--name', 'whole']);
  expect(made.code).toBe(0);
  const [edit] = await readdir(app.file('runs', 'whole', 'unlearn'));
  const args = ['export', '--name', 'whole', '--format', 'safetensors', '--edit', edit!, '--output', 'edited'];
  const { code, stderr } = await app.call(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [before, after] = await Promise.all(
    [exported('model.safetensors'), app.file('edited', 'model.safetensors')].map((path) => readSafetensors(path)),
  );
  const changed = [...after!.tensors.keys()].filter(
    (name) => !isDeepStrictEqual(after!.tensors.get(name)!.data, before!.tensors.get(name)!.data),
  );
  expect(changed).toEqual(['A.matrix']);
  expect(after!.metadata['lin.forgotten']).toBe('1');
  const card = await readFile(app.file('edited', 'README.md'), 'utf8');
  expect(card).toContain('| unlearned | the people labelled 1, by edits of A |');
  expect(card).toContain('Measured before the edits.');
  expect(card).not.toContain('model-index'); // its figures are not of this model
});

test('an unknown format is refused', async () => {
  const { code, stderr } = await app.call(['export', '--format', 'torchscript']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('Unknown --format torchscript; choose one of onnx, safetensors.'),
  ]);
});
