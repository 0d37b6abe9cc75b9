// The objective that a config describes: one loss, or several with weights.
import { ImageFlow, type Invertible } from '@lin/invertible';
import {
  biLipschitz,
  distillation,
  LOSSES,
  negativeLogLikelihood,
  orthogonality,
  weightedDistillation,
  type DistillationInputs,
  type DistillationScalars,
  type LossTerm,
  type Objective,
} from '@lin/train';
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

function termOf({ loss, weight }: Term, { gx, A }: Model): LossTerm {
  switch (loss) {
    case 'orthogonality':
      return { weight, loss: orthogonality(A.matrix) };
    case 'negative-log-likelihood':
      return { weight, lossOf: negativeLogLikelihood(flowOf(gx)) };
    case 'bi-lipschitz':
      return { weight, lossOf: biLipschitz(flowOf(gx)) };
    default:
      return { weight, loss: LOSSES[loss] };
  }
}

/** From images to z; the config was asked for an image flow. */
function flowOf(gx: Model['gx']): Invertible {
  if (gx instanceof ImageFlow) return gx.scales;
  throw new Error('buildObjective: g_x is no image flow.');
}
