// How strong a ridge should be, from cosines on people that g_x was not trained on, and what is honest to report of it: never on the people
// who chose it (cross-fitting: Stone 1974, https://doi.org/10.1111/j.2517-6161.1974.tb00994.x).

/** What one ridge gives: a cosine for each image. */
export interface RidgePoint {
  ridge: number;
  cosines: Float64Array;
}

/** The ridge of the highest mean cosine on the images `among`; of equal ones, the strongest, which leaves A nearest to what was trained. */
export function bestRidge(points: readonly RidgePoint[], among?: readonly number[]): number {
  const score = ({ cosines }: RidgePoint) => meanOf(among ? among.map((i) => cosines[i]!) : cosines);
  const strongestFirst = [...points].sort((a, b) => b.ridge - a.ridge);
  return strongestFirst.reduce((best, point) => (score(point) > score(best) ? point : best)).ridge;
}

/**
 * A cosine for each image, by the ridge which the people of the other half chose: every second identity is in the one half, the rest in the
 * other. One identity alone chooses nothing: the strongest ridge.
 */
export function crossFitted(points: readonly RidgePoint[], labels: Int32Array): Float64Array {
  const identities = [...new Set(labels)].sort((a, b) => a - b);
  const halfOf = new Map(identities.map((identity, i) => [identity, i % 2]));
  const rows = [0, 1].map((half) => [...labels.keys()].filter((i) => halfOf.get(labels[i]!) === half));
  const ridges = rows.map((among) => (identities.length > 1 ? bestRidge(points, among) : Infinity));
  const strongest = points.reduce((most, point) => (point.ridge > most.ridge ? point : most));
  return Float64Array.from(labels, (label, i) => {
    const ridge = ridges[1 - halfOf.get(label)!];
    return (points.find((point) => point.ridge === ridge) ?? strongest).cosines[i]!;
  });
}

export interface Gain {
  /** Mean difference over images. */
  mean: number;
  /** Of it, from the spread among identities, whose images are alike; NaN for one identity. */
  standardError: number;
  /** `none`: within two standard errors of zero. */
  verdict: 'better' | 'none' | 'worse';
}

/** What `cosines` are above `reference`, image by image. */
export function gainOf(cosines: Float64Array, reference: Float64Array, labels: Int32Array): Gain {
  const differences = cosines.map((cosine, i) => cosine - reference[i]!);
  const mean = meanOf(differences);
  const byIdentity = new Map<number, number>();
  differences.forEach((value, i) => byIdentity.set(labels[i]!, (byIdentity.get(labels[i]!) ?? 0) + value - mean));
  const groups = byIdentity.size;
  const squares = [...byIdentity.values()].reduce((sum, value) => sum + value * value, 0);
  const ofSpread = (Math.sqrt(squares) / labels.length) * Math.sqrt(groups / (groups - 1));
  const standardError = groups > 1 ? ofSpread : NaN;
  const isClear = Math.abs(mean) > 2 * standardError;
  return { mean, standardError, verdict: isClear ? (mean > 0 ? 'better' : 'worse') : 'none' };
}

export const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
