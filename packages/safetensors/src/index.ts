export {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type NamedTensor,
  type SafetensorsContent,
  type SafetensorsDtype,
} from './safetensors.js';
export { assignTensors, tensorsOf } from './variables.js';
