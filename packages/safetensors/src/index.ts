export { halfPrecision, numbersOf, type NamedTensor, type SafetensorsDtype } from './dtypes.js';
export { SafetensorsError } from './errors.js';
export { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from './safetensors.js';
export { assignTensors, tensorsOf } from './variables.js';
