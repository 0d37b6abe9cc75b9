// The ops that take most of a step's time and lose least by bfloat16, whose sums are kept in float32: products and convolutions, forward
// and backward.

/** Their inputs of attribute type T; the others are sizes. */
export const PRODUCT_INPUTS: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1],
  BatchMatMul: [0, 1],
  BatchMatMulV2: [0, 1],
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2],
  Conv2DBackpropFilter: [0, 2],
};
