// Float64 kernels for tfjs's cpu backend, made of the host's own functions: what a backend's kernels are composed into can be tested
// without one.
import * as tf from '@tensorflow/tfjs-core';
import { eigenSymmetric } from '../src/linear-algebra/decompositions/eigen-symmetric.js';
import { jacobiSvd } from '../src/linear-algebra/decompositions/jacobi-svd.js';
import { qr } from '../src/linear-algebra/decompositions/qr.js';
import type { Matrix } from '../src/linear-algebra/matrix/matrix.js';

const row = (data: Float64Array): Matrix => ({ rows: 1, cols: data.length, data });

const KERNELS: Record<string, (a: Matrix) => Matrix[]> = {
  Svd: (a) => {
    const { U, s, V } = jacobiSvd(a);
    return [row(s), U, V];
  },
  SelfAdjointEigV2: (a) => {
    const { values, vectors } = eigenSymmetric(a);
    return [row(values), vectors];
  },
  Qr: (a) => {
    const { Q, R } = qr(a);
    return [Q, R];
  },
};

/** Runs `work` with them; `called` are the kernels that it used, in order. */
export function withKernels<T>(work: () => T): { result: T; called: string[] } {
  const called: string[] = [];
  const names = Object.keys(KERNELS);
  const register = () =>
    names.forEach((name) =>
      tf.registerKernel({ kernelName: `Float64${name}`, backendName: tf.getBackend(), kernelFunc: kernel(name) }),
    );
  const unregister = () => names.forEach((name) => tf.unregisterKernel(`Float64${name}`, tf.getBackend()));
  const kernel = (name: string) =>
    (({ attrs }: { attrs: { matrices: Matrix[] } }) => {
      called.push(name);
      unregister();
      try {
        return KERNELS[name]!(attrs.matrices[0]!);
      } finally {
        register();
      }
    }) as unknown as tf.KernelFunc;
  register();
  try {
    return { result: work(), called };
  } finally {
    unregister();
  }
}
