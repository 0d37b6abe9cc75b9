// The eager binding with a listener, which hears of every op and constant, and may refuse one: a tape, while a step is recorded.
import type * as tf from '@tensorflow/tfjs-core';
import { EagerBinding, type TensorMetadata } from './binding.js';
import type { OpAttribute } from './op-attributes.js';
import { bytesOf, type TensorBytes } from './tensor-memory.js';

/** An op with ids of tensors; or, with `updates`, one that changes variables in place: their ids before, and their new ids as outputs. */
export interface ExecutedOp {
  name: string;
  attributes: readonly OpAttribute[];
  inputs: readonly number[];
  outputs: readonly TensorMetadata[];
  updates?: readonly number[];
}

export interface Listener {
  /** What the op's results are, in place of running it: numbers from `newId` are theirs, and no tensors. */
  infer?: (op: Omit<ExecutedOp, 'outputs' | 'updates'>, newId: () => number) => TensorMetadata[];
  /** Before an op runs; what it throws, the op's caller gets. */
  admit(name: string, inputs: readonly number[]): void;
  /** After it has run. */
  op(op: ExecutedOp): void;
  constant(id: number, constant: TensorBytes): void;
  /** Whether each variable still has its value of before the step: only then an op that is recorded may change it in place. */
  areUnchanged(variables: readonly tf.Variable[]): boolean;
  /** In place of reading a tensor's value. */
  refuseRead(id: number): never;
}

/** What using a tensor is told that has a shape alone. */
export const NOT_COMPUTED =
  'This tensor was made while a step was recorded, when shapes alone are computed; it has no values.';

export class ListeningBinding extends EagerBinding {
  private current: Listener | undefined;

  /** Who listens now. */
  get listener(): Listener | undefined {
    return this.current;
  }

  /** Runs `work` with this listener, or without one. */
  withListener<T>(listener: Listener | undefined, work: () => T): T {
    const before = this.current;
    this.current = listener;
    try {
      return work();
    } finally {
      this.current = before;
    }
  }

  override createTensor(shape: number[], dtype: number, values: NodeJS.TypedArray | Uint8Array[]): number {
    const id = super.createTensor(shape, dtype, values);
    if (!Array.isArray(values))
      this.current?.constant(id, { shape: [...shape], dtype, bytes: bytesOf(values).slice() });
    return id;
  }

  override executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    numOutputs: number,
  ): TensorMetadata[] {
    this.current?.admit(name, inputs);
    const outputs =
      this.current?.infer?.({ name, attributes, inputs }, () => this.reserve(NOT_COMPUTED)) ??
      super.executeOp(name, attributes, inputs, numOutputs);
    this.current?.op({ name, attributes, inputs, outputs });
    return outputs;
  }

  override tensorDataSync(id: number): NodeJS.TypedArray | Uint8Array[] {
    return this.current ? this.current.refuseRead(id) : super.tensorDataSync(id);
  }

  /** A copy of a tensor's value as a constant of a graph. */
  capture(id: number): TensorBytes {
    const values = super.tensorDataSync(id);
    if (Array.isArray(values)) throw new Error('capture: tensors of strings have no place in a recorded step.');
    return { ...this.describe(id), bytes: bytesOf(values) };
  }
}
