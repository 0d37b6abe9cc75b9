import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  IMAGE_BYTES,
  noiseImages,
  pickModel,
  SIDE,
  temporaryFolder,
  tensor,
  writeModel,
  type Pick,
} from '../../test/tiny-models.js';
import { TeacherError } from '../errors.js';
import { ATTRIBUTE, encodeModel, INT64, type OnnxNode } from '../onnx/schema.js';
import type { RecogniserConfig } from './inspect-recogniser.js';
import { loadTeacher } from './load-teacher.js';

const PICKS: Pick[] = [
  { row: 0, column: 0, channel: 0 },
  { row: 3, column: 100, channel: 1 },
  { row: 111, column: 7, channel: 2 },
  { row: 50, column: 60, channel: 0 },
];

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

/** What a model of `PICKS` must answer, in float64. */
function expectedEmbedding(
  images: Uint8Array,
  image: number,
  { mean, scale } = { mean: 127.5, scale: 127.5 },
): number[] {
  const raw = PICKS.map(
    ({ row, column, channel }) => (images[image * IMAGE_BYTES + (row * SIDE + column) * 3 + channel]! - mean) / scale,
  );
  return raw.map((value) => value / Math.hypot(...raw));
}

async function refusalOf(load: Promise<unknown>): Promise<string> {
  const error = await load.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TeacherError);
  const { message } = error as TeacherError;
  expect(message).not.toContain('\n');
  return message;
}

describe('embeddings', () => {
  test.each([1, 3, 8])(
    'are those of (x − 127.5)/127.5 in RGB planes, of unit length, in batches of %d',
    async (batchSize) => {
      const teacher = await loadTeacher({
        model: await writeModel(folder, 'dynamic.onnx', pickModel({ picks: PICKS })),
        batchSize,
      });
      const images = noiseImages(7);
      const embeddings = await teacher.embed(images);
      expect(embeddings).toHaveLength(7 * PICKS.length);
      for (let i = 0; i < 7; i++) {
        // float32 of values below 1
        expectedEmbedding(images, i).forEach((value, k) => expect(embeddings[i * 4 + k]).toBeCloseTo(value, 6));
      }
      await teacher.close();
    },
  );

  test('are features before they are scaled to unit length', async () => {
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'raw.onnx', pickModel({ picks: PICKS })),
      batchSize: 2,
    });
    const images = noiseImages(3);
    const features = await teacher.features(images);
    expect(features).toHaveLength(3 * PICKS.length);
    for (let i = 0; i < 3; i++) {
      PICKS.forEach(({ row, column, channel }, k) => {
        expect(features[i * 4 + k]).toBeCloseTo(
          (images[i * IMAGE_BYTES + (row * SIDE + column) * 3 + channel]! - 127.5) / 127.5,
          6,
        );
      });
    }
    await expect(teacher.features(new Uint8Array(5))).rejects.toThrow(TeacherError);
    await teacher.close();
  });

  test('of a model with a fixed batch are computed in that batch', async () => {
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'fixed.onnx', pickModel({ picks: PICKS, batch: 2 })),
    });
    expect(teacher.batchSize).toBe(2);
    const images = noiseImages(3);
    const embeddings = await teacher.embed(images);
    expectedEmbedding(images, 2).forEach((value, k) => expect(embeddings[8 + k]).toBeCloseTo(value, 6));
    await teacher.close();
  });

  test('of a model that scales its own input take bytes as they are', async () => {
    const constant = (name: string, of: number) => tensor(name, [1], Float32Array.of(of));
    const model = pickModel({
      picks: PICKS,
      before: [
        { op_type: 'Sub', name: '_minusscalar0', input: ['input', 'mean'], output: ['centred'], attribute: [] },
        { op_type: 'Mul', name: '_mulscalar0', input: ['centred', 'factor'], output: ['scaled'], attribute: [] },
      ],
      weights: [constant('mean', 100), constant('factor', 0.5)],
    });
    const teacher = await loadTeacher({ model: await writeModel(folder, 'mxnet.onnx', model) });
    const images = noiseImages(1);
    const embeddings = await teacher.embed(images);
    expectedEmbedding(images, 0, { mean: 100, scale: 2 }).forEach((value, k) =>
      expect(embeddings[k]).toBeCloseTo(value, 6),
    );
    await teacher.close();
  });

  test('come with the lengths that they had before', async () => {
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'norms.onnx', pickModel({ picks: PICKS })),
      batchSize: 2,
    });
    const images = noiseImages(3);
    const { embeddings, norms } = await teacher.embedWithNorms(images);
    const features = await teacher.features(images);
    expect(norms).toHaveLength(3);
    features.forEach((value, i) => expect(embeddings[i]! * norms[Math.floor(i / 4)]!).toBeCloseTo(value, 5));
    await teacher.close();
  });

  test('of image files are those of their pixels; a file of another size, or none, is refused', async () => {
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'files.onnx', pickModel({ picks: PICKS })),
      batchSize: 2,
    });
    const images = noiseImages(3);
    const paths = await Promise.all(
      [0, 1, 2].map(async (i) => {
        const path = join(folder, `crop-${i}.png`);
        await sharp(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES), {
          raw: { width: SIDE, height: SIDE, channels: 3 },
        })
          .png()
          .toFile(path);
        return path;
      }),
    );
    expect(await teacher.embed(paths)).toEqual(await teacher.embed(images));
    expect(await teacher.embed(paths[1]!)).toEqual(await teacher.embed(images.subarray(IMAGE_BYTES, 2 * IMAGE_BYTES)));
    const photo = join(folder, 'photo.png');
    await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
      .png()
      .toFile(photo);
    expect(await refusalOf(teacher.embed([paths[0]!, photo]))).toMatch(
      /photo\.png has 300×200 pixels; expected an aligned crop of 112×112/,
    );
    expect(await refusalOf(teacher.embed(join(folder, 'none.png')))).toMatch(/none\.png/);
    await teacher.close();
  });

  test('asked for at once, of several copies of the model, are the same, each to its own images', async () => {
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'pool.onnx', pickModel({ picks: PICKS })),
      batchSize: 2,
      sessions: 2,
      threads: 1,
    });
    const sets = [1, 2, 3, 4, 5, 6].map((seed) => noiseImages(5, seed));
    const together = await Promise.all(sets.map((images) => teacher.embed(images, { batch: 3 })));
    for (const [i, images] of sets.entries()) expect(together[i]).toEqual(await teacher.embed(images));
    await teacher.close();
    expect(await refusalOf(teacher.embed(sets[0]!))).toMatch(/closed/);
  });

  test('leave the event loop free while they are computed', async () => {
    const [images, batchSize] = [64, 4];
    const teacher = await loadTeacher({
      model: await writeModel(folder, 'busy.onnx', pickModel({ picks: Array<Pick>(64).fill(PICKS[0]!) })),
      batchSize,
    });
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await teacher.embed(noiseImages(images).fill(200));
    isDone = true;
    // onnxruntime in this thread lets one or two pass per batch, another thread hundreds
    expect(turns).toBeGreaterThan((3 * images) / batchSize);
    await teacher.close();
  });

  test('without a direction are an error, not NaN', async () => {
    const zeroWeights = pickModel({ picks: PICKS });
    zeroWeights.graph.initializer[0]!.raw_data.fill(0);
    const teacher = await loadTeacher({ model: await writeModel(folder, 'zero.onnx', zeroWeights) });
    expect(await refusalOf(teacher.embed(noiseImages(1)))).toMatch(/zero\.onnx gives an embedding of length 0/);
    expect(await refusalOf(teacher.embed(new Uint8Array(10)))).toMatch(/10 bytes are not whole images/);
    await teacher.close();
  });
});

describe('another teacher', () => {
  const nodes = (...of: Partial<OnnxNode>[]) =>
    of.map((node) => ({ name: 'before', input: ['input'], output: ['scaled'], attribute: [], ...node }) as OnnxNode);

  test('has the scaling and the order of channels that it is said to have', async () => {
    const model = await writeModel(folder, 'bgr.onnx', pickModel({ picks: PICKS }));
    const teacher = await loadTeacher({ model, mean: [10, 20, 30], std: [1, 2, 4], channels: 'bgr' });
    const images = noiseImages(2);
    const features = await teacher.features(images);
    PICKS.forEach(({ row, column, channel }, k) => {
      const colour = 2 - channel; // the network's first channel is blue
      const byte = images[IMAGE_BYTES + (row * SIDE + column) * 3 + colour]!;
      expect(features[PICKS.length + k]).toBeCloseTo((byte - [10, 20, 30][colour]!) / [1, 2, 4][colour]!, 4); // float32 of values up to 255
    });
    await teacher.close();
  });

  test('may take pixels as they lie, [N, 112, 112, 3]', async () => {
    const before = nodes({
      op_type: 'Transpose',
      attribute: [{ name: 'perm', type: ATTRIBUTE.ints, ints: [0, 3, 1, 2] }],
    });
    const model = await writeModel(
      folder,
      'nhwc.onnx',
      pickModel({ picks: PICKS, before, input: ['N', SIDE, SIDE, 3] }),
    );
    const teacher = await loadTeacher({ model });
    const images = noiseImages(2);
    const embeddings = await teacher.embed(images);
    expectedEmbedding(images, 1).forEach((value, k) => expect(embeddings[4 + k]).toBeCloseTo(value, 6));
    await teacher.close();
  });

  test('of several outputs gives the one that is named', async () => {
    const model = await writeModel(folder, 'two.onnx', pickModel({ picks: PICKS, outputs: ['embedding', 'picked'] }));
    expect(await refusalOf(loadTeacher({ model }))).toMatch(/expected one output/);
    expect(await refusalOf(loadTeacher({ model, output: 'features' }))).toMatch(
      /has no output "features"; it has "embedding"/,
    );
    const teacher = await loadTeacher({ model, output: 'embedding', input: 'input', embeddingSize: PICKS.length });
    expect(await teacher.embed(noiseImages(1))).toHaveLength(PICKS.length);
    await teacher.close();
  });

  test('may leave its batch open by −1, and its embedding as [N, size, 1, 1]', async () => {
    const open = pickModel({ picks: PICKS, batch: -1, outputs: ['picked'] });
    open.graph.output[0]!.type.tensor_type.shape.dim.push({ dim_value: 1 }, { dim_value: 1 });
    const teacher = await loadTeacher({ model: await writeModel(folder, 'open.onnx', open), batchSize: 2 });
    expect([teacher.batchSize, teacher.embeddingSize]).toEqual([2, PICKS.length]);
    const images = noiseImages(3);
    const embeddings = await teacher.embed(images);
    expectedEmbedding(images, 2).forEach((value, k) => expect(embeddings[8 + k]).toBeCloseTo(value, 6));
    await teacher.close();
  });

  test.each(['Reshape', 'ReduceMean'] as const)('made for a batch of one by a %s runs image by image', async (kind) => {
    // what InsightFace's own exporter writes: the input's batch is open, the graph's is not
    const model = pickModel({ picks: PICKS });
    model.graph.node.pop();
    const add = (node: Partial<OnnxNode>) => model.graph.node.push(...nodes({ name: kind, ...node }));
    if (kind === 'Reshape') {
      const [one, size] = [1n, BigInt(PICKS.length)];
      model.graph.initializer.push({
        name: 'shape',
        dims: [2],
        data_type: INT64,
        raw_data: new Uint8Array(BigInt64Array.of(one, size).buffer),
      });
      add({ op_type: 'Reshape', input: ['picked', 'shape'], output: ['embedding'] });
    } else {
      add({
        op_type: 'ReduceMean',
        input: ['picked'],
        output: ['embedding'],
        attribute: [
          { name: 'axes', type: ATTRIBUTE.ints, ints: [0, 2, 3] },
          { name: 'keepdims', type: ATTRIBUTE.int, i: 0 },
        ],
      });
      model.graph.output[0]!.type.tensor_type.shape.dim.splice(0, 2);
    }
    const teacher = await loadTeacher({ model: await writeModel(folder, `${kind}.onnx`, model), batchSize: 8 });
    expect([teacher.batchSize, teacher.embeddingSize]).toEqual([1, PICKS.length]);
    expect(teacher.notice).toMatch(/^\w+\.onnx runs image by image: its graph is made for a batch of one \(/);
    const images = noiseImages(3);
    const embeddings = await teacher.embed(images);
    for (let i = 0; i < 3; i++)
      expectedEmbedding(images, i).forEach((value, k) => expect(embeddings[i * 4 + k]).toBeCloseTo(value, 6));
    await teacher.close();
  });

  test('whose scaling is configured otherwise is another one to caches', async () => {
    const model = await writeModel(folder, 'scaled.onnx', pickModel({ picks: PICKS }));
    const fingerprintWith = async (options: RecogniserConfig) => {
      const teacher = await loadTeacher({ model, batchSize: 1, threads: 1, ...options });
      await teacher.close();
      return teacher.fingerprint === teacher.sha256 ? 'the file' : teacher.fingerprint;
    };
    expect(await fingerprintWith({})).toBe('the file');
    expect(await fingerprintWith({ mean: [127.5, 127.5, 127.5], std: 127.5, channels: 'rgb' })).toBe('the file');
    const others = [await fingerprintWith({ std: 128 }), await fingerprintWith({ channels: 'bgr' })];
    expect(new Set([...others, 'the file']).size).toBe(3);
    await refusalOf(loadTeacher({ model, mean: NaN }));
    await refusalOf(loadTeacher({ model, channels: 'grb' as never }));
  });

  test('says where it computes, and why not elsewhere', async () => {
    const model = await writeModel(folder, 'providers.onnx', pickModel({ picks: PICKS }));
    const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml'; // of another system
    const teacher = await loadTeacher({ model, providers: [elsewhere, 'cpu'] });
    expect(teacher.provider).toBe('cpu');
    expect(teacher.skipped).toEqual([
      { provider: elsewhere, reason: expect.stringMatching(/comes without it/) as string },
    ]);
    await teacher.close();
    expect(await refusalOf(loadTeacher({ model, providers: ['gpu' as never] }))).toMatch(
      /providers: gpu; expected some of cpu, cuda/,
    );
  });

  test.each([{ batchSize: 0 }, { sessions: 1.5 }, { threads: -1 }, { std: 0 }])(
    'is not loaded with %j',
    async (options) => {
      const model = await writeModel(folder, 'options.onnx', pickModel({ picks: PICKS }));
      await refusalOf(loadTeacher({ model, ...options }));
    },
  );
});

describe('a file that is not a face recogniser is refused in one sentence', () => {
  const html = '\n<!DOCTYPE html><html><body>404</body></html>';
  test.each<[string, string | Uint8Array, RegExp]>([
    ['an HTML page', html, /is an HTML page, not an ONNX model/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n', /is a Git LFS pointer/],
    ['an empty file', '', /is an empty file/],
    ['text', 'hello', /is not a(n| whole) ONNX model/],
    ['an image', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16), /is not a(n| whole) ONNX model/],
  ])('%s', async (_, content, message) => {
    const path = join(folder, 'bad.onnx');
    await writeFile(path, content);
    expect(await refusalOf(loadTeacher({ model: path }))).toMatch(message);
  });

  test('a model that was cut short, wherever it was cut', async () => {
    const whole = encodeModel(pickModel({ picks: PICKS }));
    for (const share of [0.01, 0.3, 0.7, 0.999]) {
      const path = join(folder, 'cut.onnx');
      await writeFile(path, whole.subarray(0, Math.floor(whole.length * share)));
      expect(await refusalOf(loadTeacher({ model: path }))).toContain('cut.onnx');
    }
  });

  test('a detector, with several outputs', async () => {
    const detector = pickModel({ picks: PICKS, outputs: ['embedding', 'boxes'] });
    expect(await refusalOf(loadTeacher({ model: await writeModel(folder, 'det.onnx', detector) }))).toMatch(
      /not a face recogniser: expected one output .*"boxes"/,
    );
  });

  test('a model of another input size', async () => {
    const wide = pickModel({ picks: PICKS, input: ['N', 3, 192, 192] });
    expect(await refusalOf(loadTeacher({ model: await writeModel(folder, 'wide.onnx', wide) }))).toMatch(
      /expected one input \[N, 3, 112, 112\], found "input" \[N, 3, 192, 192\]/,
    );
  });

  test('a model of another embedding size', async () => {
    const model = await writeModel(folder, 'four.onnx', pickModel({ picks: PICKS }));
    expect(await refusalOf(loadTeacher({ model, embeddingSize: 512 }))).toMatch(
      /embeddings of 4, but model\.embedding_size is 512/,
    );
  });

  test('a graph that onnxruntime cannot run', async () => {
    const unknown = pickModel({ picks: PICKS });
    unknown.graph.node[1]!.op_type = 'NoSuchOperator';
    expect(await refusalOf(loadTeacher({ model: await writeModel(folder, 'op.onnx', unknown) }))).toMatch(
      /cannot be loaded by onnxruntime/,
    );
  });

  test('no file at all', async () => {
    expect(await refusalOf(loadTeacher({ model: join(folder, 'none.onnx') }))).toMatch(
      /There is no file, and no installed InsightFace pack, named .*none\.onnx/,
    );
  });
});
