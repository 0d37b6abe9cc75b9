// Kernels that tfjs 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';

type Kernel = (args: { inputs: tf.NamedTensorInfoMap; attrs: tf.NamedAttrMap; backend: unknown }) => tf.TensorInfo;

/** wasm's Cast to bool keeps the low byte of each number (2.9 becomes 2, 0.4 becomes 0): true is whatever is not 0. */
export function correctCast(backendName: string): void {
  correct(tf.Cast, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    return args.attrs['dtype'] === 'bool' && x.dtype !== 'bool' ? tf.notEqual(x, tf.scalar(0, x.dtype)) : own(args);
  });
}

/** wasm's OneHot writes int32 whatever the dtype: read as float32, 1 is 1.4e-45. */
export function correctOneHot(backendName: string): void {
  correct(tf.OneHot, backendName, (own) => (args) => {
    const { dtype, onValue, offValue } = args.attrs as unknown as tf.OneHotAttrs;
    if (dtype !== 'float32') return own(args);
    const ones = own({ ...args, attrs: { ...args.attrs, dtype: 'int32', onValue: 1, offValue: 0 } });
    return tf.add(tf.mul(tf.cast(tensorOf(ones), 'float32'), onValue - offValue), offValue);
  });
}

/** wasm's MaxPoolGrad overlooks windows without a positive number. Which element is the largest does not change when all are raised above 0. */
export function correctMaxPoolGradient(backendName: string): void {
  correct(tf.MaxPoolGrad, backendName, (own) => (args) => {
    const { input } = args.inputs as { input: tf.Tensor };
    return own({ ...args, inputs: { ...args.inputs, input: tf.add(tf.sub(input, tf.min(input)), 1) } });
  });
}

/** AvgPoolGrad of wasm and cpu divides by the window's whole size, where AvgPool divides by the elements of it that are not padding. */
export function correctAveragePoolGradient(backendName: string): void {
  correct(tf.AvgPoolGrad, backendName, (own) => (args) => {
    const { dy, input } = args.inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
    const { filterSize, strides, pad, dimRoundingMode } = args.attrs as unknown as tf.AvgPoolAttrs;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const rows = elementsInWindows(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight);
    const columns = elementsInWindows(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth);
    const elements = tf.mul(tf.reshape(rows, [-1, 1, 1]), tf.reshape(columns, [1, -1, 1])); // [outHeight, outWidth, 1]
    return own({ ...args, inputs: { ...args.inputs, dy: tf.div(tf.mul(dy, info.filterHeight * info.filterWidth), elements) } });
  });
}

/** wasm's sums over no elements are whatever its memory held before: they are 0. */
export function correctEmptySums(backendName: string): void {
  for (const name of [tf.Sum, tf.BatchMatMul]) {
    correct(name, backendName, (own) => (args) => {
      const result = tensorOf(own(args));
      const empty = Object.values(args.inputs).some((input) => tf.util.sizeFromShape(input!.shape) === 0);
      return empty ? tf.zeros(result.shape, result.dtype) : result;
    });
  }
}

/** How many elements of each window along one axis are not padding. */
function elementsInWindows(windows: number, stride: number, size: number, padding: number, extent: number): tf.Tensor1D {
  return tf.tensor1d(
    Array.from({ length: windows }, (_, i) => {
      const start = i * stride - padding;
      return Math.min(start + size, extent) - Math.max(start, 0);
    }),
  );
}

/** Puts a kernel in place of the backend's own, which it may call. */
export function correct(kernelName: string, backendName: string, corrected: (own: Kernel) => Kernel): void {
  const { kernelFunc, ...config } = tf.getKernel(kernelName, backendName);
  const kernel = corrected(kernelFunc as Kernel);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ ...config, kernelFunc: (args) => tf.tidy(() => tensorOf(kernel(args as Parameters<Kernel>[0]))) });
}

const tensorOf = (info: tf.TensorInfo): tf.Tensor => (info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info));
