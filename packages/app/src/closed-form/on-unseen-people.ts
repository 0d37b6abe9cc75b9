// The closed form of A on people that g_x was not trained on: which ridge is the best there, and what it gives on those who did not choose.
import type { Matrix } from '@lin/operator';
import type { Latents } from '../latents/latents.js';
import type { Run } from '../run/run.js';
import { cosinesWith, RIDGES, type ClosedForms } from './closed-form.js';
import { bestRidge, crossFitted, gainOf, meanOf, type Gain, type RidgePoint } from './ridge-choice.js';

export interface OnUnseenPeople {
  /** The choice of all who choose. */
  ridge: number;
  /** `validation`: the validation identities; `held-out`: each half of the held-out identities for the other. */
  chosenOn: 'validation' | 'held-out';
  /** Mean cosine to the teacher, on the people who choose, of each ridge. */
  ridges: { ridge: number; cosine: number }[];
  /** Mean cosines on held-out images, by ridges that their people did not choose. */
  heldOut: { images: number; trained: number; closedForm: number };
  /** Of the closed form over A as trained, there. */
  gain: Gain;
}

interface People {
  /** undefined where the run has no validation identities. */
  validation: Latents | undefined;
  heldOut: Latents;
}

export async function onUnseenPeople(
  run: Pick<Run, 'model'>,
  forms: ClosedForms,
  A: Matrix,
  { validation, heldOut }: People,
): Promise<OnUnseenPeople> {
  const trained = await cosinesWith(run, heldOut, A);
  const points = await ridgePoints(run, forms, validation ?? heldOut);
  const ridge = bestRidge(points);
  const cosines = validation
    ? await cosinesWith(run, heldOut, forms.at(ridge).matrix)
    : crossFitted(points, heldOut.labels);
  return {
    ridge,
    chosenOn: validation ? 'validation' : 'held-out',
    ridges: points.map((point) => ({ ridge: point.ridge, cosine: meanOf(point.cosines) })),
    heldOut: { images: heldOut.labels.length, trained: meanOf(trained), closedForm: meanOf(cosines) },
    gain: gainOf(cosines, trained, heldOut.labels),
  };
}

/** What each of `RIDGES` gives. */
export async function ridgePoints(
  run: Pick<Run, 'model'>,
  forms: ClosedForms,
  latents: Latents,
): Promise<RidgePoint[]> {
  const points: RidgePoint[] = [];
  for (const ridge of RIDGES) points.push({ ridge, cosines: await cosinesWith(run, latents, forms.at(ridge).matrix) });
  return points;
}

const VERDICTS: Record<Gain['verdict'], string> = {
  better: 'better on people that neither it nor A was made from',
  none: 'no better than A as trained: the difference is within two standard errors',
  worse: 'worse than A as trained, which is to be kept',
};

export function describeGain({ mean, standardError, verdict }: Gain): string {
  const difference = `${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(4)}`;
  if (Number.isNaN(standardError)) return `${difference}, of one identity, which decides nothing`;
  return `${difference} ± ${standardError.toFixed(4)}: ${VERDICTS[verdict]}`;
}
