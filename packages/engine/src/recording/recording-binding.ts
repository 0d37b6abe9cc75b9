// The eager binding with an ear: while a tape is on, it hears of every op and constant.
import { EagerBinding, type TensorMetadata } from '../tensorflow/binding.js';
import type { OpAttribute } from '../tensorflow/op-attributes.js';
import { bytesOf, type TensorBytes } from '../tensorflow/tensor-memory.js';
import type { Tape } from './tape.js';

export class RecordingBinding extends EagerBinding {
  private current: Tape | undefined;

  /** The tape that is on. */
  get tape(): Tape | undefined {
    return this.current;
  }

  /** Runs `work` with `tape` on, or with none. */
  withTape<T>(tape: Tape | undefined, work: () => T): T {
    const before = this.current;
    this.current = tape;
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
    const outputs = super.executeOp(name, attributes, inputs, numOutputs);
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
