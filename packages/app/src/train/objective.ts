// The objective that a config describes: one loss, or several with weights.
import {
  distillation,
  LOSSES,
  weightedDistillation,
  type DistillationInputs,
  type DistillationScalars,
  type LossTerm,
  type Objective,
} from '@lin/train';
import { MODEL_TERMS } from '../config/objective-terms.js';
import type { Config } from '../config/schema.js';
import type { buildModel } from '../prepare/model.js';

type Model = Pick<ReturnType<typeof buildModel>, 'gx' | 'A' | 'apply'>;
type Term = NonNullable<Config['linearizer']['objective']>[number];

export function buildObjective(
  model: Model,
  { linearizer: { loss, objective } }: Config,
): Objective<DistillationInputs, DistillationScalars> {
  if (objective === null) return distillation(model, LOSSES[loss]);
  const terms = objective.map((term) => [term.loss, termOf(term, model)] as const);
  return weightedDistillation(model, Object.fromEntries(terms));
}

const termOf = ({ loss, weight }: Term, model: Model): LossTerm => ({
  weight,
  ...(loss in LOSSES
    ? { loss: LOSSES[loss as keyof typeof LOSSES] }
    : MODEL_TERMS[loss as keyof typeof MODEL_TERMS](model)),
});
