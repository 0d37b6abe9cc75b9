// What the files of an export are called.

export const CARD = 'README.md';
/** Besides the card. */
export const FILES = {
  student: 'student.onnx',
  preimage: 'preimage.onnx',
  weights: 'model.safetensors',
  config: 'config.json',
} as const;
