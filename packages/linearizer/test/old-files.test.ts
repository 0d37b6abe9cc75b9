// Files that the first 0.1.0 wrote, before files named their writer (linearizer-1 and edits-1 in reference/), and files of other formats.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImageFlow, VectorFlow } from '@lin/invertible';
import { DenseOperator } from '@lin/operator';
import { SafetensorsError } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { Linearizer, readEdits } from '../src/index.js';
import { temporaryFolder } from './tiny.js';

const [LINEARIZER, EDITS] = ['linearizer-1', 'edits-1'].map((name) =>
  fileURLToPath(new URL(`reference/${name}.safetensors`, import.meta.url)),
) as [string, string];

function builtAsThen(): Linearizer {
  return new Linearizer({
    gx: new ImageFlow({
      imageShape: [16, 16, 1],
      latentDim: 4,
      numBlocks: [1, 1, 1],
      hiddenDim: [2, 2, 2],
      coreFlow: { numBlocks: 1, hiddenDim: 4, numLayers: 2 },
    }),
    A: new DenseOperator({ inputDim: 4, outputDim: 3 }),
    gy: new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 4, numLayers: 2 }),
  });
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a Linearizer of the first 0.1.0 loads, and gives the embeddings that it gave then', async () => {
  const model = builtAsThen();
  expect(await model.load(LINEARIZER)).toEqual({ format: 'lin.linearizer.1', note: 'of the first 0.1.0' });
  const x = tf.tensor4d(
    Array.from({ length: 2 * 256 }, (_, i) => Math.sin(i * i)),
    [2, 16, 16, 1],
  );
  const then = [0.7005154490470886, -2.663856506347656, -0.583188533782959];
  const thenOfSecond = [0.06430920213460922, 1.2060165405273438, 0.9512073397636414];
  const now = tf.tidy(() => model.apply(x).dataSync());
  [...then, ...thenOfSecond].forEach((value, i) => expect(now[i]).toBeCloseTo(value, 5)); // float32
  x.dispose();
  model.dispose();
});

test('edits of the first 0.1.0 load to the last digit', async () => {
  expect(await readEdits(EDITS)).toEqual([
    {
      method: 'least-squares',
      identities: [7],
      left: { rows: 3, cols: 1, data: Float64Array.of(-0.5471447484386501, 0.3937027634990417, 0.3782943651938143) },
      right: {
        rows: 4,
        cols: 1,
        data: Float64Array.of(0.32485094398881403, -0.35797916843288796, -0.35856603472307835, 0.09310576729904185),
      },
      retainedChange: 0.2,
    },
  ]);
});

describe('is refused in one sentence that names the version which wrote it:', () => {
  const later = { format: 'lin.linearizer.2', writer: '@lin/linearizer 0.9.2' };
  const checkpoint = { format: 'lin.checkpoint.2', writer: '@lin/train 0.1.0' };
  const readingAModel = async (path: string) => {
    const model = builtAsThen();
    try {
      await model.load(path);
    } finally {
      model.dispose();
    }
  };

  test.each<[string, Record<string, string>, (path: string) => Promise<unknown>, string]>([
    [
      'a Linearizer of a later version',
      later,
      readingAModel,
      'was written as lin.linearizer.2 by @lin/linearizer 0.9.2; @lin/linearizer 0.1.0 reads lin.linearizer.1: ' +
        'install the version that wrote it, or make the file again.',
    ],
    [
      'a checkpoint in place of a Linearizer',
      checkpoint,
      readingAModel,
      'was written as lin.checkpoint.2 by @lin/train 0.1.0, which is another kind of file than lin.linearizer.1; check the path.',
    ],
    [
      'edits of a later version that does not say which it is',
      { format: 'lin.edits.2' },
      readEdits,
      'was written as lin.edits.2 by a version that does not say which it is; @lin/linearizer 0.1.0 reads lin.edits.1: ' +
        'install the version that wrote it, or make the file again.',
    ],
    [
      'a Linearizer in place of edits',
      later,
      readEdits,
      'was written as lin.linearizer.2 by @lin/linearizer 0.9.2, which is another kind of file than lin.edits.1; check the path.',
    ],
  ])('%s', async (_, metadata, read, problem) => {
    const path = join(await temporaryFolder(), 'old.safetensors');
    await writeSafetensors(path, { tensors: new Map(), metadata });
    await expect(read(path)).rejects.toThrow(new SafetensorsError(`${path} ${problem}`));
  });

  test('a Linearizer of this format by another version, of which a parameter has another name now', async () => {
    const path = join(await temporaryFolder(), 'old.safetensors');
    const { tensors } = await readSafetensors(LINEARIZER);
    tensors.delete('A.matrix');
    await writeSafetensors(path, {
      tensors,
      metadata: { format: 'lin.linearizer.1', writer: '@lin/linearizer 0.0.9' },
    });
    await expect(readingAModel(path)).rejects.toThrow(
      `${path} (written by @lin/linearizer 0.0.9): tensor "A.matrix" of shape [3, 4] is missing`,
    );
  });
});

test('weights from elsewhere, which name no format of Lin, load where their names and shapes are the model’s', async () => {
  const path = join(await temporaryFolder(), 'elsewhere.safetensors');
  const { tensors } = await readSafetensors(LINEARIZER);
  await writeSafetensors(path, { tensors, metadata: { format: 'pt' } });
  const model = builtAsThen();
  expect(await model.load(path)).toEqual({ format: 'pt' });
  model.dispose();
});
