export { isInvertible, type Encoder, type InvertibleEncoder } from './encoder.js';
export { Linearizer, type LinearizerParts } from './linearizer.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type NamedTensor,
  type SafetensorsContent,
  type SafetensorsDtype,
} from './safetensors.js';
export { readSafetensors, writeSafetensors } from './safetensors-file.js';
export { assignTensors, tensorsOf } from './variables.js';
