/** Bytes that are not a safetensors file, a file that cannot be read or written, or tensors that do not fit; the message says where. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
  readonly fault = 'input';
}
