// A in closed form while g_x and g_y are trained: solved at the end of the training, or every few epochs, and kept where it is better on
// the validation identities, which neither of the networks was trained on.
import * as tf from '@tensorflow/tfjs-core';
import { toTensor } from '@lin/operator';
import { Averaged, type Optimiser, type TrainingPosition } from '@lin/train';
import { closedFormsOf, cosinesWith } from '../closed-form/closed-form.js';
import { ridgePoints } from '../closed-form/on-unseen-people.js';
import { bestRidge, meanOf } from '../closed-form/ridge-choice.js';
import { latentsOf, someKeys } from '../latents/latents.js';
import type { Run } from '../run/run.js';
import { validationKeys } from '../validation/validation-keys.js';
import { isClosedFormKept, type OperatorFigures } from '../run/operator-solution.js';

/** Images that the closed form is fitted to, at most: as many as decide 512 × 512 numbers well, and a part of an epoch's time. */
const TRAINING_IMAGES = 20_000;
/** Encoding shows no progress of its own beside the training's. */
const SILENT = { update: () => {}, close: () => {} };

/** Whether A is to be solved when the training stands at `next`: at the end of an epoch only. */
export function isSolvedAt(next: TrainingPosition, { config }: Pick<Run, 'config'>): boolean {
  const { operator, operator_interval: interval, num_epochs: epochs } = config.linearizer;
  const { epoch, batch } = next.data;
  if (operator === 'gradient' || batch !== 0) return false;
  return epoch >= epochs || (operator === 'alternating' && epoch % interval === 0);
}

/**
 * Solves A for the model as it stands, and puts the solution in its place where it is better; where there is a moving average of the
 * weights, for that, too: each A belongs to its own g_x and g_y. Returns what that gave for the model that is tested.
 */
export async function solveOperator(run: Run, optimiser?: Optimiser): Promise<OperatorFigures> {
  const figures = await solve(run);
  return optimiser instanceof Averaged ? optimiser.whileExchanged(() => solve(run)) : figures;
}

async function solve(run: Run): Promise<OperatorFigures> {
  const { records, split } = run.dataset;
  const A = await run.model.A.toMatrix();
  const labels = records.labelsOf(split.validation);
  const chosenBy = validationKeys({ keys: split.validation, labels }, run.config.validation.images);
  const validation = await latentsOf(run, chosenBy, SILENT);
  const forms = await closedFormsOf(run, await latentsOf(run, someKeys(split.train, TRAINING_IMAGES), SILENT), A);
  const points = await ridgePoints(run, forms, validation);
  const ridge = bestRidge(points);
  const trained = meanOf(await cosinesWith(run, validation, A));
  const closedForm = meanOf(points.find((point) => point.ridge === ridge)!.cosines);
  const figures = { trained, closedForm, ridge };
  if (isClosedFormKept(figures)) tf.tidy(() => run.model.A.matrix.assign(toTensor(forms.at(ridge).matrix)));
  return figures;
}
