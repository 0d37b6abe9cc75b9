// Which step has been the best on validation so far, and whether it has been too long since.
import type { BestSoFar } from '@lin/train';
import type { Config } from '../config/schema.js';
import type { ValidationFigures } from './validation.js';

type Choice = Pick<Config['validation'], 'figure' | 'patience'>;

const valueOf = ({ cosine, accuracy, inverseError }: ValidationFigures, figure: Choice['figure']) =>
  ({ cosine, accuracy, inverse_error: inverseError })[figure];

/** Whether `value` is better than `than`; equal is not. */
const isBetter = (value: number, than: number, figure: string) =>
  figure === 'inverse_error' ? value < than : value > than;

/** After one more validation. What was chosen by another figure is forgotten; a figure that was not measured is not better. */
export function bestSoFar(
  before: BestSoFar | undefined,
  step: number,
  figures: ValidationFigures,
  { figure }: Choice,
): BestSoFar | undefined {
  const known = before?.figure === figure ? before : undefined;
  const value = valueOf(figures, figure);
  if (value !== undefined && (!known || isBetter(value, known.value, figure))) return { step, figure, value, since: 0 };
  return known && { ...known, since: known.since + 1 };
}

/** Whether training is to end, since nothing has become better for as long as `patience` says. */
export const isOutOfPatience = (best: BestSoFar | undefined, { patience }: Choice): boolean =>
  best !== undefined && patience !== null && best.since >= patience;
