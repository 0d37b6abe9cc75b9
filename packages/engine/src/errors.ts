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

/** A list of workers that cannot be: in TF_CONFIG, or as an option. */
export class ClusterConfigError extends Error {
  override name = 'ClusterConfigError';
  readonly fault = 'input';
}

/** The workers of a cluster cannot go on together: one of them is gone, frozen, late or another than it should be. */
export class ClusterError extends Error {
  override name = 'ClusterError';
  readonly fault = 'environment';
}
