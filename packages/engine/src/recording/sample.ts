// Evenly spaced values of a tensor: enough to tell a wrong graph, which is wrong all over, without a second copy of every parameter.

const MOST = 2 ** 16;

/** All values up to 65,536; of more, every n-th. */
export function sampleOf(values: ArrayLike<number>): Float32Array {
  const stride = Math.ceil(values.length / MOST) || 1;
  return Float32Array.from({ length: Math.ceil(values.length / stride) }, (_, i) => values[i * stride]!);
}
