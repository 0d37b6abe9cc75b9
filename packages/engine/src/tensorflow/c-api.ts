// TensorFlow's C API (tensorflow/c/c_api.h, c/eager/c_api.h) as typed functions, through koffi. The only file that names C symbols.
import koffi, { type TypeObject } from 'koffi';
import { quietly } from './quiet-load.js';

/** An address in native memory; 0n is NULL. */
export type Pointer = bigint;

/** Anything a C function may read from or write to in place. */
type Memory = Pointer | NodeJS.TypedArray | null;

/** TF_Code values (tensorflow/c/tf_status.h) that callers tell apart. */
export const TF_OK = 0;

export interface TensorFlowLibrary {
  version: string;
  memcpy(destination: Memory, source: Memory, bytes: number): void;

  newStatus(): Pointer;
  deleteStatus(status: Pointer): void;
  code(status: Pointer): number;
  message(status: Pointer): string;
  setStatus(status: Pointer, code: number, message: string): void;

  allocateTensor(dtype: number, dims: BigInt64Array, rank: number, bytes: number): Pointer;
  deleteTensor(tensor: Pointer): void;
  tensorData(tensor: Pointer): Pointer;
  tensorByteSize(tensor: Pointer): number;
  tensorType(tensor: Pointer): number;

  stringInit(string: Pointer): void;
  stringCopy(string: Pointer, bytes: Uint8Array, size: number): void;
  stringData(string: Pointer): Pointer;
  stringSize(string: Pointer): number;

  newContextOptions(): Pointer;
  setConfig(options: Pointer, proto: Uint8Array, bytes: number, status: Pointer): void;
  deleteContextOptions(options: Pointer): void;
  newContext(options: Pointer, status: Pointer): Pointer;
  deleteContext(context: Pointer): void;
  listDevices(context: Pointer, status: Pointer): Pointer;
  deviceCount(devices: Pointer): number;
  deviceType(devices: Pointer, index: number, status: Pointer): string;
  deviceName(devices: Pointer, index: number, status: Pointer): string;
  deleteDeviceList(devices: Pointer): void;

  newHandle(tensor: Pointer, status: Pointer): Pointer;
  deleteHandle(handle: Pointer): void;
  handleDtype(handle: Pointer): number;
  handleRank(handle: Pointer, status: Pointer): number;
  handleDim(handle: Pointer, axis: number, status: Pointer): number;
  resolve(handle: Pointer, status: Pointer): Pointer;
  copyToDevice(handle: Pointer, context: Pointer, device: string, status: Pointer): Pointer;

  newOp(context: Pointer, name: string, status: Pointer): Pointer;
  deleteOp(op: Pointer): void;
  addInput(op: Pointer, handle: Pointer, status: Pointer): void;
  setDevice(op: Pointer, device: string, status: Pointer): void;
  setAttrString(op: Pointer, name: string, value: Uint8Array, bytes: number): void;
  setAttrInt(op: Pointer, name: string, value: number): void;
  setAttrIntList(op: Pointer, name: string, values: BigInt64Array, count: number): void;
  setAttrFloat(op: Pointer, name: string, value: number): void;
  setAttrFloatList(op: Pointer, name: string, values: Float32Array, count: number): void;
  setAttrBool(op: Pointer, name: string, value: number): void;
  setAttrBoolList(op: Pointer, name: string, values: Uint8Array, count: number): void;
  setAttrType(op: Pointer, name: string, value: number): void;
  setAttrShape(op: Pointer, name: string, dims: BigInt64Array, rank: number, status: Pointer): void;
  execute(op: Pointer, outputs: BigInt64Array, count: Int32Array, status: Pointer): void;

  newBuffer(bytes: Uint8Array, length: number): Pointer;
  emptyBuffer(): Pointer;
  deleteBuffer(buffer: Pointer): void;
  newGraph(): Pointer;
  deleteGraph(graph: Pointer): void;
  newImportOptions(): Pointer;
  deleteImportOptions(options: Pointer): void;
  setImportPrefix(options: Pointer, prefix: string): void;
  importGraphDef(graph: Pointer, graphDef: Pointer, options: Pointer, status: Pointer): void;
  operationByName(graph: Pointer, name: string): Pointer;
  /** A serialised OpDef, into `buffer`. */
  opDef(graph: Pointer, op: string, buffer: Pointer, status: Pointer): void;
  newOperation(graph: Pointer, op: string, name: string): Pointer;
  addOperationInput(operation: Pointer, input: OperationOutput): void;
  /** `inputs`: an array of TF_Output; see `outputsArray`. */
  addOperationInputs(operation: Pointer, inputs: BigInt64Array, count: number): void;
  setOperationAttribute(operation: Pointer, name: string, attrValue: Uint8Array, bytes: number, status: Pointer): void;
  finishOperation(operation: Pointer, status: Pointer): Pointer;
  operationOutputs(operation: Pointer): number;
  outputDtype(output: OperationOutput): number;
  /** -1 where it is not known. */
  outputRank(graph: Pointer, output: OperationOutput, status: Pointer): number;
  /** A size that is not known is -1. */
  outputShape(graph: Pointer, output: OperationOutput, dims: BigInt64Array, rank: number, status: Pointer): void;
  newSessionOptions(): Pointer;
  deleteSessionOptions(options: Pointer): void;
  setSessionConfig(options: Pointer, proto: Uint8Array, bytes: number, status: Pointer): void;
  /** Where a session runs: what `serverTarget` says. */
  setTarget(options: Pointer, target: string): void;
  newSession(graph: Pointer, options: Pointer, status: Pointer): Pointer;
  closeSession(session: Pointer, status: Pointer): void;
  deleteSession(session: Pointer, status: Pointer): void;
  /** Off the JS thread; `done` is called when it has ended. All memory handed over must stay alive until then. */
  sessionRun(run: SessionRun, done: (error: Error | null) => void): void;

  /** From a serialised ServerDef. A server lasts as long as its process: TF_DeleteServer aborts it, TF_ServerStop is not implemented. */
  newServer(proto: Uint8Array, bytes: number, status: Pointer): Pointer;
  startServer(server: Pointer, status: Pointer): void;
  serverTarget(server: Pointer): string;
}

/** TF_Output: one result of an operation of a graph. */
export interface OperationOutput {
  operation: Pointer;
  index: number;
}

/** The arguments of TF_SessionRun. Inputs and outputs are arrays of TF_Output: see `outputsArray`. */
export interface SessionRun {
  session: Pointer;
  options: Pointer;
  inputs: BigInt64Array;
  inputValues: BigInt64Array;
  outputs: BigInt64Array;
  outputValues: BigInt64Array;
  targets: BigInt64Array;
  metadata: Pointer;
  status: Pointer;
}

/**
 * Loads `framework` (where the library is split in two, as in the Python wheels) and then `library`.
 * Every symbol is in TensorFlow ≥ 2.9.
 */
export function loadTensorFlow({ library, framework }: { library: string; framework?: string }): TensorFlowLibrary {
  quietly(() => (framework ? [framework, library] : [library]).forEach(keepLoaded));
  if (framework) koffi.load(framework); // not global: its LLVM would stand in for that of a Vulkan driver, and the process end in free()
  const tf = koffi.load(library);
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- koffi functions are untyped by nature; the interface above is their type
  const fn = (name: string, result: string, args: (string | TypeObject)[]): any => tf.func(name, result, args);
  const p = 'void *';
  const output = koffi.struct({ operation: p, index: 'int' });
  const sessionRun = fn('TF_SessionRun', 'void', [p, p, p, p, 'int', p, p, 'int', p, 'int', p, p]);
  return {
    version: fn('TF_Version', 'str', [])() as string,
    memcpy: fn('memcpy', p, [p, p, 'size_t']),

    newStatus: fn('TF_NewStatus', p, []),
    deleteStatus: fn('TF_DeleteStatus', 'void', [p]),
    code: fn('TF_GetCode', 'int', [p]),
    message: fn('TF_Message', 'str', [p]),
    setStatus: fn('TF_SetStatus', 'void', [p, 'int', 'str']),

    allocateTensor: fn('TF_AllocateTensor', p, ['int', p, 'int', 'size_t']),
    deleteTensor: fn('TF_DeleteTensor', 'void', [p]),
    tensorData: fn('TF_TensorData', p, [p]),
    tensorByteSize: fn('TF_TensorByteSize', 'size_t', [p]),
    tensorType: fn('TF_TensorType', 'int', [p]),

    stringInit: fn('TF_StringInit', 'void', [p]),
    stringCopy: fn('TF_StringCopy', 'void', [p, p, 'size_t']),
    stringData: fn('TF_StringGetDataPointer', p, [p]),
    stringSize: fn('TF_StringGetSize', 'size_t', [p]),

    newContextOptions: fn('TFE_NewContextOptions', p, []),
    setConfig: fn('TFE_ContextOptionsSetConfig', 'void', [p, p, 'size_t', p]),
    deleteContextOptions: fn('TFE_DeleteContextOptions', 'void', [p]),
    newContext: fn('TFE_NewContext', p, [p, p]),
    deleteContext: fn('TFE_DeleteContext', 'void', [p]),
    listDevices: fn('TFE_ContextListDevices', p, [p, p]),
    deviceCount: fn('TF_DeviceListCount', 'int', [p]),
    deviceType: fn('TF_DeviceListType', 'str', [p, 'int', p]),
    deviceName: fn('TF_DeviceListName', 'str', [p, 'int', p]),
    deleteDeviceList: fn('TF_DeleteDeviceList', 'void', [p]),

    newHandle: fn('TFE_NewTensorHandle', p, [p, p]),
    deleteHandle: fn('TFE_DeleteTensorHandle', 'void', [p]),
    handleDtype: fn('TFE_TensorHandleDataType', 'int', [p]),
    handleRank: fn('TFE_TensorHandleNumDims', 'int', [p, p]),
    handleDim: fn('TFE_TensorHandleDim', 'int64', [p, 'int', p]),
    resolve: fn('TFE_TensorHandleResolve', p, [p, p]),
    copyToDevice: fn('TFE_TensorHandleCopyToDevice', p, [p, p, 'str', p]),

    newOp: fn('TFE_NewOp', p, [p, 'str', p]),
    deleteOp: fn('TFE_DeleteOp', 'void', [p]),
    addInput: fn('TFE_OpAddInput', 'void', [p, p, p]),
    setDevice: fn('TFE_OpSetDevice', 'void', [p, 'str', p]),
    setAttrString: fn('TFE_OpSetAttrString', 'void', [p, 'str', p, 'size_t']),
    setAttrInt: fn('TFE_OpSetAttrInt', 'void', [p, 'str', 'int64']),
    setAttrIntList: fn('TFE_OpSetAttrIntList', 'void', [p, 'str', p, 'int']),
    setAttrFloat: fn('TFE_OpSetAttrFloat', 'void', [p, 'str', 'float']),
    setAttrFloatList: fn('TFE_OpSetAttrFloatList', 'void', [p, 'str', p, 'int']),
    setAttrBool: fn('TFE_OpSetAttrBool', 'void', [p, 'str', 'uint8']),
    setAttrBoolList: fn('TFE_OpSetAttrBoolList', 'void', [p, 'str', p, 'int']),
    setAttrType: fn('TFE_OpSetAttrType', 'void', [p, 'str', 'int']),
    setAttrShape: fn('TFE_OpSetAttrShape', 'void', [p, 'str', p, 'int', p]),
    execute: fn('TFE_Execute', 'void', [p, p, p, p]),

    newBuffer: fn('TF_NewBufferFromString', p, [p, 'size_t']),
    emptyBuffer: fn('TF_NewBuffer', p, []),
    deleteBuffer: fn('TF_DeleteBuffer', 'void', [p]),
    newGraph: fn('TF_NewGraph', p, []),
    deleteGraph: fn('TF_DeleteGraph', 'void', [p]),
    newImportOptions: fn('TF_NewImportGraphDefOptions', p, []),
    deleteImportOptions: fn('TF_DeleteImportGraphDefOptions', 'void', [p]),
    setImportPrefix: fn('TF_ImportGraphDefOptionsSetPrefix', 'void', [p, 'str']),
    importGraphDef: fn('TF_GraphImportGraphDef', 'void', [p, p, p, p]),
    operationByName: fn('TF_GraphOperationByName', p, [p, 'str']),
    opDef: fn('TF_GraphGetOpDef', 'void', [p, 'str', p, p]),
    newOperation: fn('TF_NewOperation', p, [p, 'str', 'str']),
    addOperationInput: fn('TF_AddInput', 'void', [p, output]),
    addOperationInputs: fn('TF_AddInputList', 'void', [p, p, 'int']),
    setOperationAttribute: fn('TF_SetAttrValueProto', 'void', [p, 'str', p, 'size_t', p]),
    finishOperation: fn('TF_FinishOperation', p, [p, p]),
    operationOutputs: fn('TF_OperationNumOutputs', 'int', [p]),
    outputDtype: fn('TF_OperationOutputType', 'int', [output]),
    outputRank: fn('TF_GraphGetTensorNumDims', 'int', [p, output, p]),
    outputShape: fn('TF_GraphGetTensorShape', 'void', [p, output, p, 'int', p]),
    newSessionOptions: fn('TF_NewSessionOptions', p, []),
    deleteSessionOptions: fn('TF_DeleteSessionOptions', 'void', [p]),
    setSessionConfig: fn('TF_SetConfig', 'void', [p, p, 'size_t', p]),
    setTarget: fn('TF_SetTarget', 'void', [p, 'str']),
    newSession: fn('TF_NewSession', p, [p, p, p]),
    closeSession: fn('TF_CloseSession', 'void', [p, p]),
    deleteSession: fn('TF_DeleteSession', 'void', [p, p]),
    sessionRun: (
      { session, options, inputs, inputValues, outputs, outputValues, targets, metadata, status }: SessionRun,
      done,
    ) =>
      sessionRun.async(
        session,
        options,
        inputs,
        inputValues,
        inputValues.length,
        outputs,
        outputValues,
        outputValues.length,
        targets,
        targets.length,
        metadata,
        status,
        done,
      ),

    newServer: fn('TF_NewServer', p, [p, 'size_t', p]),
    startServer: fn('TF_ServerStart', 'void', [p, p]),
    serverTarget: fn('TF_ServerTarget', 'str', [p]),
  };
}

/** Sets an environment variable as C sees it: the process.env of a worker thread is a copy. */
export function setVariable(name: string, value: string): void {
  if (process.platform === 'win32') return;
  koffi.load(null).func('setenv', 'int', ['str', 'str', 'int'])(name, value, 1);
}

const RTLD_NOW = 2;
const RTLD_NODELETE: Partial<Record<NodeJS.Platform, number>> = { linux: 0x1000, darwin: 0x80 };

/**
 * TensorFlow cannot be unloaded: its threads outlive it and crash the process as it ends. koffi unloads its libraries at the end of their
 * thread, so each one gets a reference here that is never given back.
 */
function keepLoaded(file: string): void {
  const noDelete = RTLD_NODELETE[process.platform];
  if (noDelete === undefined) return;
  const dlopen = koffi.load(null).func('dlopen', 'void *', ['str', 'int']);
  dlopen(file, RTLD_NOW | noDelete);
}
