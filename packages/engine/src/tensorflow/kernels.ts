// Where the engine's `tensorflow` backend differs from tfjs-node's kernels: ones that a recording can follow, and gradients in one op.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, floatOp, op, runOp, tensorIds } from './active.js';
import { correctTestsOfIntegers } from '../kernels/integers.js';
import { keepNaNOfWindowsUnread } from '../kernels/keep-nan.js';
import { replacePrelu } from '../kernels/prelu.js';
import { correctResizeGradients } from '../kernels/resize-gradients.js';
import { refuseShapesTooLarge } from '../kernels/shapes-too-large.js';
import { refuseWindowsThatDoNotFit } from '../kernels/windows-that-fit.js';
import { correctConvolutions, correctIntegerMeans, correctRoundedIntegers } from './corrections.js';
import { dtypeNumbers, dtypes } from './dtypes.js';

export function registerKernels(): void {
  gatherWithoutReading();
  typedExpandDims();
  channelSums();
  biasAdditions();
  productsOfMatrices();
  reluGradient();
  tanhGradient();
  correctConvolutions();
  correctIntegerMeans();
  correctRoundedIntegers();
  correctTestsOfIntegers('tensorflow');
  keepNaNOfWindowsUnread('tensorflow');
  replacePrelu('tensorflow');
  correctResizeGradients('tensorflow');
  refuseWindowsThatDoNotFit('tensorflow');
  refuseShapesTooLarge('tensorflow');
}

/** Sums over all but the last axis, which gradients of biases and scales are: BiasAddGrad takes a third of Sum's time on a CPU. */
function channelSums(): void {
  const general = tf.getKernel(tf.Sum, 'tensorflow');
  const kernelFunc: tf.KernelFunc = (call) => {
    if (activeTensorFlow()?.binding.device !== 'cpu') return general.kernelFunc(call);
    const x = call.inputs['x'] as tf.Tensor;
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const isChannelSum =
      x.dtype === 'float32' &&
      !keepDims &&
      x.size > 0 &&
      axes.length > 0 &&
      axes.length === x.shape.length - 1 &&
      axes.every((a, i) => a === i);
    return isChannelSum ? floatOp('BiasAddGrad', x) : general.kernelFunc(call);
  };
  replaceKernel(tf.Sum, kernelFunc);
}

/**
 * A vector added to every row or pixel: in a graph TensorFlow joins a BiasAdd, and the ReLU after it, with the convolution or product
 * before it, which of an addition in general it does not. A vector of shape [1, …, n] it takes for a bias, too, but its joined ops refuse
 * it: here it is one of shape [n].
 */
function biasAdditions(): void {
  const general = tf.getKernel(tf.Add, 'tensorflow');
  replaceKernel(tf.Add, (call) => {
    const { a, b } = call.inputs as { a: tf.Tensor; b: tf.Tensor };
    if (isBiasOf(b, a)) return addBias(a, b);
    return isBiasOf(a, b) ? addBias(b, a) : general.kernelFunc(call);
  });
}

function isBiasOf(bias: tf.Tensor, x: tf.Tensor): boolean {
  return (
    x.dtype === 'float32' &&
    bias.dtype === 'float32' &&
    x.size > 0 &&
    x.shape.length > 1 &&
    bias.shape.length >= 1 &&
    bias.shape.length <= x.shape.length &&
    bias.size === x.shape.at(-1) &&
    bias.shape.at(-1) === bias.size
  );
}

function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  if (bias.shape.length === 1) return floatOp('BiasAdd', x, bias);
  const reshape = tf.getKernel(tf.Reshape, 'tensorflow').kernelFunc;
  const vector = reshape({
    inputs: { x: bias },
    backend: tf.backend(),
    attrs: { shape: [bias.size] },
  }) as tf.TensorInfo;
  try {
    return floatOp('BiasAdd', x, vector as tf.Tensor);
  } finally {
    tf.dispose(vector as tf.Tensor);
  }
}

/** Of two matrices; tfjs-node's kernel takes every product for one of batches of matrices, with which TensorFlow joins no bias. */
function productsOfMatrices(): void {
  const general = tf.getKernel(tf.BatchMatMul, 'tensorflow');
  replaceKernel(tf.BatchMatMul, (call) => {
    const { a, b } = call.inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = call.attrs as unknown as tf.BatchMatMulAttrs;
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32' || b.dtype !== 'float32')
      return general.kernelFunc(call);
    const attributes = [
      op.type('T', dtypes.TF_FLOAT),
      op.bool('transpose_a', transposeA),
      op.bool('transpose_b', transposeB),
    ];
    return runOp('MatMul', attributes, [a, b])[0]!;
  });
}

/** tfjs-node's kernel reads all indices to check them. While recording it must not; TensorFlow checks them itself. */
function gatherWithoutReading(): void {
  const checked = tf.getKernel(tf.GatherV2, 'tensorflow');
  const kernelFunc: tf.KernelFunc = (call) => {
    const { x, indices } = call.inputs as { x: tf.Tensor; indices: tf.Tensor };
    if (!activeTensorFlow()?.binding.listener) {
      tensorIds([indices]); // brings them here from another backend: tfjs-node looks for them in this one only
      return checked.kernelFunc(call);
    }
    const { axis, batchDims } = call.attrs as unknown as tf.GatherV2Attrs;
    const attributes = [
      op.int('batch_dims', batchDims),
      op.type('Tparams', dtypeNumbers[x.dtype]!),
      op.type('Tindices', dtypeNumbers[indices.dtype]!),
      op.type('Taxis', dtypes.TF_INT32),
    ];
    return runOp('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')])[0]!;
  };
  replaceKernel(tf.GatherV2, kernelFunc);
}

/** tfjs-node's kernel leaves the op's types out. Eager TensorFlow guesses them, a graph cannot. */
function typedExpandDims(): void {
  replaceKernel(tf.ExpandDims, ({ inputs, attrs }) => {
    const input = inputs['input'] as tf.Tensor;
    const { dim } = attrs as unknown as tf.ExpandDimsAttrs;
    const axis = tf.scalar(dim, 'int32');
    const [result] = runOp(
      'ExpandDims',
      [op.type('T', dtypeNumbers[input.dtype]!), op.type('Tdim', dtypes.TF_INT32)],
      [input, axis],
    );
    axis.dispose();
    return result!;
  });
}

/** From the output rather than the input, so that a convolution, its bias and its ReLU can be one op, and in one pass instead of seven. */
function reluGradient(): void {
  replaceGradient({
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({
      x: () => oneOp('ReluGrad', dy as tf.Tensor, saved[0]!) ?? tf.mul(dy as tf.Tensor, tf.step(saved[0]!)),
    }),
  });
}

function tanhGradient(): void {
  replaceGradient({
    kernelName: tf.Tanh,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({
      x: () =>
        oneOp('TanhGrad', saved[0]!, dy as tf.Tensor) ?? tf.mul(tf.sub(1, tf.square(saved[0]!)), dy as tf.Tensor),
    }),
  });
}

/** Gradients are the same for all backends: undefined where another one is current. */
function oneOp(name: string, ...inputs: tf.Tensor[]): tf.Tensor | undefined {
  return activeTensorFlow() ? floatOp(name, ...inputs) : undefined;
}

function replaceKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
}

function replaceGradient(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}
