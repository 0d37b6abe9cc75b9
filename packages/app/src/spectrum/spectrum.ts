// A run's operator as linear algebra sees it: singular values, rank, eigenvalues where it is square, and beside it the best operator in
// closed form.
import { isInvertible } from '@lin/linearizer';
import {
  conditionOf,
  eigenvalues,
  multiply,
  rankOf,
  singularValues,
  svd,
  transpose,
  type Complex,
  type Matrix,
  type Svd,
} from '@lin/operator';
import { angleHeatMap, eigenvaluePlane, singularValueCurve, type Figure } from '@lin/figures';
import { note } from '../terminal/console.js';
import { closedFormsOf, cosinesWith, type ClosedForm, type ClosedForms } from '../closed-form/closed-form.js';
import { describeGain, onUnseenPeople, type OnUnseenPeople } from '../closed-form/on-unseen-people.js';
import { meanOf } from '../closed-form/ridge-choice.js';
import { latentsOf, someKeys, type Latents } from '../latents/latents.js';
import type { Run } from '../run/run.js';
import { singularImages } from './singular-images.js';

export interface Spectrum {
  operator: {
    rows: number;
    cols: number;
    singularValues: number[];
    /** Singular values above rcond · s₁. */
    rank: number;
    rcond: number;
    /** s₁ over the last that counts. */
    condition: number;
    nuclearNorm: number;
    /** null where A is rectangular. */
    eigenvalues: Complex[] | null;
    /** Dimension of what f maps to zero; null where g_x has no inverse to the image. */
    kernelDimension: number | null;
  };
  closedForm: Omit<ClosedForms, 'at'> &
    Omit<ClosedForm, 'matrix'> &
    Omit<OnUnseenPeople, 'heldOut'> & { singularValues: number[] };
  /**
   * Mean cosine to the teacher with the operator that was trained, and with the one in closed form; g_x and g_y are the same. Held-out
   * images are told by a ridge that their people did not choose.
   */
  cosine: Record<'heldOut' | 'training', { images: number; trained: number; closedForm: number }>;
}

export interface SpectrumResult {
  spectrum: Spectrum;
  figures: Map<string, Figure>;
}

/** As many images as decide 512 × 512 numbers well, and as fit in memory with their latents. */
const TRAINING_IMAGES = 50_000;
const HELD_OUT_IMAGES = 20_000;

export async function spectrumOf(run: Run): Promise<SpectrumResult> {
  const {
    model,
    dataset: { split },
  } = run;
  const A = await model.A.toMatrix();
  const training = await latentsOf(run, someKeys(split.train, TRAINING_IMAGES));
  const heldOut = await latentsOf(run, someKeys(split.test, HELD_OUT_IMAGES));
  const chosenBy = someKeys(split.validation, HELD_OUT_IMAGES);
  const validation = chosenBy.length > 0 ? await latentsOf(run, chosenBy) : undefined;
  const { at, ...forms } = await closedFormsOf(run, training, A);
  const { heldOut: unseen, ...choice } = await onUnseenPeople(run, { ...forms, at }, A, { validation, heldOut });
  const { matrix: best, ...fit } = at(choice.ridge);
  const cosine = {
    heldOut: unseen,
    training: {
      images: training.labels.length,
      trained: meanOf(await cosinesWith(run, training, A)),
      closedForm: meanOf(await cosinesWith(run, training, best)),
    },
  };
  note(
    `Cosine   on held-out identities ${unseen.trained.toFixed(4)} with A as trained, ` +
      `${unseen.closedForm.toFixed(4)} with A in closed form (${forms.images} images, ` +
      `ridge ${choice.ridge}): ${describeGain(choice.gain)}`,
  );
  const [trained, fitted] = [svd(A), svd(best)];
  const operator = describeOperator(A, trained, run);
  note(
    `Operator ${A.rows}×${A.cols}, rank ${operator.rank}, ` +
      `singular values ${trained.s[0]!.toPrecision(3)} … ${trained.s.at(-1)!.toPrecision(3)}`,
  );
  return {
    spectrum: { operator, closedForm: { ...forms, ...choice, ...fit, singularValues: [...fitted.s] }, cosine },
    figures: await figuresOf({ run, trained, fitted, operator, training }),
  };
}

function describeOperator(A: Matrix, { s }: Svd, { model }: Run): Spectrum['operator'] {
  const rcond = Math.max(A.rows, A.cols) * 2 ** -23; // A is kept in float32
  const known = rankOf(s, rcond);
  const pixels = model.gx.imageShape.reduce((product, size) => product * size, 1);
  return {
    rows: A.rows,
    cols: A.cols,
    singularValues: [...s],
    rank: known,
    rcond,
    condition: conditionOf(s, known),
    nuclearNorm: s.reduce((sum, value) => sum + value, 0),
    eigenvalues: A.rows === A.cols ? eigenvalues(A) : null,
    kernelDimension: isInvertible(model.gx) ? pixels - known : null,
  };
}

interface FiguresOptions {
  run: Run;
  trained: Svd;
  fitted: Svd;
  operator: Spectrum['operator'];
  training: Latents;
}

async function figuresOf({ run, trained, fitted, operator, training }: FiguresOptions): Promise<Map<string, Figure>> {
  const figures = new Map([
    [
      'singular-values',
      singularValueCurve(
        [
          { name: 'A as trained', values: trained.s },
          { name: 'A in closed form', values: fitted.s },
        ],
        { threshold: operator.rcond * trained.s[0]! },
      ),
    ],
    ['angles', anglesFigure(trained.V, fitted.V)],
  ]);
  if (operator.eigenvalues)
    figures.set('eigenvalues', eigenvaluePlane(operator.eigenvalues, { title: 'eigenvalues of A' }));
  const { gx } = run.model;
  if (isInvertible(gx))
    figures.set('singular-images', await singularImages({ run, gx, singular: trained, cores: training.cores }));
  return figures;
}

/** Beyond this many directions a cell is too small to read. */
const MOST_DIRECTIONS = 128;

/**
 * The largest angle between what the first i directions of the one operator span and the first j of the other: 0 where one lies in the
 * other.
 */
function anglesFigure(trained: Matrix, fitted: Matrix): Figure {
  const sizes = Array.from({ length: 8 }, (_, k) => 2 ** k).filter(
    (size) => size <= Math.min(MOST_DIRECTIONS, trained.cols),
  );
  const cosines = multiply(transpose(trained), fitted);
  const angles = sizes.flatMap((i) =>
    sizes.map((j) => Math.acos(Math.min(1, singularValues(corner(cosines, i, j)).at(-1)!))),
  );
  return angleHeatMap(
    { rows: sizes.length, cols: sizes.length, data: Float64Array.from(angles) },
    {
      title: 'largest angle between input directions',
      rowNames: sizes.map((size) => `trained, first ${size}`),
      columnNames: sizes.map((size) => `closed form, first ${size}`),
    },
  );
}

/** The first `rows` rows and `cols` columns. */
function corner(a: Matrix, rows: number, cols: number): Matrix {
  return {
    rows,
    cols,
    data: Float64Array.from({ length: rows * cols }, (_, k) => a.data[Math.floor(k / cols) * a.cols + (k % cols)]!),
  };
}
