export { isInvertible, type Encoder, type InvertibleEncoder } from './encoders/encoder.js';
export { VectorEncoder } from './encoders/vector-encoder.js';
export { CnnEncoder, type CnnEncoderOptions } from './encoders/cnn-encoder.js';
export { LinearizerError } from './errors.js';
export { imageChart, vectorChart, type Chart } from './induced/chart.js';
export { InducedSpace, type Neighbour } from './induced/induced-space.js';
export {
  InducedOperator,
  type InducedEigen,
  type InducedOperatorParts,
  type InducedSingularValues,
  type RcondOptions,
} from './induced/induced-operator.js';
export { InducedSubspace } from './induced/induced-subspace.js';
export type { PreimageOptions, ResidualChoice } from './induced/preimage.js';
export { Linearizer, type ElementOf } from './linearizer.js';
export type { LinearizerParts } from './linearizer-parts.js';
export { linearizerFromNotebook, type NotebookCheckpointOptions } from './encoders/notebook-checkpoint.js';
export { readEdits, saveEdits } from './unlearning/edit-file.js';
export {
  measureForgetting,
  type BeforeAfter,
  type Forgetting,
  type ForgettingOptions,
  type IdentityForgetting,
} from './unlearning/forgetting.js';
export { latentPopulation, type LatentPopulation } from './unlearning/latent-population.js';
export {
  editedMatrix,
  UNLEARNING_METHODS,
  type OperatorEdit,
  type UnlearningMethod,
} from './unlearning/operator-edit.js';
export { neutralValue, type NeutralValueOptions } from './unlearning/neutral-value.js';
export { unlearn, type UnlearnOptions } from './unlearning/unlearn.js';
