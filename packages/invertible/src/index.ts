export { ShapeError, type Invertible, type Shape } from './invertible.js';
export { disposeVariables, namedVariables, trainableVariables } from './named-variables.js';
export { ActNorm } from './elementwise/actnorm.js';
export { AffineCoupling, type AffineCouplingOptions, type Conditioner } from './layers/affine-coupling.js';
export { Chain, chain, initialize, inverseOf } from './layers/chain.js';
export { OrthogonalMixing, type OrthogonalMixingOptions } from './linear/orthogonal-mixing.js';
export { Permutation, type PermutationOptions } from './linear/permutation.js';
export { Readout, type ReadoutOptions } from './layers/readout.js';
export { Squeeze, type SqueezeOptions } from './shape/squeeze.js';
export { Convolutional, type ConvolutionalOptions } from './conditioners/convolutional.js';
export { Mlp, type MlpOptions } from './conditioners/mlp.js';
export { CnnEncoder, type CnnEncoderOptions } from './flows/cnn-encoder.js';
export { ImageFlow, type ImageFlowOptions } from './flows/image-flow.js';
export { VectorFlow, type VectorFlowOptions } from './flows/vector-flow.js';
export { NotPositiveDefiniteError } from './numerics/symmetric-positive.js';
export { verifyInverse, type ImageBijection, type InverseVerification, type VerifyInverseOptions } from './verify-inverse.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type NamedTensor,
  type SafetensorsContent,
  type SafetensorsDtype,
} from './safetensors/safetensors.js';
export { assignTensors, tensorsOf } from './safetensors/variables.js';
