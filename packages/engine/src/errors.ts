// The engine's own errors; what tfjs throws for wrong shapes and dtypes stays tfjs's.

/** libtensorflow cannot be found, fetched or loaded, or a backend that was asked for is not available. */
export class EngineError extends Error {
  override name = 'EngineError';
  readonly fault = 'environment';
}

/** An error status of TensorFlow: the op that failed and TensorFlow's own words. The process and all tensors are unharmed. */
export class TensorFlowError extends Error {
  override name = 'TensorFlowError';
  readonly fault = 'environment';
}

/**
 * The GPU of the webgpu backend was read synchronously, was asked for too large a tensor, refused an op, or was lost. The message says what
 * to do.
 */
export class WebGpuError extends Error {
  override name = 'WebGpuError';
  readonly fault = 'environment';
}
