// Puts a kernel in place of a backend's own.
import * as tf from '@tensorflow/tfjs-core';

export type Kernel = (args: {
  inputs: tf.NamedTensorInfoMap;
  attrs: tf.NamedAttrMap;
  backend: unknown;
}) => tf.TensorInfo;

/** `corrected` gets the backend's own kernel and may call it; it may use any tfjs op, whose results are freed. */
export function correct(kernelName: string, backendName: string, corrected: (own: Kernel) => Kernel): void {
  const { kernelFunc, ...config } = tf.getKernel(kernelName, backendName);
  const kernel = corrected(kernelFunc as Kernel);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...config,
    kernelFunc: (args) => tf.tidy(() => tensorOf(kernel(args as Parameters<Kernel>[0]))),
  });
}

/** `kernel` may use any tfjs op, whose results are freed. */
export function replace(kernelName: string, backendName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: (args) => tf.tidy(() => tensorOf(kernel(args as Parameters<Kernel>[0]))),
  });
}

/** A kernel's result as a tensor that tfjs's ops take. */
export const tensorOf = (info: tf.TensorInfo): tf.Tensor =>
  info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info);
