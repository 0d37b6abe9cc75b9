// Linear algebra in float64 by TensorFlow's kernels. tfjs has no float64 tensors, so these kernels, registered beside tfjs's own as
// `Float64<op>`, take and give matrices as Float64Arrays: attrs { matrices: { rows, cols, data }[], options }, a vector being one row.
// @lin/operator looks them up.
import * as tf from '@tensorflow/tfjs-core';
import { TensorFlowError } from '../errors.js';
import { activeTensorFlow, op } from './active.js';
import { dtypes } from './dtypes.js';
import type { OpAttribute } from './op-attributes.js';

export interface Float64Matrix {
  rows: number;
  cols: number;
  data: Float64Array;
}

const KERNELS: Record<string, { outputs: number; attributes?: OpAttribute[] }> = {
  MatMul: { outputs: 1 },
  Svd: { outputs: 3 },
  SelfAdjointEigV2: { outputs: 2 },
  Qr: { outputs: 2 },
  Cholesky: { outputs: 1 },
  Lu: { outputs: 2, attributes: [op.type('output_idx_type', dtypes.TF_INT32)] },
  MatrixTriangularSolve: { outputs: 1 },
};

/** Once a process; they serve whichever binding is active. */
export function registerFloat64Kernels(): void {
  for (const [name, { outputs, attributes = [] }] of Object.entries(KERNELS)) {
    const run = ({ attrs }: { attrs: unknown }) => {
      const { matrices, options = {} } = attrs as {
        matrices: readonly Float64Matrix[];
        options?: Record<string, boolean>;
      };
      return runFloat64(
        name,
        matrices,
        [...attributes, ...Object.entries(options).map(([key, value]) => op.bool(key, value))],
        outputs,
      );
    };
    tf.registerKernel({
      kernelName: `Float64${name}`,
      backendName: 'tensorflow',
      kernelFunc: run as unknown as tf.KernelFunc,
    });
  }
}

function runFloat64(
  name: string,
  matrices: readonly Float64Matrix[],
  attributes: readonly OpAttribute[],
  numOutputs: number,
): Float64Matrix[] {
  const binding = activeTensorFlow()?.binding;
  if (!binding) throw new TensorFlowError(`Float64${name}: the tensorflow backend is not the current one.`);
  const ids: number[] = [];
  try {
    for (const { rows, cols, data } of matrices) ids.push(binding.createTensor([rows, cols], dtypes.TF_DOUBLE, data));
    const outputs = binding.executeOp(name, [op.type('T', dtypes.TF_DOUBLE), ...attributes], ids.slice(), numOutputs);
    ids.push(...outputs.map(({ id }) => id));
    return outputs.map(({ id, shape }) => {
      const values = binding.tensorDataSync(id) as NodeJS.TypedArray;
      const data = values instanceof Float64Array ? values : Float64Array.from(values as Int32Array);
      return { rows: shape.length === 2 ? shape[0]! : 1, cols: shape.at(-1)!, data };
    });
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}
