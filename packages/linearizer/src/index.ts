export { isInvertible, type Encoder, type InvertibleEncoder } from './encoder.js';
export { Linearizer, type LinearizerParts } from './linearizer.js';
export { readSafetensors, writeSafetensors } from './safetensors-file.js';
