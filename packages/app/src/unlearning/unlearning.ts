// Making a run's model forget people by an edit of A, and measuring what that did: to them, on images the edit was not made from, and to
// everyone else.
import type { ImagePair } from '@lin/data';
import {
  editedMatrix,
  latentPopulation,
  measureForgetting,
  neutralValue,
  unlearn,
  type BeforeAfter,
  type Forgetting,
  type OperatorEdit,
  type UnlearningMethod,
} from '@lin/linearizer';
import { pickRows, singularValues, type Matrix } from '@lin/operator/linear-algebra';
import { singularValueCurve, type Figure } from '@lin/figures';
import { areaUnderCurveOf, verifyPairs } from '@lin/verification';
import { note } from '../terminal/console.js';
import type { UnlearningRequest } from './unlearning-request.js';
import { UsageError } from '@lin/command-line';
import { canBeMeasured } from '../prepare/check-packs.js';
import { heldOutPairs } from '../evaluate/held-out-pairs.js';
import { cosinesTo, embeddingsOfCores, latentsOf, someKeys, type Latents } from '../latents/latents.js';
import type { Run } from '../run/run.js';
import { operatorHash } from './stored-edits.js';
import { unlearningFigure } from './unlearning-figure.js';

export interface UnlearningReport extends Forgetting {
  method: UnlearningMethod;
  /** Of the A that the edit is for, by `operatorHash`. */
  operator: string;
  /** Directions that the edit takes out. */
  rank: number;
  /** Whose images the edit was made from, and how many of each; `trained`: whether the model was trained on the person. */
  forgotten: { identity: number; enrolledImages: number; trained: boolean }[];
  /** Of A's values on retained training latents, root mean square, relative. */
  retainedChange: number;
  /** On pairs of held-out identities that are not forgotten; null where they are too few. */
  retainedVerification: { pairs: number; accuracy: BeforeAfter; areaUnderCurve: BeforeAfter } | null;
  /**
   * By the loss: does an image's cosine to the teacher tell the forgotten people's training images from images never trained on? Areas
   * under the curve; 0.5 is what forgetting should come to, far below it shows as well as far above. null where none of them was trained
   * on.
   */
  membershipInference: BeforeAfter | null;
}

export interface UnlearningResult {
  edit: OperatorEdit;
  report: UnlearningReport;
  figures: Map<string, Figure>;
}

/** Training images of others that the edit is to leave as they are, at most. */
const RETAINED_IMAGES = 20_000;

/**
 * @throws UsageError for a person who is not in the records, or has fewer than three images there; LinearizerError as `unlearn`.
 */
export async function unlearnPeople(
  run: Run,
  { identities, ...options }: UnlearningRequest,
): Promise<UnlearningResult> {
  const sets = imageSets(run, identities);
  const A = await run.model.A.toMatrix();
  const latents = await latentsOf(run, sets.all);
  const rowOf = new Map(Array.from(latents.keys, (key, row) => [key, row]));
  const rows = (keys: Iterable<number>) => [...keys].flatMap((key) => rowOf.get(key) ?? []); // without damaged images
  const retained = rows(sets.retained);
  const population = {
    latents: pickRows(latents.cores, retained),
    labels: retained.map((row) => latents.labels[row]!),
  };
  const edit = unlearn({
    A,
    identities: new Map(
      identities.map((identity) => [identity, pickRows(latents.cores, rows(sets.enrolled.get(identity)!))]),
    ),
    retained: latentPopulation(population.latents, population.labels),
    ...(options.method === 'least-squares' && {
      destination: await neutralValue({ A, ...population, decode: (values) => run.model.decode(values) }),
    }),
    ...options,
  });
  const edited = editedMatrix(A, [edit]);
  const embeddings = {
    before: await embeddingsOfCores(run, latents.cores, A),
    after: await embeddingsOfCores(run, latents.cores, edited),
  };
  const enrolled = new Set([...sets.enrolled.values()].flat());
  const forgetting = measureForgetting({
    ...embeddings,
    labels: latents.labels,
    forgotten: identities,
    enrolled: Array.from(latents.keys, (key) => enrolled.has(key)),
  });
  const trained = new Set(run.dataset.split.train);
  const report: UnlearningReport = {
    method: edit.method,
    operator: operatorHash(A),
    rank: edit.left.cols,
    forgotten: identities.map((identity) => ({
      identity,
      enrolledImages: sets.enrolled.get(identity)!.length,
      trained: trained.has(sets.enrolled.get(identity)![0]!),
    })),
    retainedChange: edit.retainedChange,
    ...forgetting,
    retainedVerification: verification(sets.pairs, rowOf, embeddings),
    membershipInference: membershipInference(latents, embeddings, {
      members: rows(sets.own).filter((row) => trained.has(latents.keys[row]!)),
      others: rows(sets.neverTrained),
    }),
  };
  printReport(report);
  return { edit, report, figures: figuresOf(A, edited, report) };
}

interface ImageSets {
  /** Ascending. */
  all: Float64Array;
  /** The half of each forgotten person's images that the edit is made from. */
  enrolled: Map<number, number[]>;
  /** All of the forgotten people's. */
  own: number[];
  /** Training images of others. */
  retained: Float64Array;
  /** Of held-out identities that are not forgotten. */
  pairs: ImagePair[];
  neverTrained: Set<number>;
}

function imageSets({ dataset: { records, split }, config: { data } }: Run, identities: readonly number[]): ImageSets {
  const enrolled = new Map<number, number[]>();
  const own: number[] = [];
  for (const identity of identities) {
    const images = [...records.identity(identity)];
    if (images.length < 3) {
      throw new UsageError(
        images.length === 0
          ? `--identities ${identity} is not in ${records.path}; it has ${records.identityCount} identities, e.g. ` +
              `${[...new Set(records.labels)].slice(0, 3).join(', ')}.`
          : `--identities ${identity} has ${images.length} images; expected at least three: ` +
              'one to make the edit from and two to test it on.',
      );
    }
    own.push(...images);
    // every other one, so that an order in them does not count
    enrolled.set(identity, images.filter((_, i) => i % 2 === 0).slice(0, images.length - 2));
  }
  const gone = new Set(identities);
  const others = (keys: Float64Array) => {
    const labels = records.labelsOf(keys);
    return keys.filter((_, i) => !gone.has(labels[i]!));
  };
  const retained = someKeys(others(split.train), RETAINED_IMAGES);
  const pairs = heldOutPairs({ records, split: { ...split, test: others(split.test) } }, data.seed);
  const neverTrained = new Set(pairs.flatMap(({ first, second }) => [first, second]));
  return {
    all: Float64Array.from(new Set([...own, ...retained, ...neverTrained])).sort(),
    enrolled,
    own,
    retained,
    pairs,
    neverTrained,
  };
}

type Embeddings = Record<'before' | 'after', Float32Array>;

function verification(
  pairs: readonly ImagePair[],
  rowOf: ReadonlyMap<number, number>,
  embeddings: Embeddings,
): UnlearningReport['retainedVerification'] {
  const tested = pairs.filter(({ first, second }) => rowOf.has(first) && rowOf.has(second));
  const same = tested.map((pair) => pair.same);
  if (!canBeMeasured(same)) return null;
  const size = embeddings.before.length / rowOf.size;
  const reportOf = (all: Float32Array) => {
    const rows = tested.flatMap(({ first, second }) => [first, second]).map((key) => rowOf.get(key)!);
    const chosen = new Float32Array(rows.length * size);
    rows.forEach((row, i) => chosen.set(all.subarray(row * size, (row + 1) * size), i * size));
    return verifyPairs({ embeddings: chosen, same });
  };
  const [before, after] = [reportOf(embeddings.before), reportOf(embeddings.after)];
  return {
    pairs: same.length,
    accuracy: { before: before.accuracy.mean, after: after.accuracy.mean },
    areaUnderCurve: { before: before.areaUnderCurve, after: after.areaUnderCurve },
  };
}

function membershipInference(
  { targets }: Latents,
  embeddings: Embeddings,
  { members, others }: { members: number[]; others: number[] },
): BeforeAfter | null {
  if (members.length === 0 || others.length === 0) return null;
  const attack = (all: Float32Array) => {
    const cosines = cosinesTo(targets, all);
    return areaUnderCurveOf(
      members.map((row) => cosines[row]!),
      others.map((row) => cosines[row]!),
    );
  };
  return { before: attack(embeddings.before), after: attack(embeddings.after) };
}

function figuresOf(A: Matrix, edited: Matrix, report: UnlearningReport): Map<string, Figure> {
  const curves = [
    { name: 'A', values: singularValues(A) },
    { name: 'A edited', values: singularValues(edited) },
  ];
  return new Map([
    ['forgetting', unlearningFigure(report)],
    ['singular-values', singularValueCurve(curves)],
  ]);
}

function printReport({
  method,
  rank,
  identities,
  retained,
  retainedVerification,
  membershipInference,
}: UnlearningReport): void {
  for (const { identity, testImages, againstTemplate, amongThemselves } of identities) {
    note(
      `Identity ${identity}: on ${testImages} images that the edit was not made from, ` +
        `AUC against the template ${pair(againstTemplate)}, among themselves ${pair(amongThemselves)} (${method}, ` +
        `rank ${rank})`,
    );
  }
  note(
    `Others   mean cosine to before ${retained.meanCosine.toFixed(4)}, ` +
      `lowest ${retained.identities[0]!.cosine.toFixed(4)} (identity ${retained.identities[0]!.identity})`,
  );
  if (retainedVerification)
    note(
      `Pairs    accuracy ${pair(retainedVerification.accuracy)} on ${retainedVerification.pairs} pairs of held-out identities`,
    );
  if (membershipInference) note(`Members  AUC of the loss attack ${pair(membershipInference)}`);
}

const pair = ({ before, after }: BeforeAfter) => `${before.toFixed(4)} → ${after.toFixed(4)}`;
