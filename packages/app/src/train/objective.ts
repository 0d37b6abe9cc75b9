// The objective that a config describes: one loss, or several with weights.
import {
  distillation,
  LOSSES,
  orthogonality,
  weightedDistillation,
  type DistillationInputs,
  type DistillationScalars,
  type EmbeddingLoss,
  type Objective,
} from '@lin/train';
import type { Config } from '../config/schema.js';
import type { buildModel } from '../prepare/model.js';

type Model = Pick<ReturnType<typeof buildModel>, 'A' | 'apply'>;
type Term = NonNullable<Config['linearizer']['objective']>[number];

export function buildObjective(
  model: Model,
  { linearizer: { loss, objective } }: Config,
): Objective<DistillationInputs, DistillationScalars> {
  if (objective === null) return distillation(model, LOSSES[loss]);
  const terms = objective.map((term) => [term.loss, { loss: lossOf(term, model), weight: term.weight }] as const);
  return weightedDistillation(model, Object.fromEntries(terms));
}

const lossOf = ({ loss }: Term, { A }: Model): EmbeddingLoss =>
  loss === 'orthogonality' ? orthogonality(A.matrix) : LOSSES[loss];
