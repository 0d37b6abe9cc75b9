// What an objective may be made of beside the losses of @lin/train, by name: terms that look at the model, not at a target.
import { ImageFlow, type Invertible } from '@lin/invertible';
import { biLipschitz, negativeLogLikelihood, orthogonality, type LossTerm } from '@lin/train';

/** Without its weight. */
type Term<T = LossTerm> = T extends unknown ? Omit<T, 'weight'> : never;

interface Model {
  gx: unknown;
  A: { matrix: Parameters<typeof orthogonality>[0] };
}

/** Of a g_x that is a flow of images. */
export const FLOW_TERMS = {
  'negative-log-likelihood': ({ gx }: Model): Term => ({ lossOf: negativeLogLikelihood(flowOf(gx)) }),
  'bi-lipschitz': ({ gx }: Model): Term => ({ lossOf: biLipschitz(flowOf(gx)) }),
};

export const MODEL_TERMS = {
  orthogonality: ({ A }: Model): Term => ({ loss: orthogonality(A.matrix) }),
  ...FLOW_TERMS,
};

/** From images to z; the config was asked for an image flow. */
function flowOf(gx: unknown): Invertible {
  if (gx instanceof ImageFlow) return gx.scales;
  throw new Error('FLOW_TERMS: g_x is no image flow.');
}
