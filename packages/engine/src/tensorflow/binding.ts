// The native half of tfjs-node's backend, in TypeScript: the object its JavaScript kernels call, over TensorFlow's eager C API.
import { TensorFlowError } from '../errors.js';
import { TF_OK, type Pointer, type TensorFlowLibrary } from './c-api.js';
import { attributeTypes, dtypes, elementBytes } from './dtypes.js';
import { bytesOf, newTensor, valuesOf } from './tensor-memory.js';
import { setAttribute, type OpAttribute } from './op-attributes.js';

export interface TensorMetadata {
  id: number;
  shape: number[];
  /** A TF_DataType. */
  dtype: number;
}

const STRING_BYTES = 24; // sizeof(TF_TString)

/**
 * Implements the binding interface of `@tensorflow/tfjs-node` (createTensor, deleteTensor, tensorDataSync, executeOp, and the TF_*
 * numbers).
 * Tensors are numbered; each number owns one TFE_TensorHandle until `deleteTensor`. Every method throws TensorFlowError where TensorFlow
 * reports an error, and leaves nothing allocated behind.
 */
export class EagerBinding {
  readonly device: 'cpu' | 'cuda';
  private readonly status: Pointer;
  private readonly context: Pointer;
  private readonly gpu: string | undefined;
  private readonly handles = new Map<number, Pointer>();
  /** Numbers without a tensor, and what using one is told. */
  private readonly absent = new Map<number, string>();
  private nextId = 0;

  constructor(
    private readonly tf: TensorFlowLibrary,
    config: Uint8Array,
  ) {
    Object.assign(this, dtypes, attributeTypes);
    this.status = tf.newStatus();
    const options = tf.newContextOptions();
    tf.setConfig(options, config, config.length, this.status);
    this.context = tf.newContext(options, this.status);
    tf.deleteContextOptions(options);
    this.check('TFE_NewContext');
    this.gpu = this.findGpu();
    this.device = this.gpu ? 'cuda' : 'cpu';
  }

  isUsingGpuDevice(): boolean {
    return this.gpu !== undefined;
  }

  getNumOfTensors(): number {
    return this.handles.size;
  }

  createTensor(shape: number[], dtype: number, values: NodeJS.TypedArray | Uint8Array[]): number {
    const tensor =
      dtype === dtypes.TF_STRING
        ? this.stringTensor(shape, values as Uint8Array[])
        : this.numericTensor(shape, dtype, values as NodeJS.TypedArray);
    let handle = this.tf.newHandle(tensor, this.status);
    this.tf.deleteTensor(tensor);
    this.check('createTensor');
    // GPU kernels expect int32 (shapes, axes) and strings in host memory, as TensorFlow's own Python does.
    if (this.gpu && dtype !== dtypes.TF_INT32 && dtype !== dtypes.TF_STRING) handle = this.moveToGpu(handle, this.gpu);
    return this.register(handle);
  }

  deleteTensor(id: number): void {
    if (this.absent.delete(id)) return;
    this.tf.deleteHandle(this.handle(id));
    this.handles.delete(id);
  }

  tensorDataSync(id: number): NodeJS.TypedArray | Uint8Array[] {
    const { tf } = this;
    return this.withValue(id, (tensor) => {
      const isString = tf.tensorType(tensor) === dtypes.TF_STRING;
      return isString
        ? this.readStrings(tf.tensorData(tensor), tf.tensorByteSize(tensor) / STRING_BYTES)
        : valuesOf(tf, tensor);
    });
  }

  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    numOutputs: number,
  ): TensorMetadata[] {
    const { tf, status } = this;
    const op = tf.newOp(this.context, name, status);
    this.check(name);
    try {
      if (this.gpu) tf.setDevice(op, this.gpu, status);
      for (const attribute of attributes) setAttribute(tf, op, attribute, status);
      for (const id of inputIds) tf.addInput(op, this.handle(id), status);
      this.check(name);
      const outputs = new BigInt64Array(numOutputs);
      const count = Int32Array.of(numOutputs);
      tf.execute(op, outputs, count, status);
      this.check(name);
      return Array.from(outputs.subarray(0, count[0]), (handle) => ({
        id: this.register(handle),
        ...this.metadata(handle),
      }));
    } finally {
      tf.deleteOp(op);
    }
  }

  // SavedModels are not what Lin runs; tfjs-node's functions for them say so instead of failing obscurely.
  loadSavedModel(): never {
    throw new TensorFlowError('loadSavedModel: the TypeScript binding runs ops, not SavedModels.');
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  /** Tensor `id` as a TF_Tensor with the same memory where it is on the CPU; the caller deletes it. */
  resolve(id: number): Pointer {
    const tensor = this.tf.resolve(this.handle(id), this.status);
    this.check('resolve');
    return tensor;
  }

  /** What `use` makes of a tensor as a TF_Tensor, which is gone afterwards. */
  withValue<T>(id: number, use: (tensor: Pointer) => T): T {
    const tensor = this.resolve(id);
    try {
      return use(tensor);
    } finally {
      this.tf.deleteTensor(tensor);
    }
  }

  /** A tensor of this binding with the memory of a TF_Tensor, which stays the caller's to delete; returns its id. */
  adopt(tensor: Pointer): number {
    const handle = this.tf.newHandle(tensor, this.status);
    this.check('adopt');
    return this.register(
      this.gpu && this.tf.handleDtype(handle) !== dtypes.TF_INT32 ? this.moveToGpu(handle, this.gpu) : handle,
    );
  }

  /** The id of a tensor that is not there: it takes no memory, and whatever uses it throws TensorFlowError with this message. */
  reserve(message: string): number {
    this.absent.set(this.nextId, message);
    return this.nextId++;
  }

  /** Shape and TF_DataType of tensor `id`. */
  describe(id: number): Omit<TensorMetadata, 'id'> {
    return this.metadata(this.handle(id));
  }

  private metadata(handle: Pointer): Omit<TensorMetadata, 'id'> {
    const { tf, status } = this;
    const rank = tf.handleRank(handle, status);
    const shape = Array.from({ length: rank }, (_, axis) => Number(tf.handleDim(handle, axis, status)));
    return { shape, dtype: tf.handleDtype(handle) };
  }

  private numericTensor(shape: number[], dtype: number, values: NodeJS.TypedArray): Pointer {
    const bytes = elementBytes(dtype) * shape.reduce((product, size) => product * size, 1);
    if (values.byteLength !== bytes) {
      throw new TensorFlowError(
        `createTensor: shape [${shape.join(', ')}] of dtype ${dtype} takes ${bytes} bytes, but ${values.byteLength} were given.`,
      );
    }
    return newTensor(this.tf, { shape, dtype, bytes: bytesOf(values) });
  }

  private stringTensor(shape: number[], values: readonly Uint8Array[]): Pointer {
    const { tf } = this;
    const tensor = tf.allocateTensor(
      dtypes.TF_STRING,
      BigInt64Array.from(shape, BigInt),
      shape.length,
      values.length * STRING_BYTES,
    );
    const data = tf.tensorData(tensor);
    values.forEach((value, i) => {
      const string = data + BigInt(i * STRING_BYTES);
      tf.stringInit(string);
      tf.stringCopy(string, value, value.length);
    });
    return tensor;
  }

  private readStrings(data: Pointer, count: number): Uint8Array[] {
    const { tf } = this;
    return Array.from({ length: count }, (_, i) => {
      const string = data + BigInt(i * STRING_BYTES);
      const value = new Uint8Array(Number(tf.stringSize(string)));
      if (value.length > 0) tf.memcpy(value, tf.stringData(string), value.length);
      return value;
    });
  }

  private moveToGpu(handle: Pointer, gpu: string): Pointer {
    const moved = this.tf.copyToDevice(handle, this.context, gpu, this.status);
    this.tf.deleteHandle(handle);
    this.check('createTensor');
    return moved;
  }

  private findGpu(): string | undefined {
    const { tf, status } = this;
    const devices = tf.listDevices(this.context, status);
    this.check('TFE_ContextListDevices');
    const indices = Array.from({ length: tf.deviceCount(devices) }, (_, i) => i);
    const index = indices.find((i) => tf.deviceType(devices, i, status) === 'GPU');
    const name = index === undefined ? undefined : tf.deviceName(devices, index, status);
    tf.deleteDeviceList(devices);
    return name;
  }

  private register(handle: Pointer): number {
    this.handles.set(this.nextId, handle);
    return this.nextId++;
  }

  private handle(id: number): Pointer {
    const handle = this.handles.get(id);
    if (handle === undefined)
      throw new TensorFlowError(this.absent.get(id) ?? `Tensor ${id} is not there: it was disposed, or never made.`);
    return handle;
  }

  private check(what: string): void {
    const { tf, status } = this;
    if (tf.code(status) === TF_OK) return;
    const message = tf.message(status);
    tf.setStatus(status, TF_OK, '');
    throw new TensorFlowError(`${what}: ${message}`);
  }
}
