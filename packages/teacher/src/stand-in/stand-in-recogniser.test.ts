import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { noiseImages, temporaryFolder } from '../../test/tiny-models.js';
import { pythonWith } from '../../test/python.js';
import { TeacherError } from '../errors.js';
import { decodeModel } from '../onnx/schema.js';
import { PUBLISHED_MODELS } from '../packs/published.js';
import { loadTeacher } from '../recognition/load-teacher.js';
import { writeStandInRecogniser } from './stand-in-recogniser.js';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

/** Weights are nearly all of a file: within 2 % of the published one's size, the shape is the same. */
test('mobilefacenet has the size of w600k_mbf.onnx', async () => {
  const path = join(folder, 'mobilefacenet.onnx');
  await writeStandInRecogniser(path, { network: 'mobilefacenet' });
  const { size } = await stat(path);
  expect(Math.abs(size / PUBLISHED_MODELS['w600k_mbf.onnx']!.bytes - 1)).toBeLessThan(0.02);
});

describe.each(['mobilefacenet', 'iresnet-narrow'] as const)('%s', (network) => {
  test("has the signature of InsightFace's files", async () => {
    const path = join(folder, `${network}-signature.onnx`);
    await writeStandInRecogniser(path, { network, embeddingSize: 128 });
    const { graph, opset_import } = decodeModel(await readFile(path));
    const dims = (value: (typeof graph.input)[number]) =>
      value.type.tensor_type.shape.dim.map(({ dim_value, dim_param }) => dim_param || dim_value);
    expect(graph.input.map((value) => [value.name, dims(value)])).toEqual([['input.1', ['None', 3, 112, 112]]]);
    expect(graph.output.map(dims)).toEqual([[1, 128]]);
    expect(opset_import.map(({ version }) => version)).toEqual([11]);
  });

  test('embeds batches of any size, different pictures differently', async () => {
    const path = join(folder, `${network}-runs.onnx`);
    await writeStandInRecogniser(path, { network, embeddingSize: 1024, seed: 3 });
    const teacher = await loadTeacher({ model: path, batchSize: 2, embeddingSize: 1024 });
    expect(teacher.standIn).toBe(true);
    const embeddings = await teacher.embed(noiseImages(3));
    expect(embeddings).toHaveLength(3 * 1024);
    expect(await teacher.embed(noiseImages(3), { batch: 3 })).toEqual(expect.objectContaining({ length: 3 * 1024 }));
    expect(embeddings.subarray(0, 1024)).not.toEqual(embeddings.subarray(1024, 2048));
    await teacher.close();
  });
});

test('the same seed gives the same bytes, another one others', async () => {
  const written = async (name: string, seed: number) => {
    await writeStandInRecogniser(join(folder, name), { network: 'mobilefacenet', embeddingSize: 128, seed });
    return readFile(join(folder, name));
  };
  const first = await written('a.onnx', 1);
  expect(first.equals(await written('b.onnx', 1))).toBe(true);
  expect(first.equals(await written('c.onnx', 2))).toBe(false);
});

test('options out of range are refused', async () => {
  const path = join(folder, 'x.onnx');
  await expect(writeStandInRecogniser(path, { network: 'resnet' as never })).rejects.toThrow(TeacherError);
  await expect(writeStandInRecogniser(path, { embeddingSize: 0 })).rejects.toThrow(/embeddingSize is 0/);
});

const python = pythonWith('onnx');
test.skipIf(!python)(`is valid to ONNX's own checker${python ? '' : ' (skipped: no Python with onnx)'}`, async () => {
  for (const network of ['iresnet18', 'mobilefacenet', 'iresnet-narrow'] as const) {
    const path = join(folder, `${network}-checked.onnx`);
    await writeStandInRecogniser(path, { network });
    const { status, stderr } = spawnSync(
      python!,
      ['-c', 'import onnx, sys; onnx.checker.check_model(sys.argv[1], full_check=True)', path],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  }
});
