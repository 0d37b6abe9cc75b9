// What an edit did, from embeddings before and after it: to the forgotten people, on images the edit was not made from, and to everyone
// else.
import { dotInOrder } from '@lin/operator/linear-algebra';
import { areaUnderCurveOf } from '@lin/verification';
import { LinearizerError } from '../errors.js';

export interface ForgettingOptions {
  /** Embeddings of the same images by the network as it was and as it is, [count · size] each, of any lengths. */
  before: Float32Array;
  after: Float32Array;
  /** Of each image, [count]. */
  labels: ArrayLike<number>;
  forgotten: readonly number[];
  /** Whether the edit was made from the image, [count]; the rest of a forgotten identity's images are the test. */
  enrolled: ArrayLike<boolean>;
}

/** Areas under the ROC curve: 1 recognises always, 0.5 is chance. */
export interface BeforeAfter {
  before: number;
  after: number;
}

export interface IdentityForgetting {
  identity: number;
  /** Images the edit was not made from. */
  testImages: number;
  /**
   * Against the template that the original network made of the enrolled images: does it match the person's test images rather than those of
   * others? This is who holds old templates and asks the new network.
   */
  againstTemplate: BeforeAfter;
  /**
   * Both images by one network: do two test images of the person match each other rather than one of them and someone else's? NaN with
   * fewer than two.
   */
  amongThemselves: BeforeAfter;
  /** Mean cosine of a test image's embedding after to that before. */
  cosine: number;
}

export interface Forgetting {
  /** 1 − |AUC after − ½| / |AUC before − ½| against the template, averaged over the identities: 0 nothing forgotten, 1 chance. */
  score: number;
  identities: IdentityForgetting[];
  /** Everyone else: mean cosine of the embedding after to that before, over identities; and each, the most changed first. */
  retained: { meanCosine: number; identities: { identity: number; cosine: number }[] };
}

/**
 * What an edit did: whether the forgotten people are still recognised on images the edit was not made from, by areas under the ROC curve,
 * and how far everyone else's embeddings moved.
 * @throws LinearizerError where an identity to be forgotten has no enrolled image or no other one, or no image is of anyone else.
 * @example
 * ```ts
 * import { measureForgetting } from '@lin/linearizer';
 *
 * const { score, identities, retained } = measureForgetting({
 *   before: Float32Array.of(1, 0, 3, 0, 0, 1, 0, 2), // four embeddings of two numbers
 *   after: Float32Array.of(1, 0, 0, 5, 0, 1, 0, 2),
 *   labels: [1, 1, 2, 2],
 *   forgotten: [1],
 *   enrolled: [true, false, false, false],
 * });
 * console.log(score, identities[0]!.againstTemplate, retained.meanCosine);
 * ```
 * ```text
 * 1 { before: 1, after: 0.5 } 1
 * ```
 */
export function measureForgetting({ before, after, labels, forgotten, enrolled }: ForgettingOptions): Forgetting {
  const images = { before: unitRows(before, labels.length), after: unitRows(after, labels.length) };
  const gone = new Set(forgotten);
  const others = indicesWhere(labels, (label) => !gone.has(label));
  if (others.length === 0)
    throw new LinearizerError(
      'measureForgetting: every image is of someone to be forgotten; expected images of others beside them.',
    );
  const identities = forgotten.map((identity) => ofIdentity(identity, images, { labels, enrolled, others }));
  const retained = cosinesByIdentity(images, labels, others).sort((a, b) => a.cosine - b.cosine);
  return {
    score: mean(
      identities.map(({ againstTemplate: { before: was, after: is } }) =>
        Math.max(0, 1 - Math.abs(is - 0.5) / Math.abs(was - 0.5)),
      ),
    ),
    identities,
    retained: { meanCosine: mean(retained.map(({ cosine }) => cosine)), identities: retained },
  };
}

type Rows = Float64Array[];
type Images = Record<'before' | 'after', Rows>;

function ofIdentity(
  identity: number,
  images: Images,
  { labels, enrolled, others }: Pick<ForgettingOptions, 'labels' | 'enrolled'> & { others: number[] },
): IdentityForgetting {
  const own = indicesWhere(labels, (label) => label === identity);
  const [known, test] = [own.filter((i) => enrolled[i]), own.filter((i) => !enrolled[i])];
  if (known.length === 0 || test.length === 0) {
    throw new LinearizerError(
      `measureForgetting: identity ${identity} has ${known.length} enrolled and ${test.length} other images; ` +
        'expected at least one of each.',
    );
  }
  const template = sumOf(known.map((i) => images.before[i]!));
  const matchTemplate = (rows: Rows) =>
    areaUnderCurveOf(
      test.map((i) => dotInOrder(rows[i]!, template)),
      others.map((i) => dotInOrder(rows[i]!, template)),
    );
  const matchEachOther = (rows: Rows) => {
    const genuine = test.flatMap((i, k) => test.slice(k + 1).map((j) => dotInOrder(rows[i]!, rows[j]!)));
    const impostors = test.flatMap((i) => others.map((j) => dotInOrder(rows[i]!, rows[j]!)));
    return areaUnderCurveOf(genuine, impostors);
  };
  const beforeAfter = (measure: (rows: Rows) => number): BeforeAfter => ({
    before: measure(images.before),
    after: measure(images.after),
  });
  return {
    identity,
    testImages: test.length,
    againstTemplate: beforeAfter(matchTemplate),
    amongThemselves: beforeAfter(matchEachOther),
    cosine: mean(test.map((i) => dotInOrder(images.before[i]!, images.after[i]!))),
  };
}

function cosinesByIdentity({ before, after }: Images, labels: ArrayLike<number>, images: number[]) {
  const cosines = new Map<number, number[]>();
  for (const i of images) {
    const cosine = dotInOrder(before[i]!, after[i]!);
    const known = cosines.get(labels[i]!);
    if (known) known.push(cosine);
    else cosines.set(labels[i]!, [cosine]);
  }
  return [...cosines].map(([identity, values]) => ({ identity, cosine: mean(values) }));
}

function unitRows(embeddings: Float32Array, count: number): Rows {
  const size = embeddings.length / count;
  if (!Number.isInteger(size) || size === 0)
    throw new LinearizerError(
      `measureForgetting: there are ${embeddings.length} numbers for ${count} images; expected the same number for each.`,
    );
  return Array.from({ length: count }, (_, i) => {
    const row = Float64Array.from(embeddings.subarray(i * size, (i + 1) * size));
    const length = Math.sqrt(dotInOrder(row, row)) || 1;
    return row.map((value) => value / length);
  });
}

function sumOf(rows: Rows): Float64Array {
  const sum = new Float64Array(rows[0]!.length);
  for (const row of rows) row.forEach((value, j) => (sum[j]! += value));
  return sum;
}

function indicesWhere(labels: ArrayLike<number>, test: (label: number) => boolean): number[] {
  return Array.from(labels, (label, i) => (test(label) ? i : -1)).filter((i) => i >= 0);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
