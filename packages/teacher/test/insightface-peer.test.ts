// The whole way from a photograph to its faces beside InsightFace's steps in Python (numpy, OpenCV, onnxruntime), and embeddings beside
// float64.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleFace } from '@lin/data';
import { describe, expect, test } from 'vitest';
import { ARCFACE_TEMPLATE } from '../src/alignment/align-face.js';
import { similarityBetween } from '../src/alignment/similarity.js';
import { openFaceAnalyzer } from '../src/face-analyzer.js';
import { MODEL_TASKS } from '../src/packs/published.js';
import type { RgbImage } from '../src/photo/rgb-image.js';
import { loadTeacher } from '../src/recognition/load-teacher.js';
import { sampleTeacher } from '../src/sample-teacher.js';
import { writeStandInPack } from '../src/stand-in/stand-in-pack.js';
import { noise } from './noise.js';
import { drawnPhoto, PHOTOS, realPhotos } from './photographs.js';
import { pythonWith } from './python.js';
import { temporaryFolder } from './tiny-models.js';

const SCRIPT = fileURLToPath(new URL('reference_insightface.py', import.meta.url));

interface PythonFace {
  box: number[];
  score: number;
  landmarks: number[];
  matrix: number[];
  crop: number[];
  embedding: number[];
  sex: string;
  age: number;
  landmarks106: number[];
  landmarks68: number[];
}

function python<Answer>(interpreter: string, job: unknown): Answer {
  const { stdout, stderr, status } = spawnSync(interpreter, [SCRIPT], {
    input: JSON.stringify(job),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) [dot, aa, bb] = [dot + a[i]! * b[i]!, aa + a[i]! ** 2, bb + b[i]! ** 2];
  return dot / Math.sqrt(aa * bb);
};
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)),
    a.length === b.length ? 0 : Infinity,
  );

/** Noise in squares of 23 pixels: finer noise has no contrast where a detector looks at means. */
function patches(width: number, height: number): RgbImage {
  const { data } = noise(width, height);
  const start = (i: number, side: number) => Math.floor(i / side) * side;
  const pixel = (i: number) => start(Math.floor(i / width), 23) * width + start(i % width, 23);
  return { data: Uint8Array.from(data, (_, i) => data[3 * pixel(Math.floor(i / 3)) + (i % 3)]!), width, height };
}

const MAX_FACES_COMPARED = 40;

async function compare(interpreter: string, photos: RgbImage[], detectionSize: number, minScore = 0.5): Promise<void> {
  const folder = await temporaryFolder();
  await writeStandInPack(folder, { seed: 4 });
  const files = photos.map((_, i) => join(folder, `${i}.rgb`));
  await Promise.all(photos.map(({ data }, i) => writeFile(files[i]!, data)));
  const theirs = python<{ opencv: string; photos: PythonFace[][] }>(interpreter, {
    pack: folder,
    photos: photos.map(({ width, height }, i) => ({ file: files[i], width, height })),
    detSize: detectionSize,
    minScore,
  });
  const analyzer = await openFaceAnalyzer({
    pack: folder,
    tasks: MODEL_TASKS,
    detectionSizes: [detectionSize],
    minScore,
    threads: 2,
  });
  // OpenCV 5 warps at exact positions, OpenCV 4 and Lin at 1/32 pixel: byte for byte the same as 4, and near 5 on pictures that are no
  // noise.
  const isSame = !theirs.opencv.startsWith('5');
  let compared = 0;
  for (const [i, photo] of photos.entries()) {
    const { faces } = await analyzer.analyze(photo);
    expect(faces).toHaveLength(theirs.photos[i]!.length);
    for (const [k, face] of faces.entries()) {
      if (compared++ > MAX_FACES_COMPARED) break;
      const their = theirs.photos[i]![k]!;
      expect(largestDifference(face.box, their.box)).toBeLessThan(1e-4);
      expect(largestDifference(face.landmarks, their.landmarks)).toBeLessThan(1e-4);
      expect(Math.abs(face.score! - their.score)).toBeLessThan(1e-6);
      const { a, b, tx, ty } = similarityBetween(face.landmarks, ARCFACE_TEMPLATE);
      expect(largestDifference([a, -b, tx, b, a, ty], their.matrix)).toBeLessThan(1e-9);
      const cosineHere = cosine(face.embedding!, their.embedding);
      if (isSame) {
        expect(largestDifference(face.crop, their.crop)).toBe(0);
        expect(cosineHere).toBeGreaterThan(0.999999);
        expect(largestDifference(face.landmarks106!, their.landmarks106)).toBeLessThan(1e-3); // float32 of pixels in the hundreds
        expect(largestDifference(face.landmarks68!, their.landmarks68)).toBeLessThan(1e-3);
        expect([face.sex, face.age]).toEqual([their.sex, their.age]);
      } else {
        expect(cosineHere).toBeGreaterThan(0.999);
      }
      expect(Math.abs(face.norm! / Math.hypot(...their.embedding) - 1)).toBeLessThan(isSame ? 1e-5 : 0.02);
    }
  }
  expect(compared).toBeGreaterThan(0);
  await analyzer.close();
}

const interpreter = pythonWith('numpy', 'cv2', 'onnxruntime');
const withoutPython = interpreter
  ? ''
  : ' (SKIPPED: no Python with numpy, cv2 and onnxruntime; LIN_TEST_PYTHON names one)';

describe.skipIf(!interpreter)(
  `beside Python${withoutPython}, faces have the same places, crops, embeddings, landmarks, sex and age`,
  () => {
    test('in pictures of drawn people', async () => {
      const { image } = drawnPhoto(400, [
        { identity: 3, scale: 1.4, angle: 0.2, x: 30, y: 20 },
        { identity: 8, scale: 1.1, angle: -0.3, x: 230, y: 240 },
      ]);
      await compare(interpreter!, [image], 320);
    });

    test('in patches of noise of any shape, enlarged, reduced and halved', async () => {
      await compare(interpreter!, [patches(200, 90), patches(61, 300), patches(640, 320)], 320, 0.95);
    });

    test.skipIf(!PHOTOS)(`in photographs${PHOTOS ? '' : ' (SKIPPED: LIN_TEST_PHOTOS names no folder)'}`, async () => {
      await compare(interpreter!, await realPhotos(12), 640);
    });
  },
);

const withOnnx = pythonWith('numpy', 'cv2', 'onnx');
test.skipIf(!withOnnx)(
  'embeddings of aligned crops are those of float64 to a cosine of ' +
    `0.99999${withOnnx ? '' : ' (SKIPPED: no Python with numpy, cv2 and onnx)'}`,
  async () => {
    const folder = await temporaryFolder();
    const crops = [1, 2, 3].map((identity) => sampleFace({ identity }).pixels);
    const files = crops.map((_, i) => join(folder, `${i}.rgb`));
    await Promise.all(crops.map((pixels, i) => writeFile(files[i]!, pixels)));
    const { embeddings } = python<{ embeddings: number[][] }>(withOnnx!, {
      float64: await sampleTeacher(),
      crops: files,
    });
    const teacher = await loadTeacher({ pack: 'sample', threads: 2 });
    for (const [i, pixels] of crops.entries())
      expect(cosine(await teacher.embed(pixels), embeddings[i]!)).toBeGreaterThan(0.9999999);
    await teacher.close();
  },
);
