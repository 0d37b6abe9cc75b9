// What a 2-D convolution's kernel is given, and where its windows lie.
import * as tf from '@tensorflow/tfjs-core';

export interface ConvolutionAttrs {
  strides: number | [number, number];
  dilations?: number | [number, number];
  pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** By tfjs's names: plain, depthwise, and both with bias and activation. */
export const CONVOLUTIONS = [tf.Conv2D, tf.FusedConv2D, tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D];

/** @param attrs The kernel's own, `ConvolutionAttrs` among them. */
export function convolutionInfo(
  kernelName: string,
  x: Shape4D,
  filter: Shape4D,
  attrs: unknown,
): tf.backend_util.Conv2DInfo {
  const { strides, dilations = 1, pad, dimRoundingMode } = attrs as ConvolutionAttrs;
  const isDepthwise = kernelName.includes('Depthwise');
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, isDepthwise);
}
