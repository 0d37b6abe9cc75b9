// Beside Python's onnxruntime: the same embeddings from the same file, and its tools' int8 and float16 models.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { pythonWith } from '../../test/python.js';
import { IMAGE_BYTES, noiseImages, SIDE, temporaryFolder } from '../../test/tiny-models.js';
import { writeStandInRecogniser } from '../stand-in/stand-in-recogniser.js';
import { loadTeacher } from './load-teacher.js';

const SCRIPT = fileURLToPath(new URL('../../test/onnxruntime_peer.py', import.meta.url));
const COUNT = 16;

let folder: string;
let crops: Uint8Array;
beforeAll(async () => {
  folder = await temporaryFolder();
  crops = pictures(COUNT);
  await writeFile(join(folder, 'crops.bin'), crops);
});

/** A slope of colours each, with noise on it. */
function pictures(count: number): Uint8Array {
  return noiseImages(count).map((noise, at) => {
    const [image, row, column, channel] = [
      Math.floor(at / IMAGE_BYTES),
      Math.floor(at / 3 / SIDE) % SIDE,
      Math.floor(at / 3) % SIDE,
      at % 3,
    ];
    return 100 + 90 * Math.sin(image * (channel + 1) + (row * (image % 5) + column * (image % 3)) / 60) + noise / 5;
  });
}

/** Cosines of rows, row by row. */
function cosines(a: Float32Array, b: Float32Array): number[] {
  const size = a.length / COUNT;
  const dot = (x: Float32Array, y: Float32Array, row: number) => {
    let sum = 0;
    for (let k = row * size; k < (row + 1) * size; k++) sum += x[k]! * y[k]!;
    return sum;
  };
  return Array.from({ length: COUNT }, (_, row) => dot(a, b, row) / Math.sqrt(dot(a, a, row) * dot(b, b, row)));
}

const embedAll = async (model: string) => {
  const teacher = await loadTeacher({ model, batchSize: 5 }); // the tail is filled up
  const features = await teacher.features(crops);
  await teacher.close();
  return features;
};

const python = pythonWith('onnxruntime', 'numpy');
describe.skipIf(!python)(
  `the embeddings of aligned crops${python ? '' : ' (skipped: no Python with onnxruntime and numpy; LIN_TEST_PYTHON names another)'}`,
  () => {
    test.each(['mobilefacenet', 'iresnet-narrow'] as const)(
      "are those of Python's onnxruntime, cosine ≥ 0.99999: %s",
      async (network) => {
        const model = join(folder, `${network}.onnx`);
        await writeStandInRecogniser(model, { network });
        execFileSync(python!, [SCRIPT, 'embed', model, join(folder, 'crops.bin'), join(folder, 'out.bin')]);
        const theirs = new Float32Array((await readFile(join(folder, 'out.bin'))).buffer);
        expect(Math.min(...cosines(await embedAll(model), theirs))).toBeGreaterThanOrEqual(0.99999);
      },
    );
  },
);

const quantiser = pythonWith('onnxruntime.quantization', 'onnxruntime.transformers.float16', 'onnx');
describe.skipIf(!quantiser)(
  `int8 and float16 models of onnxruntime's ` +
    `tools${quantiser ? '' : ' (skipped: no Python with onnxruntime and onnx; LIN_TEST_PYTHON names another)'}`,
  () => {
    let model: string;
    beforeAll(async () => {
      model = join(folder, 'float32.onnx');
      await writeStandInRecogniser(model, { network: 'iresnet-narrow' });
      execFileSync(quantiser!, [SCRIPT, 'quantise', model, join(folder, 'crops.bin'), folder], { stdio: 'ignore' });
    });

    // Losses differ with the network: this one is untrained, and its activations have no outliers that training might give.
    test.each([
      ['half', 0.999],
      ['dynamic', 0.9],
      ['static', 0.9],
    ])('run, and their loss against float32 is measured: %s', async (kind, atLeast) => {
      const similar = cosines(await embedAll(model), await embedAll(join(folder, `${kind}.onnx`)));
      console.log(
        `${kind}: cosine to float32 ${(similar.reduce((sum, value) => sum + value, 0) / COUNT).toFixed(5)} on ` +
          `average, ${Math.min(...similar).toFixed(5)} at least`,
      );
      expect(Math.min(...similar)).toBeGreaterThan(atLeast);
    });
  },
);
