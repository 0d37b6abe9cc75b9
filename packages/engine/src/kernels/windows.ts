// Where the windows of a convolution or a pool lie along one axis.

export interface Axis {
  /** Elements of the input. */
  extent: number;
  /** Of the window, dilation included. */
  window: number;
  stride: number;
  /** Windows. */
  positions: number;
  /** Elements of padding before the input. */
  padding: number;
}

/** How many elements all windows together span, padding included. */
export const span = ({ window, stride, positions }: Axis): number => (positions - 1) * stride + window;

/**
 * The input's elements up to which windows reach where padding is 'same': fewer than there are where the stride is larger than the window.
 * There is no padding then.
 */
export const reached = (axis: Axis): number => Math.min(axis.extent, span(axis));
