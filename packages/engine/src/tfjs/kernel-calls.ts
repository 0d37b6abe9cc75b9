// The kernels that a function of tensors runs, on any backend: what a translation into another format, such as ONNX, is made from. Every op
// of tfjs goes through one method of its engine, which is replaced while the function runs.
import * as tf from '@tensorflow/tfjs-core';

/** A tensor that a kernel took or gave. Values are there where it does not depend on the function's argument. */
export interface TracedTensor {
  id: number;
  shape: readonly number[];
  dtype: tf.DataType;
  constant?: ArrayLike<number>;
}

/** A kernel whose result depends on the argument. What does not has been computed: it is a constant. */
export interface KernelCall {
  /** tfjs's, such as `BatchMatMul` or `Conv2D`. */
  name: string;
  /** By tfjs's names of a kernel's inputs: `a` and `b`, `x` and `filter`, `0`, `1`, … of `Concat`. */
  inputs: Readonly<Record<string, TracedTensor>>;
  attributes: Readonly<Record<string, unknown>>;
  outputs: readonly TracedTensor[];
}

export interface KernelTrace {
  input: TracedTensor;
  output: TracedTensor;
  calls: readonly KernelCall[];
}

/**
 * Runs `f` on `x` and lists the kernels that lead from `x` to its result, in order. What `f` reads on the way, with `dataSync`, is in the
 * trace as it was for this `x`. `x` stays the caller's.
 * @throws TypeError where the result does not depend on `x`.
 */
export function traceKernels(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): KernelTrace {
  const recorder = new Recorder(x);
  const engine = tf.engine();
  const { runKernel } = engine; // of the class; the object gets one of its own
  let depth = 0; // kernels of some backends run others
  engine.runKernel = function <T extends tf.Tensor | tf.Tensor[]>(
    ...[name, inputs, attributes = {}]: Parameters<typeof runKernel>
  ): T {
    depth++;
    try {
      const outputs = runKernel.call(engine, name, inputs, attributes) as T;
      if (depth === 1) recorder.add(name, inputs as Inputs, attributes as Record<string, unknown>, outputs);
      return outputs;
    } finally {
      depth--;
    }
  };
  try {
    let trace: KernelTrace | undefined;
    tf.tidy(() => void (trace = recorder.end(f(x))));
    return trace!;
  } finally {
    delete (engine as Partial<typeof engine>).runKernel;
  }
}

type Inputs = Record<string, tf.Tensor | tf.Tensor[] | undefined>;

class Recorder {
  /** What depends on the argument, by tensor. */
  private readonly reached = new Map<number, TracedTensor>();
  private readonly constants = new WeakMap<object, ArrayLike<number>>();
  private readonly input: TracedTensor;
  private readonly calls: KernelCall[] = [];

  constructor(x: tf.Tensor) {
    this.input = this.reach(x);
  }

  add(name: string, inputs: Inputs, attributes: Record<string, unknown>, outputs: tf.Tensor | tf.Tensor[]): void {
    const given = Object.entries(inputs).filter((entry): entry is [string, tf.Tensor] => entry[1] instanceof tf.Tensor);
    if (!given.some(([, tensor]) => this.reached.has(tensor.id))) return;
    this.calls.push({
      name,
      inputs: Object.fromEntries(given.map(([key, tensor]) => [key, this.traced(tensor)])),
      attributes,
      outputs: [outputs].flat().map((tensor) => this.reach(tensor)),
    });
  }

  end(result: tf.Tensor): KernelTrace {
    const output = this.reached.get(result.id);
    if (!output) throw new TypeError('traceKernels: the result does not depend on the argument.');
    const needed = new Set([output.id]);
    const calls = this.calls
      .toReversed()
      .filter(({ inputs, outputs }) => {
        if (!outputs.some(({ id }) => needed.has(id))) return false;
        for (const { id } of Object.values(inputs)) needed.add(id);
        return true;
      })
      .toReversed();
    return { input: this.input, output, calls };
  }

  private reach(tensor: tf.Tensor): TracedTensor {
    const traced = { id: tensor.id, shape: [...tensor.shape], dtype: tensor.dtype };
    this.reached.set(tensor.id, traced);
    return traced;
  }

  /** Values are read at once, since the function may dispose of the tensor. */
  private traced(tensor: tf.Tensor): TracedTensor {
    const reached = this.reached.get(tensor.id);
    if (reached) return reached;
    const constant = this.constants.get(tensor.dataId) ?? (tensor.dataSync().slice() as ArrayLike<number>);
    this.constants.set(tensor.dataId, constant);
    return { id: tensor.id, shape: [...tensor.shape], dtype: tensor.dtype, constant };
  }
}
