import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseDamaged } from '../test/damaged-photographs.js';
import { noise } from '../test/noise.js';
import { temporaryFolder } from '../test/tiny-models.js';
import { ARCFACE_TEMPLATE } from './alignment/align-face.js';
import { TeacherError } from './errors.js';
import { FaceAnalyzer, openFaceAnalyzer, type Analysis, type OpenFaceAnalyzerOptions } from './face-analyzer.js';
import { encodeModel } from './onnx/schema.js';
import { MODEL_TASKS } from './packs/published.js';
import type { RgbImage } from './photo/rgb-image.js';
import { loadTeacher } from './recognition/load-teacher.js';
import { teacherOf } from './recognition/teacher-of.js';
import { buildStandInDetector } from './stand-in/scrfd.js';
import { writeStandInPack } from './stand-in/stand-in-pack.js';

/** White ovals on grey: what the stand-in detector takes for faces. */
async function ovals(width: number, height: number, ...centres: [x: number, y: number][]): Promise<RgbImage> {
  const shapes = centres.map(
    ([x, y]) =>
      `<ellipse cx="${x}" cy="${y}" rx="22" ry="28" fill="white"/><circle cx="${x - 8}" cy="${y - 6}" ` +
      `r="4"/><circle cx="${x + 8}" cy="${y - 6}" r="4"/>`,
  );
  const svg = `<svg width="${width}" height="${height}"><rect width="100%" height="100%" fill="#222"/>${shapes.join('')}</svg>`;
  return { data: await sharp(Buffer.from(svg)).flatten().removeAlpha().raw().toBuffer(), width, height };
}

/** Of every number: comparing arrays of a hundred thousand element by element takes seconds. */
function hashOf({ faces }: Analysis): string {
  const hash = createHash('sha256');
  for (const face of faces)
    for (const value of Object.values(face))
      hash.update(
        ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : String(value),
      );
  return `${faces.length} ${hash.digest('hex')}`;
}

let pack: string;
let photo: RgbImage;
let analyzer: FaceAnalyzer;
/** All that `analyzer` finds in `photo`. */
let found: Analysis;
const open = (options: OpenFaceAnalyzerOptions = {}) =>
  openFaceAnalyzer({ pack, detectionSizes: [320], threads: 2, ...options });

beforeAll(async () => {
  pack = await temporaryFolder();
  await writeStandInPack(pack, { seed: 2 });
  photo = await ovals(300, 200, [80, 90], [220, 110]);
  analyzer = await open({ tasks: MODEL_TASKS });
  found = await analyzer.analyze(photo);
});
afterAll(() => analyzer.close());

describe('a photograph', () => {
  test('has faces by falling score, each with all that was asked for', async () => {
    const { width, height, isAlignedCrop, faces } = found;
    expect([width, height, isAlignedCrop]).toEqual([300, 200, false]);
    expect(faces.length).toBeGreaterThan(1);
    expect(faces.map(({ score }) => score)).toEqual(faces.map(({ score }) => score).sort((a, b) => b! - a!));
    for (const face of faces) {
      expect([
        face.box.length,
        face.landmarks.length,
        face.crop.length,
        face.embedding?.length,
        face.landmarks106?.length,
        face.landmarks68?.length,
      ]).toEqual([4, 10, 112 * 112 * 3, 512, 212, 204]);
      expect(face.score).toBeGreaterThanOrEqual(0.5);
      expect(Math.hypot(...face.embedding!)).toBeCloseTo(1, 6);
      expect(face.norm).toBeGreaterThan(0);
      expect(['female', 'male']).toContain(face.sex);
      expect(Number.isInteger(face.age)).toBe(true);
    }
  });

  test('gives each face the embedding of its own crop', async () => {
    const teacher = await loadTeacher({ model: pack, batchSize: 1 });
    for (const { crop, embedding } of found.faces) expect([...(await teacher.embed(crop))]).toEqual([...embedding!]);
    await teacher.close();
  });

  test('is cut to the most prominent faces where fewer are wanted', async () => {
    const { faces } = await analyzer.analyze(photo, { maxFaces: 1 });
    expect(faces).toHaveLength(1);
    expect(found.faces.map(({ box }) => [...box])).toContainEqual([...faces[0]!.box]);
    await expect(analyzer.analyze(photo, { maxFaces: 0 })).rejects.toThrow(/maxFaces is 0/);
  });

  test('with nothing in it has no faces', async () => {
    expect(await analyzer.analyze({ data: new Uint8Array(100 * 80 * 3).fill(90), width: 100, height: 80 })).toEqual({
      width: 100,
      height: 80,
      isAlignedCrop: false,
      faces: [],
      unaligned: [],
    });
  });

  test('gives the same faces among many at a time as alone', async () => {
    const photos = await Promise.all([photo, ovals(200, 300, [100, 100]), ovals(160, 160, [80, 80])]);
    const alone = [];
    const hashed = async (one: RgbImage) => hashOf(await analyzer.analyze(one, { maxFaces: 3 }));
    for (const one of photos) alone.push(await hashed(one));
    const together = await Promise.all([...photos, ...photos, ...photos].map(hashed));
    expect(together).toEqual([...alone, ...alone, ...alone]);
  });

  test('shown in two sizes has the faces of either', async () => {
    const both = await open({ tasks: ['detection'], detectionSizes: [128, 320] });
    const scores = (await both.analyze(photo)).faces.map(({ score }) => score!);
    for (const size of [128, 320]) {
      const one = await open({ tasks: ['detection'], detectionSizes: [size] });
      const [best] = (await one.analyze(photo)).faces;
      if (best) expect(Math.max(...scores)).toBeGreaterThanOrEqual(best.score!);
      await one.close();
    }
    await both.close();
  });

  test('shown in no stated size is shown in 128 and in 640, as InsightFace 2 does', async () => {
    const [standard, both] = [
      await openFaceAnalyzer({ pack, tasks: ['detection'], threads: 2 }),
      await open({ tasks: ['detection'], detectionSizes: [128, 640, 128] }),
    ];
    expect(hashOf(await standard.analyze(photo))).toBe(hashOf(await both.analyze(photo)));
    await standard.close();
    await both.close();
  });

  test('has its faces aligned only as far as they are wanted, and those whose points coincide apart', async () => {
    const landmarks = (x: number) => Float32Array.from(ARCFACE_TEMPLATE, (value, i) => value + (i % 2 === 0 ? x : 0));
    const detections = [0, 20, 40].map((x) => ({
      box: Float32Array.of(x, 0, x + 100, 100),
      score: 0.9,
      landmarks: landmarks(x),
    }));
    const point = { box: Float32Array.of(0, 0, 9, 9), score: 0.8, landmarks: new Float32Array(10).fill(5) };
    const detector = { detect: () => Promise.resolve([...detections, point]), close: () => Promise.resolve() };
    const fake = new FaceAnalyzer({ detector: detector as never, crops: new Map() }, {});
    const all = await fake.analyze(photo);
    expect([all.faces.length, all.unaligned]).toEqual([3, [point]]);
    const one = await fake.analyze(photo, { maxFaces: 1 });
    expect(one.faces.map(({ box }) => box[0])).toEqual([40]); // the nearest to the middle
    await fake.close();
  });

  test('whose recogniser fails for a face is named with that face', async () => {
    const path = join(await temporaryFolder(), 'photo.png');
    await sharp(photo.data, { raw: { width: 300, height: 200, channels: 3 } })
      .png()
      .toFile(path);
    const landmarks = Float32Array.from(ARCFACE_TEMPLATE);
    const detections = [0, 1].map(() => ({ box: Float32Array.of(0, 0, 50, 50), score: 0.9, landmarks }));
    const failing = teacherOf({
      ...{ name: 'nan', path: 'nan.onnx', sha256: '0', embeddingSize: 2 },
      run: (crops) => Promise.resolve(new Float32Array(crops.length / 18816).fill(NaN)),
      close: () => Promise.resolve(),
    });
    const detector = { detect: () => Promise.resolve(detections), close: () => Promise.resolve() };
    const fake = new FaceAnalyzer({ detector: detector as never, teacher: failing, crops: new Map() }, {});
    await expect(fake.analyze(path)).rejects.toThrow(/photo\.png: face 0: nan\.onnx gives numbers that are not finite/);
    await fake.close();
  });

  test('of exactly 112×112 is taken as an aligned crop, and no detector is asked', async () => {
    const crop = noise(112, 112);
    const recogniserOnly = await open({ tasks: ['recognition'] });
    for (const each of [analyzer, recogniserOnly]) {
      const { isAlignedCrop, faces } = await each.analyze(crop);
      expect(isAlignedCrop).toBe(true);
      expect(faces).toHaveLength(1);
      expect(faces[0]!.score).toBeNull();
      expect(Buffer.compare(faces[0]!.crop, crop.data)).toBe(0);
      ARCFACE_TEMPLATE.forEach((value, i) => expect(faces[0]!.landmarks[i]).toBeCloseTo(value, 4));
    }
    await expect(recogniserOnly.analyze(noise(113, 112))).rejects.toThrow(/113×112 pixels needs the task "detection"/);
    await recogniserOnly.close();
  });
});

describe('a damaged photograph', () => {
  test('is an error of its own each of 100 times, and the analyzer works on', async () => {
    await refuseDamaged(analyzer, photo, 100);
    expect(hashOf(await analyzer.analyze(photo))).toBe(hashOf(found));
  });

  test('whose bytes were changed anywhere is refused or read, never anything else', async () => {
    const jpeg = await sharp(photo.data, { raw: { width: 300, height: 200, channels: 3 } })
      .jpeg()
      .toBuffer();
    const detector = await open({ tasks: ['detection'] });
    for (let i = 0; i < 30; i++) {
      const bytes = Buffer.from(jpeg);
      bytes[(i * 7919) % bytes.length]! ^= 1 << (i % 8);
      const result = await detector.analyze(bytes).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(TeacherError);
      else expect(result).toHaveProperty('faces');
    }
    await detector.close();
  });
});

describe('an analyzer is refused in one sentence', () => {
  const refusal = async (options: OpenFaceAnalyzerOptions) => {
    const error = (await open(options).then(
      () => undefined,
      (reason: unknown) => reason,
    )) as Error;
    expect(error).toBeInstanceOf(TeacherError);
    expect(error.message).not.toContain('\n');
    return error.message;
  };
  const written = async (name: string, model: ReturnType<typeof buildStandInDetector>) => {
    const path = join(await temporaryFolder(), name);
    await writeFile(path, encodeModel(model));
    return path;
  };

  test('for a detector without landmarks', async () => {
    const model = buildStandInDetector();
    model.graph.output.length = 6;
    expect(await refusal({ models: { detection: await written('six.onnx', model) } })).toMatch(
      /finds faces without landmarks \(6 outputs\).*use det_10g/,
    );
  });

  test('for a detector of other outputs', async () => {
    const model = buildStandInDetector();
    model.graph.output.length = 7;
    expect(await refusal({ models: { detection: await written('seven.onnx', model) } })).toMatch(
      /is not an SCRFD detector: it has 7 outputs, expected 9/,
    );
  });

  test('for a recogniser in the place of a detector', async () => {
    expect(await refusal({ models: { detection: join(pack, 'w600k_r50.onnx') } })).toMatch(
      /is not an SCRFD detector: it has 1 outputs/,
    );
  });

  test('for a network of other numbers than its task has', async () => {
    const swapped = await open({
      tasks: ['detection', 'landmarks106'],
      models: { landmarks106: join(pack, '1k3d68.onnx') },
    });
    await expect(swapped.analyze(photo)).rejects.toThrow(/1k3d68\.onnx gives 3309 numbers for a face; expected 212/);
    await swapped.close();
  });

  test('for a pack that lacks what is asked for', async () => {
    const empty = await temporaryFolder();
    await writeFile(join(empty, 'det_10g.onnx'), encodeModel(buildStandInDetector()));
    expect(await refusal({ pack: empty, tasks: ['detection', 'genderAge'] })).toMatch(/holds no model for age and sex/);
  });

  test.each<[string, OpenFaceAnalyzerOptions, RegExp]>([
    ['sizes that are not multiples of 32', { detectionSizes: [300] }, /detectionSizes: 300; expected multiples of 32/],
    ['no sizes', { detectionSizes: [] }, /detectionSizes: an empty list/],
    ['a score above 1', { minScore: 2 }, /minScore is 2; expected a number from 0 to 1/],
    ['an overlap that is not a number', { maxOverlap: NaN }, /maxOverlap is NaN/],
    ['an unknown task', { tasks: ['mood' as 'detection'] }, /tasks: mood; expected some of recognition/],
    ['no tasks', { tasks: [] }, /tasks: an empty list/],
  ])('for %s', async (_, options, message) => expect(await refusal(options)).toMatch(message));

  test('for analysis after it was closed', async () => {
    const closed = await open({ tasks: ['detection'] });
    await closed.close();
    await closed.close();
    await expect(closed.analyze(photo)).rejects.toThrow(TeacherError);
  });
});
