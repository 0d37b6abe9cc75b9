// Verification of a run's model and its teacher, side by side: on pairs of held-out identities, and on the packs that the config names.
import {
  evaluatePack,
  openVerificationPack,
  RecordError,
  type EmbedFunction,
  type ImagePair,
  type VerificationPack,
} from '@lin/data';
import { embedBy, verificationFigures, type VerificationScore } from '@lin/train';
import { VerificationError, verifyPairs } from '@lin/verification';
import type { Config } from '../config/schema.js';
import { note, progressOf, warn } from '../terminal/console.js';
import { buildModel } from '../prepare/model.js';
import { canBeMeasured } from '../prepare/check-packs.js';
import { heldOutPairs } from './held-out-pairs.js';
import { pixelVectors } from './pixel-vectors.js';
import type { Run } from '../run/run.js';

const HELD_OUT = 'held-out identities';

/** @throws RecordError where a pack is damaged; of an image in it, a warning and the reason in the test's place. */
export async function verifyModels(run: Run): Promise<VerificationScore[]> {
  const tests = [await onHeldOutPairs(run), ...(await onPacks(run))];
  for (const test of tests) note(describeTest(test));
  return tests;
}

/** The teacher's embeddings are those that training used, of the images as they are; so are the student's. */
async function onHeldOutPairs(run: Run): Promise<VerificationScore> {
  const { records } = run.dataset;
  const drawn = heldOutPairs(run.dataset, run.config.data.seed);
  const untrained = buildModel(run.config, run.embeddings.embeddingSize);
  const embed = { student: embedBy(run.model), pixels: pixelVectors, 'untrained student': embedBy(untrained) };
  const { student, ...baselines } = await rowsOfImages(run, drawn, embed).finally(() => untrained.dispose());
  const pairs = drawn.filter(({ first, second }) => student.has(first) && student.has(second)); // without images that are damaged
  const same = pairs.map((pair) => pair.same);
  if (!canBeMeasured(same)) {
    return {
      name: HELD_OUT,
      pairs: same.length,
      student: null,
      teacher: null,
      reason: 'the held-out images give too few pairs of one person and of two',
    };
  }
  const keys = pairs.flatMap(({ first, second }) => [first, second]);
  const figuresOf = (rows: readonly Float32Array[]) =>
    verificationFigures(verifyPairs({ embeddings: concatenated(rows), same }));
  const ofImages = (rows: ReadonlyMap<number, Float32Array>) => figuresOf(keys.map((key) => rows.get(key)!));
  const teacherRows = await run.embeddings.rows(records.positionsOf(keys));
  return {
    name: HELD_OUT,
    pairs: same.length,
    student: ofImages(student),
    teacher: figuresOf([teacherRows]),
    baselines: Object.fromEntries(Object.entries(baselines).map(([name, rows]) => [name, ofImages(rows)])),
  };
}

/** What each of `embed` makes of the pairs' images, by key: every image is read once, however many pairs it is in. */
async function rowsOfImages<Name extends string>(
  run: Run,
  pairs: readonly ImagePair[],
  embed: Record<Name, EmbedFunction>,
): Promise<Record<Name, Map<number, Float32Array>>> {
  const names = Object.keys(embed) as Name[];
  const rows = Object.fromEntries(names.map((name) => [name, new Map()])) as Record<Name, Map<number, Float32Array>>;
  const keys = Float64Array.from(new Set(pairs.flatMap(({ first, second }) => [first, second]))).sort();
  if (keys.length === 0) return rows;
  for await (const batch of run.imagesOf(keys)) {
    for (const name of names) {
      const embeddings = await embed[name](batch.images);
      const size = embeddings.length / batch.size;
      batch.keys.forEach((key, i) => rows[name].set(key, embeddings.slice(i * size, (i + 1) * size)));
    }
  }
  return rows;
}

function concatenated(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}

/** As InsightFace tests: each image and its mirror image. */
async function onPacks({ model, teacher, config }: Run): Promise<VerificationScore[]> {
  const embed = {
    student: embedBy(model),
    teacher: (images: Uint8Array) => teacher.features(images),
    pixels: pixelVectors,
  };
  const tests: VerificationScore[] = [];
  for (const path of config.evaluation.packs) tests.push(await onPack(await openVerificationPack(path), embed, config));
  return tests;
}

/** A damaged image, or pairs of one kind alone, leave out the pack, not what else the run has reached. */
async function onPack(
  pack: VerificationPack,
  embed: Record<'student' | 'teacher' | 'pixels', EmbedFunction>,
  { evaluation }: Config,
): Promise<VerificationScore> {
  const figuresOf = async (who: keyof typeof embed) => {
    const progress = progressOf(`Pairs    ${pack.name}: ${who}`, 'images');
    const onProgress = ({ images, total }: { images: number; total: number }) =>
      progress.update({ done: images, total });
    const report = await evaluatePack(pack, embed[who], { batchSize: evaluation.batch_size, onProgress }).finally(() =>
      progress.close(),
    );
    return verificationFigures(report);
  };
  const test = { name: pack.name, pairs: pack.same.length };
  try {
    return {
      ...test,
      student: await figuresOf('student'),
      teacher: await figuresOf('teacher'),
      baselines: { pixels: await figuresOf('pixels') },
    };
  } catch (error) {
    if (!(error instanceof RecordError || error instanceof VerificationError)) throw error;
    warn(error.message);
    return { ...test, student: null, teacher: null, reason: error.message };
  }
}

function describeTest({ name, pairs, student, teacher, baselines = {}, reason }: VerificationScore): string {
  if (!student || !teacher) return `Pairs    ${name}: not tested: ${reason}`;
  const [own, its] = [student, teacher].map(
    ({ accuracy, accuracyStd, areaUnderCurve, equalErrorRate }) =>
      `accuracy ${(100 * accuracy).toFixed(2)} ± ${(100 * accuracyStd).toFixed(2)} %, ` +
      `AUC ${areaUnderCurve.toFixed(4)}, EER ${(100 * equalErrorRate).toFixed(2)} %`,
  );
  const others = Object.entries(baselines).map(([who, { accuracy }]) => `; ${who} ${(100 * accuracy).toFixed(2)} %`);
  return `Pairs    ${name}, ${pairs} pairs: student ${own}; teacher ${its}${others.join('')}`;
}
