import {
  __name,
  quietly,
  stderrAside
} from "./chunk-CW7RBAUD.mjs";

// packages/engine/src/engine.ts
import { availableParallelism } from "node:os";
import * as tf29 from "@tensorflow/tfjs-core";

// packages/engine/src/errors.ts
var EngineError = class extends Error {
  static {
    __name(this, "EngineError");
  }
  name = "EngineError";
  fault = "environment";
};
var TensorFlowError = class extends Error {
  static {
    __name(this, "TensorFlowError");
  }
  name = "TensorFlowError";
  fault = "environment";
};
var WebGpuError = class extends Error {
  static {
    __name(this, "WebGpuError");
  }
  name = "WebGpuError";
  fault = "environment";
};

// packages/engine/src/libtensorflow/find.ts
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join as join2, resolve } from "node:path";
import { promisify } from "node:util";

// packages/engine/src/libtensorflow/cache-folder.ts
import { homedir } from "node:os";
import { join } from "node:path";
function cacheFolder() {
  const { LIN_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (LIN_CACHE) return LIN_CACHE;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "lin");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "lin");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "lin");
}
__name(cacheFolder, "cacheFolder");

// packages/engine/src/libtensorflow/find.ts
var NONE = "none";
var PYTHON_TIMEOUT_MS = 1e4;
var LIBRARY = /^(libtensorflow_cc\.so(\.\d+)*|libtensorflow\.so(\.\d+)*|libtensorflow(_cc)?(\.\d+)*\.dylib|tensorflow\.dll)$/;
var FRAMEWORK = /^libtensorflow_framework(\.so(\.\d+)*|(\.\d+)*\.dylib)$/;
async function findLibTensorFlow() {
  const wish = process.env["LIN_LIBTENSORFLOW"];
  if (wish === NONE) return void 0;
  if (wish) return fromEnvironment(resolve(wish));
  return await fromCache() ?? await fromTfjsNode() ?? await fromPython();
}
__name(findLibTensorFlow, "findLibTensorFlow");
function installFolder() {
  return join2(cacheFolder(), "libtensorflow");
}
__name(installFolder, "installFolder");
async function fromEnvironment(path) {
  const entry = await stat(path).catch(() => void 0);
  const found = await inFolder(entry?.isDirectory() ? path : dirname(path), "env");
  if (!entry || !found) {
    throw new EngineError(
      `LIN_LIBTENSORFLOW is ${path}, where there is no libtensorflow; name its folder or file, unset it, or set it to "${NONE}" to do without TensorFlow.`
    );
  }
  return entry.isDirectory() ? found : { ...found, library: path };
}
__name(fromEnvironment, "fromEnvironment");
async function fromCache() {
  const versions = (await list(installFolder())).filter((name) => /^\d/.test(name)).sort(byVersion).reverse();
  for (const version of versions) {
    const found = await inFolder(join2(installFolder(), version, "tensorflow"), "cache");
    if (found) return found;
  }
  return void 0;
}
__name(fromCache, "fromCache");
async function fromTfjsNode() {
  try {
    const manifest = createRequire("file:///work/tmp/quick-base/packages/engine/src/libtensorflow/find.ts").resolve("@tensorflow/tfjs-node-gpu/package.json");
    return await inFolder(join2(dirname(manifest), "deps", "lib"), "tfjs-node-gpu");
  } catch {
    return void 0;
  }
}
__name(fromTfjsNode, "fromTfjsNode");
async function fromPython() {
  const code = 'import importlib.util as u; s = u.find_spec("tensorflow"); print(list(s.submodule_search_locations)[0] if s else "")';
  const { stdout } = await promisify(execFile)("python3", ["-c", code], { timeout: PYTHON_TIMEOUT_MS }).catch(() => ({
    stdout: ""
  }));
  const folder = stdout.trim();
  return folder ? inFolder(folder, "python") : void 0;
}
__name(fromPython, "fromPython");
async function inFolder(folder, source) {
  const names = (await list(folder)).sort();
  const library = names.find((name) => LIBRARY.test(name));
  if (!library) return void 0;
  const framework = names.find((name) => FRAMEWORK.test(name));
  return { folder, library: join2(folder, library), ...framework && { framework: join2(folder, framework) }, source };
}
__name(inFolder, "inFolder");
var list = /* @__PURE__ */ __name((folder) => readdir(folder).catch(() => []), "list");
var byVersion = /* @__PURE__ */ __name((a, b) => a.localeCompare(b, "en", { numeric: true }), "byVersion");

// packages/engine/src/tensorflow/backend.ts
import { createRequire as createRequire2 } from "node:module";
import util3 from "node:util";
import * as tf10 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/gradients.ts
import * as tf from "@tensorflow/tfjs-core";

// packages/engine/src/once.ts
var done = /* @__PURE__ */ new Set();
function once(what, work) {
  if (done.has(what)) return;
  work();
  done.add(what);
}
__name(once, "once");

// packages/engine/src/kernels/gradients.ts
function correctGradients() {
  once("gradients", () => {
    cumulativeSums();
    productsAlongNegativeAxes();
    flooredQuotients();
    mirroredPadding();
  });
}
__name(correctGradients, "correctGradients");
function cumulativeSums() {
  replaceGradient(tf.Cumsum, () => ({
    kernelName: tf.Cumsum,
    inputsToSave: ["x"],
    gradFunc: /* @__PURE__ */ __name((dy, _saved, attrs) => {
      const { axis, exclusive, reverse: reverse2 } = attrs;
      return { x: /* @__PURE__ */ __name(() => tf.cumsum(dy, axis, exclusive, !reverse2), "x") };
    }, "gradFunc")
  }));
}
__name(cumulativeSums, "cumulativeSums");
function productsAlongNegativeAxes() {
  replaceGradient(tf.Prod, (own) => ({
    ...own,
    gradFunc: /* @__PURE__ */ __name((dy, saved, attrs) => {
      const { axis } = attrs;
      const axes = tf.util.parseAxisParam(axis, saved[0].shape);
      return own.gradFunc(dy, saved, { ...attrs, axis: axes });
    }, "gradFunc")
  }));
}
__name(productsAlongNegativeAxes, "productsAlongNegativeAxes");
function flooredQuotients() {
  replaceGradient(tf.FloorDiv, () => ({
    kernelName: tf.FloorDiv,
    inputsToSave: ["a", "b"],
    gradFunc: /* @__PURE__ */ __name((_dy, saved) => ({ a: /* @__PURE__ */ __name(() => tf.zeros(saved[0].shape), "a"), b: /* @__PURE__ */ __name(() => tf.zeros(saved[1].shape), "b") }), "gradFunc")
  }));
}
__name(flooredQuotients, "flooredQuotients");
function mirroredPadding() {
  replaceGradient(tf.MirrorPad, (own) => ({
    ...own,
    gradFunc: /* @__PURE__ */ __name((dy, saved, attrs) => {
      const { paddings, mode } = attrs;
      const x = saved[0];
      const along = /* @__PURE__ */ __name((gradient3, axis) => {
        const order = [axis, ...x.shape.keys()].filter((other, i) => i === 0 || other !== axis);
        const back = order.map((_, i) => order.indexOf(i));
        const origins = mirrored(x.shape[axis], paddings[axis], mode === "reflect" ? 1 : 0);
        const sums = tf.unsortedSegmentSum(tf.transpose(gradient3, order), origins, x.shape[axis]);
        return tf.transpose(sums, back);
      }, "along");
      return { x: /* @__PURE__ */ __name(() => [...x.shape.keys()].reduce(along, dy), "x") };
    }, "gradFunc")
  }));
}
__name(mirroredPadding, "mirroredPadding");
function mirrored(extent, [before, after2], skip) {
  const origins = Array.from({ length: before + extent + after2 }, (_, i) => {
    const at = i - before;
    if (at < 0) return skip - 1 - at;
    return at < extent ? at : 2 * extent - 1 - skip - at;
  });
  return tf.tensor1d(origins, "int32");
}
__name(mirrored, "mirrored");
function replaceGradient(kernelName, gradient3) {
  const own = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient(gradient3(own));
}
__name(replaceGradient, "replaceGradient");

// packages/engine/src/libtensorflow/whole.ts
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
var ELF = 1179403647;
var MACH_O_64 = 4277009103;
var LC_SEGMENT_64 = 25;
var MOST_HEADER_BYTES = 1 << 20;
function cutShort(path) {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const head = read(file, 0, 64);
    if (head.length < 64) return void 0;
    const magic = head.readUInt32LE(0);
    const needed = magic === ELF ? endOfElf(file, head) : magic === MACH_O_64 ? endOfMachO(file, head) : 0;
    return needed > size ? `it ends after ${size} bytes of ${needed}` : void 0;
  } finally {
    closeSync(file);
  }
}
__name(cutShort, "cutShort");
function endOfElf(file, head) {
  const is64 = head[4] === 2;
  const isLittleEndian = head[5] === 1;
  if (!is64 || !isLittleEndian) return 0;
  const programs = { at: int64(head, 32), size: head.readUInt16LE(54), count: head.readUInt16LE(56) };
  const sections = { at: int64(head, 40), size: head.readUInt16LE(58), count: head.readUInt16LE(60) };
  const table = read(file, programs.at, Math.min(programs.size * programs.count, MOST_HEADER_BYTES));
  let end = Math.max(programs.at + programs.size * programs.count, sections.at + sections.size * sections.count);
  for (let at = 0; at + 40 <= table.length && programs.size > 0; at += programs.size) {
    end = Math.max(end, int64(table, at + 8) + int64(table, at + 32));
  }
  return end;
}
__name(endOfElf, "endOfElf");
function endOfMachO(file, head) {
  const commands = read(file, 32, Math.min(head.readUInt32LE(20), MOST_HEADER_BYTES));
  let end = 0;
  for (let at = 0; at + 56 <= commands.length; ) {
    if (commands.readUInt32LE(at) === LC_SEGMENT_64)
      end = Math.max(end, int64(commands, at + 40) + int64(commands, at + 48));
    at += Math.max(8, commands.readUInt32LE(at + 4));
  }
  return end;
}
__name(endOfMachO, "endOfMachO");
var int64 = /* @__PURE__ */ __name((bytes, at) => Number(bytes.readBigUInt64LE(at)), "int64");
function read(file, position, length) {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, length ? readSync(file, bytes, 0, length, position) : 0);
}
__name(read, "read");

// packages/engine/src/tensorflow/active.ts
import * as tf2 from "@tensorflow/tfjs-core";

// packages/engine/src/tensorflow/dtypes.ts
var dtypes = {
  TF_FLOAT: 1,
  TF_DOUBLE: 2,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_BFLOAT16: 14,
  TF_COMPLEX128: 18,
  TF_RESOURCE: 20
};
var dtypeNumbers = {
  float32: dtypes.TF_FLOAT,
  int32: dtypes.TF_INT32,
  bool: dtypes.TF_BOOL,
  complex64: dtypes.TF_COMPLEX64
};
var attributeTypes = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5
};
var ELEMENT_BYTES = {
  [dtypes.TF_FLOAT]: 4,
  [dtypes.TF_DOUBLE]: 8,
  [dtypes.TF_INT32]: 4,
  [dtypes.TF_UINT8]: 1,
  [dtypes.TF_COMPLEX64]: 8,
  [dtypes.TF_INT64]: 8,
  [dtypes.TF_BOOL]: 1,
  [dtypes.TF_COMPLEX128]: 16
};
function elementBytes(dtype) {
  const bytes = ELEMENT_BYTES[dtype];
  if (bytes === void 0) throw new Error(`createTensor: dtype ${dtype} has no fixed element size.`);
  return bytes;
}
__name(elementBytes, "elementBytes");

// packages/engine/src/tensorflow/active.ts
var registered;
function setActive(active) {
  registered = active;
}
__name(setActive, "setActive");
function activeTensorFlow() {
  return tf2.getBackend() === "tensorflow" ? registered : void 0;
}
__name(activeTensorFlow, "activeTensorFlow");
var kernelBackend = /* @__PURE__ */ __name(() => tf2.backend(), "kernelBackend");
function tensorIds(tensors) {
  return kernelBackend().getInputTensorIds(tensors);
}
__name(tensorIds, "tensorIds");
function runOp(name, attributes, inputs, numOutputs = 1) {
  return kernelBackend().executeMultipleOutputs(name, attributes, inputs, numOutputs);
}
__name(runOp, "runOp");
function floatOp(name, ...inputs) {
  return runOp(name, [op.type("T", dtypes.TF_FLOAT)], inputs)[0];
}
__name(floatOp, "floatOp");
function adoptedTensor(id, { binding }) {
  return kernelBackend().createOutputTensor({ id, ...binding.describe(id) });
}
__name(adoptedTensor, "adoptedTensor");
function absentTensor({ shape, dtype }, message, { binding }) {
  return kernelBackend().createOutputTensor({ id: binding.reserve(message), shape: [...shape], dtype });
}
__name(absentTensor, "absentTensor");
var op = {
  type: /* @__PURE__ */ __name((name, value) => ({ name, type: attributeTypes.TF_ATTR_TYPE, value }), "type"),
  int: /* @__PURE__ */ __name((name, value) => ({ name, type: attributeTypes.TF_ATTR_INT, value }), "int"),
  float: /* @__PURE__ */ __name((name, value) => ({ name, type: attributeTypes.TF_ATTR_FLOAT, value }), "float"),
  bool: /* @__PURE__ */ __name((name, value) => ({ name, type: attributeTypes.TF_ATTR_BOOL, value }), "bool"),
  string: /* @__PURE__ */ __name((name, value) => ({ name, type: attributeTypes.TF_ATTR_STRING, value }), "string")
};

// packages/engine/src/tensorflow/c-api.ts
import koffi from "koffi";
var TF_OK = 0;
function loadTensorFlow({ library, framework }) {
  quietly(() => (framework ? [framework, library] : [library]).forEach(keepLoaded));
  if (framework) koffi.load(framework);
  const tf30 = koffi.load(library);
  const fn = /* @__PURE__ */ __name((name, result, args) => tf30.func(name, result, args), "fn");
  const p = "void *";
  const sessionRun = fn("TF_SessionRun", "void", [p, p, p, p, "int", p, p, "int", p, "int", p, p]);
  return {
    version: fn("TF_Version", "str", [])(),
    memcpy: fn("memcpy", p, [p, p, "size_t"]),
    newStatus: fn("TF_NewStatus", p, []),
    deleteStatus: fn("TF_DeleteStatus", "void", [p]),
    code: fn("TF_GetCode", "int", [p]),
    message: fn("TF_Message", "str", [p]),
    setStatus: fn("TF_SetStatus", "void", [p, "int", "str"]),
    allocateTensor: fn("TF_AllocateTensor", p, ["int", p, "int", "size_t"]),
    deleteTensor: fn("TF_DeleteTensor", "void", [p]),
    tensorData: fn("TF_TensorData", p, [p]),
    tensorByteSize: fn("TF_TensorByteSize", "size_t", [p]),
    tensorType: fn("TF_TensorType", "int", [p]),
    stringInit: fn("TF_StringInit", "void", [p]),
    stringCopy: fn("TF_StringCopy", "void", [p, p, "size_t"]),
    stringData: fn("TF_StringGetDataPointer", p, [p]),
    stringSize: fn("TF_StringGetSize", "size_t", [p]),
    newContextOptions: fn("TFE_NewContextOptions", p, []),
    setConfig: fn("TFE_ContextOptionsSetConfig", "void", [p, p, "size_t", p]),
    deleteContextOptions: fn("TFE_DeleteContextOptions", "void", [p]),
    newContext: fn("TFE_NewContext", p, [p, p]),
    deleteContext: fn("TFE_DeleteContext", "void", [p]),
    listDevices: fn("TFE_ContextListDevices", p, [p, p]),
    deviceCount: fn("TF_DeviceListCount", "int", [p]),
    deviceType: fn("TF_DeviceListType", "str", [p, "int", p]),
    deviceName: fn("TF_DeviceListName", "str", [p, "int", p]),
    deleteDeviceList: fn("TF_DeleteDeviceList", "void", [p]),
    newHandle: fn("TFE_NewTensorHandle", p, [p, p]),
    deleteHandle: fn("TFE_DeleteTensorHandle", "void", [p]),
    handleDtype: fn("TFE_TensorHandleDataType", "int", [p]),
    handleRank: fn("TFE_TensorHandleNumDims", "int", [p, p]),
    handleDim: fn("TFE_TensorHandleDim", "int64", [p, "int", p]),
    resolve: fn("TFE_TensorHandleResolve", p, [p, p]),
    copyToDevice: fn("TFE_TensorHandleCopyToDevice", p, [p, p, "str", p]),
    newOp: fn("TFE_NewOp", p, [p, "str", p]),
    deleteOp: fn("TFE_DeleteOp", "void", [p]),
    addInput: fn("TFE_OpAddInput", "void", [p, p, p]),
    setDevice: fn("TFE_OpSetDevice", "void", [p, "str", p]),
    setAttrString: fn("TFE_OpSetAttrString", "void", [p, "str", p, "size_t"]),
    setAttrInt: fn("TFE_OpSetAttrInt", "void", [p, "str", "int64"]),
    setAttrIntList: fn("TFE_OpSetAttrIntList", "void", [p, "str", p, "int"]),
    setAttrFloat: fn("TFE_OpSetAttrFloat", "void", [p, "str", "float"]),
    setAttrFloatList: fn("TFE_OpSetAttrFloatList", "void", [p, "str", p, "int"]),
    setAttrBool: fn("TFE_OpSetAttrBool", "void", [p, "str", "uint8"]),
    setAttrBoolList: fn("TFE_OpSetAttrBoolList", "void", [p, "str", p, "int"]),
    setAttrType: fn("TFE_OpSetAttrType", "void", [p, "str", "int"]),
    setAttrShape: fn("TFE_OpSetAttrShape", "void", [p, "str", p, "int", p]),
    execute: fn("TFE_Execute", "void", [p, p, p, p]),
    newBuffer: fn("TF_NewBufferFromString", p, [p, "size_t"]),
    emptyBuffer: fn("TF_NewBuffer", p, []),
    deleteBuffer: fn("TF_DeleteBuffer", "void", [p]),
    newGraph: fn("TF_NewGraph", p, []),
    deleteGraph: fn("TF_DeleteGraph", "void", [p]),
    newImportOptions: fn("TF_NewImportGraphDefOptions", p, []),
    deleteImportOptions: fn("TF_DeleteImportGraphDefOptions", "void", [p]),
    setImportPrefix: fn("TF_ImportGraphDefOptionsSetPrefix", "void", [p, "str"]),
    importGraphDef: fn("TF_GraphImportGraphDef", "void", [p, p, p, p]),
    operationByName: fn("TF_GraphOperationByName", p, [p, "str"]),
    newSessionOptions: fn("TF_NewSessionOptions", p, []),
    deleteSessionOptions: fn("TF_DeleteSessionOptions", "void", [p]),
    setSessionConfig: fn("TF_SetConfig", "void", [p, p, "size_t", p]),
    newSession: fn("TF_NewSession", p, [p, p, p]),
    closeSession: fn("TF_CloseSession", "void", [p, p]),
    deleteSession: fn("TF_DeleteSession", "void", [p, p]),
    sessionRun: /* @__PURE__ */ __name(({ session, options, inputs, inputValues, outputs, outputValues, targets, metadata, status }, done2) => sessionRun.async(
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
      done2
    ), "sessionRun")
  };
}
__name(loadTensorFlow, "loadTensorFlow");
function setVariable(name, value) {
  if (process.platform === "win32") return;
  koffi.load(null).func("setenv", "int", ["str", "str", "int"])(name, value, 1);
}
__name(setVariable, "setVariable");
var RTLD_NOW = 2;
var RTLD_NODELETE = { linux: 4096, darwin: 128 };
function keepLoaded(file) {
  const noDelete = RTLD_NODELETE[process.platform];
  if (noDelete === void 0) return;
  const dlopen = koffi.load(null).func("dlopen", "void *", ["str", "int"]);
  dlopen(file, RTLD_NOW | noDelete);
}
__name(keepLoaded, "keepLoaded");

// packages/engine/src/tensorflow/float64-kernels.ts
import * as tf3 from "@tensorflow/tfjs-core";
var KERNELS = {
  MatMul: { outputs: 1 },
  Svd: { outputs: 3 },
  SelfAdjointEigV2: { outputs: 2 },
  Qr: { outputs: 2 },
  Cholesky: { outputs: 1 },
  Lu: { outputs: 2, attributes: [op.type("output_idx_type", dtypes.TF_INT32)] },
  MatrixTriangularSolve: { outputs: 1 }
};
function registerFloat64Kernels() {
  for (const [name, { outputs, attributes = [] }] of Object.entries(KERNELS)) {
    const run = /* @__PURE__ */ __name(({ attrs }) => {
      const { matrices, options = {} } = attrs;
      return runFloat64(
        name,
        matrices,
        [...attributes, ...Object.entries(options).map(([key, value]) => op.bool(key, value))],
        outputs
      );
    }, "run");
    tf3.registerKernel({
      kernelName: `Float64${name}`,
      backendName: "tensorflow",
      kernelFunc: run
    });
  }
}
__name(registerFloat64Kernels, "registerFloat64Kernels");
function runFloat64(name, matrices, attributes, numOutputs) {
  const binding = activeTensorFlow()?.binding;
  if (!binding) throw new TensorFlowError(`Float64${name}: the tensorflow backend is not the current one.`);
  const ids = [];
  try {
    for (const { rows, cols, data } of matrices) ids.push(binding.createTensor([rows, cols], dtypes.TF_DOUBLE, data));
    const outputs = binding.executeOp(name, [op.type("T", dtypes.TF_DOUBLE), ...attributes], ids.slice(), numOutputs);
    ids.push(...outputs.map(({ id }) => id));
    return outputs.map(({ id, shape }) => {
      const values = binding.tensorDataSync(id);
      const data = values instanceof Float64Array ? values : Float64Array.from(values);
      return { rows: shape.length === 2 ? shape[0] : 1, cols: shape.at(-1), data };
    });
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}
__name(runFloat64, "runFloat64");

// packages/engine/src/tensorflow/kernels.ts
import * as tf9 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/resize-gradients.ts
import * as tf5 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/correct.ts
import * as tf4 from "@tensorflow/tfjs-core";
function correct(kernelName, backendName, corrected) {
  const { kernelFunc, ...config } = tf4.getKernel(kernelName, backendName);
  const kernel = corrected(kernelFunc);
  tf4.unregisterKernel(kernelName, backendName);
  tf4.registerKernel({
    ...config,
    kernelFunc: /* @__PURE__ */ __name((args) => tf4.tidy(() => tensorOf(kernel(args))), "kernelFunc")
  });
}
__name(correct, "correct");
function replace(kernelName, backendName, kernel) {
  if (tf4.getKernel(kernelName, backendName)) tf4.unregisterKernel(kernelName, backendName);
  tf4.registerKernel({
    kernelName,
    backendName,
    kernelFunc: /* @__PURE__ */ __name((args) => tf4.tidy(() => tensorOf(kernel(args))), "kernelFunc")
  });
}
__name(replace, "replace");
var tensorOf = /* @__PURE__ */ __name((info) => info instanceof tf4.Tensor ? info : tf4.engine().makeTensorFromTensorInfo(info), "tensorOf");

// packages/engine/src/kernels/resize-gradients.ts
var WRONG_NEAREST = /* @__PURE__ */ new Set(["cpu", "wasm", "webgpu"]);
var WRONG_BILINEAR = /* @__PURE__ */ new Set(["webgpu"]);
function correctResizeGradients(backendName) {
  correct(tf5.ResizeBilinearGrad, backendName, (own) => (args) => {
    const { images: images3, dy } = args.inputs;
    const attrs = args.attrs;
    if (attrs.halfPixelCenters || WRONG_BILINEAR.has(backendName)) return gradient(images3, dy, attrs, between);
    return tf5.reshape(tensorOf(own(args)), images3.shape);
  });
  correct(tf5.ResizeNearestNeighborGrad, backendName, (own) => (args) => {
    const { images: images3, dy } = args.inputs;
    const attrs = args.attrs;
    const isWrong = attrs.halfPixelCenters || WRONG_NEAREST.has(backendName);
    return isWrong ? gradient(images3, dy, attrs, nearest) : own(args);
  });
}
__name(correctResizeGradients, "correctResizeGradients");
function gradient(images3, dy, attrs, weights) {
  const [batch, height, width, channels] = images3.shape;
  const [, newHeight, newWidth] = dy.shape;
  const rows = tf5.reshape(dy, [batch, newHeight, newWidth * channels]);
  const R = tf5.tile(tf5.expandDims(matrix(newHeight, height, attrs, weights), 0), [batch, 1, 1]);
  const shrunk = tf5.reshape(tf5.matMul(R, rows, true), [batch * height, newWidth, channels]);
  const C = tf5.tile(tf5.expandDims(matrix(newWidth, width, attrs, weights), 0), [batch * height, 1, 1]);
  return tf5.reshape(tf5.matMul(C, shrunk, true), images3.shape);
}
__name(gradient, "gradient");
var between = /* @__PURE__ */ __name((place, extent) => {
  const low = Math.floor(place);
  return [
    [inside(low, extent), 1 - (place - low)],
    [inside(low + 1, extent), place - low]
  ];
}, "between");
var nearest = /* @__PURE__ */ __name((place, extent, { alignCorners, halfPixelCenters }) => [
  [inside(alignCorners ? Math.round(place) : Math.floor(halfPixelCenters ? place + 0.5 : place), extent), 1]
], "nearest");
var inside = /* @__PURE__ */ __name((index, extent) => Math.min(Math.max(index, 0), extent - 1), "inside");
function matrix(newExtent, extent, attrs, weights) {
  const { alignCorners, halfPixelCenters } = attrs;
  const values = new Float32Array(newExtent * extent);
  const scale = alignCorners && newExtent > 1 ? (extent - 1) / (newExtent - 1) : extent / newExtent;
  for (let i = 0; i < newExtent; i++) {
    const place = halfPixelCenters ? (i + 0.5) * scale - 0.5 : i * scale;
    for (const [index, weight] of weights(place, extent, attrs)) values[i * extent + index] += weight;
  }
  return tf5.tensor2d(values, [newExtent, extent]);
}
__name(matrix, "matrix");

// packages/engine/src/kernels/windows-that-fit.ts
import * as tf7 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/convolution-info.ts
import * as tf6 from "@tensorflow/tfjs-core";
var CONVOLUTIONS = [tf6.Conv2D, tf6.FusedConv2D, tf6.DepthwiseConv2dNative, tf6.FusedDepthwiseConv2D];
function convolutionInfo(kernelName, x, filter, attrs) {
  const { strides, dilations = 1, pad: pad7, dimRoundingMode } = attrs;
  const isDepthwise = kernelName.includes("Depthwise");
  return tf6.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad7, dimRoundingMode, isDepthwise);
}
__name(convolutionInfo, "convolutionInfo");

// packages/engine/src/kernels/windows-that-fit.ts
var OPS = [
  { kernelName: tf7.Conv2D, op: "conv2d" },
  { kernelName: tf7.FusedConv2D, op: "fused.conv2d" },
  { kernelName: tf7.DepthwiseConv2dNative, op: "depthwiseConv2d" },
  { kernelName: tf7.FusedDepthwiseConv2D, op: "fused.depthwiseConv2d" },
  { kernelName: tf7.MaxPool, op: "maxPool" },
  { kernelName: tf7.AvgPool, op: "avgPool" }
];
function refuseWindowsThatDoNotFit(backendName) {
  for (const { kernelName, op: op2 } of OPS) {
    correct(kernelName, backendName, (own) => (args) => {
      const { x, filter } = args.inputs;
      const attrs = args.attrs;
      const info = filter ? convolutionInfo(kernelName, x.shape, filter.shape, attrs) : pool(x, attrs);
      if (info.outHeight < 1 || info.outWidth < 1) {
        throw new Error(
          `${op2}: a window of ${info.effectiveFilterHeight} \xD7 ${info.effectiveFilterWidth} (dilation included) does not fit into an input of ${info.inHeight} \xD7 ${info.inWidth} with pad ${JSON.stringify(attrs.pad)}; use a smaller window, or pad 'same'.`
        );
      }
      return own(args);
    });
  }
}
__name(refuseWindowsThatDoNotFit, "refuseWindowsThatDoNotFit");
var pool = /* @__PURE__ */ __name((x, { filterSize, strides, pad: pad7, dimRoundingMode }) => tf7.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad7, dimRoundingMode), "pool");

// packages/engine/src/tensorflow/corrections.ts
import * as tf8 from "@tensorflow/tfjs-core";
function correctConvolutions() {
  for (const kernelName of CONVOLUTIONS) {
    correct(kernelName, "tensorflow", (own) => (args) => {
      const { x, filter } = args.inputs;
      const info = convolutionInfo(kernelName, x.shape, filter.shape, args.attrs);
      if (x.shape[0] === 0) return tf8.zeros(info.outShape);
      if (info.outWidth !== 1 || info.strideWidth === info.strideHeight) return own(args);
      const seen = singleColumn(x, info);
      const attrs = { ...args.attrs, strides: [info.strideHeight, info.strideHeight], pad: "valid" };
      return own({ ...args, inputs: { ...args.inputs, x: seen }, attrs });
    });
  }
}
__name(correctConvolutions, "correctConvolutions");
function correctIntegerMeans() {
  correct(tf8.Mean, "tensorflow", (own) => (args) => {
    const { x } = args.inputs;
    if (x.dtype !== "int32" && x.dtype !== "bool") return own(args);
    return own({ ...args, inputs: { x: tf8.cast(x, "float32") } });
  });
}
__name(correctIntegerMeans, "correctIntegerMeans");
function singleColumn(x, info) {
  const { top, left } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const width = info.effectiveFilterWidth;
  const padded = tf8.pad(x, [
    [0, 0],
    [top, Math.max(0, height - top - info.inHeight)],
    [left, Math.max(0, width - left - info.inWidth)],
    [0, 0]
  ]);
  return tf8.slice(padded, [0, 0, 0, 0], [x.shape[0], height, width, x.shape[3]]);
}
__name(singleColumn, "singleColumn");

// packages/engine/src/tensorflow/kernels.ts
function registerKernels() {
  gatherWithoutReading();
  typedExpandDims();
  channelSums();
  reluGradient();
  tanhGradient();
  correctConvolutions();
  correctIntegerMeans();
  correctResizeGradients("tensorflow");
  refuseWindowsThatDoNotFit("tensorflow");
}
__name(registerKernels, "registerKernels");
function channelSums() {
  const general = tf9.getKernel(tf9.Sum, "tensorflow");
  const kernelFunc = /* @__PURE__ */ __name((call) => {
    if (activeTensorFlow()?.binding.device !== "cpu") return general.kernelFunc(call);
    const x = call.inputs["x"];
    const { axis, keepDims } = call.attrs;
    const axes = tf9.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
    const isChannelSum = x.dtype === "float32" && !keepDims && x.size > 0 && axes.length > 0 && axes.length === x.shape.length - 1 && axes.every((a, i) => a === i);
    return isChannelSum ? floatOp("BiasAddGrad", x) : general.kernelFunc(call);
  }, "kernelFunc");
  replaceKernel(tf9.Sum, kernelFunc);
}
__name(channelSums, "channelSums");
function gatherWithoutReading() {
  const checked = tf9.getKernel(tf9.GatherV2, "tensorflow");
  const kernelFunc = /* @__PURE__ */ __name((call) => {
    const { x, indices } = call.inputs;
    if (!activeTensorFlow()?.binding.listener) {
      tensorIds([indices]);
      return checked.kernelFunc(call);
    }
    const { axis, batchDims } = call.attrs;
    const attributes = [
      op.int("batch_dims", batchDims),
      op.type("Tparams", dtypeNumbers[x.dtype]),
      op.type("Tindices", dtypeNumbers[indices.dtype]),
      op.type("Taxis", dtypes.TF_INT32)
    ];
    return runOp("GatherV2", attributes, [x, indices, tf9.scalar(axis, "int32")])[0];
  }, "kernelFunc");
  replaceKernel(tf9.GatherV2, kernelFunc);
}
__name(gatherWithoutReading, "gatherWithoutReading");
function typedExpandDims() {
  replaceKernel(tf9.ExpandDims, ({ inputs, attrs }) => {
    const input = inputs["input"];
    const { dim } = attrs;
    const axis = tf9.scalar(dim, "int32");
    const [result] = runOp(
      "ExpandDims",
      [op.type("T", dtypeNumbers[input.dtype]), op.type("Tdim", dtypes.TF_INT32)],
      [input, axis]
    );
    axis.dispose();
    return result;
  });
}
__name(typedExpandDims, "typedExpandDims");
function reluGradient() {
  replaceGradient2({
    kernelName: tf9.Relu,
    outputsToSave: [true],
    gradFunc: /* @__PURE__ */ __name((dy, saved) => ({
      x: /* @__PURE__ */ __name(() => oneOp("ReluGrad", dy, saved[0]) ?? tf9.mul(dy, tf9.step(saved[0])), "x")
    }), "gradFunc")
  });
}
__name(reluGradient, "reluGradient");
function tanhGradient() {
  replaceGradient2({
    kernelName: tf9.Tanh,
    outputsToSave: [true],
    gradFunc: /* @__PURE__ */ __name((dy, saved) => ({
      x: /* @__PURE__ */ __name(() => oneOp("TanhGrad", saved[0], dy) ?? tf9.mul(tf9.sub(1, tf9.square(saved[0])), dy), "x")
    }), "gradFunc")
  });
}
__name(tanhGradient, "tanhGradient");
function oneOp(name, ...inputs) {
  return activeTensorFlow() ? floatOp(name, ...inputs) : void 0;
}
__name(oneOp, "oneOp");
function replaceKernel(kernelName, kernelFunc) {
  tf9.unregisterKernel(kernelName, "tensorflow");
  tf9.registerKernel({ kernelName, backendName: "tensorflow", kernelFunc });
}
__name(replaceKernel, "replaceKernel");
function replaceGradient2(config) {
  tf9.unregisterGradient(config.kernelName);
  tf9.registerGradient(config);
}
__name(replaceGradient2, "replaceGradient");

// packages/engine/src/tensorflow/config-proto.ts
import protobuf from "protobufjs";
var ConfigProto = protobuf.parse(
  `
    syntax = "proto3";
    message GpuOptions { bool allow_growth = 4; }
    message OptimizerOptions { int32 global_jit_level = 5; }
    message RewriterConfig { int32 auto_mixed_precision_onednn_bfloat16 = 31; }
    message GraphOptions { OptimizerOptions optimizer_options = 3; RewriterConfig rewrite_options = 10; }
    message ConfigProto {
      map<string, int32> device_count = 1; int32 intra_op_parallelism_threads = 2; int32 inter_op_parallelism_threads = 5;
      GpuOptions gpu_options = 6; bool allow_soft_placement = 7; GraphOptions graph_options = 10;
    }
  `,
  { keepCase: true }
).root.lookupType("ConfigProto");
var JIT_OFF = -1;
var JIT_ON = 1;
var REWRITER_ON = 1;
function configProto({
  threads,
  gpu,
  gpuMemoryGrowth = true,
  xla,
  bfloat16 = false
}) {
  const message = ConfigProto.fromObject({
    ...threads !== void 0 && { intra_op_parallelism_threads: threads, inter_op_parallelism_threads: threads },
    ...!gpu && { device_count: { GPU: 0 } },
    gpu_options: { allow_growth: gpuMemoryGrowth },
    allow_soft_placement: true,
    graph_options: {
      ...xla !== void 0 && { optimizer_options: { global_jit_level: xla ? JIT_ON : JIT_OFF } },
      ...bfloat16 && { rewrite_options: { auto_mixed_precision_onednn_bfloat16: REWRITER_ON } }
    }
  });
  return ConfigProto.encode(message).finish();
}
__name(configProto, "configProto");

// packages/engine/src/tensorflow/tensor-memory.ts
function newTensor(tf30, { shape, dtype, bytes }) {
  const tensor = tf30.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes.length);
  if (bytes.length > 0) tf30.memcpy(tf30.tensorData(tensor), bytes, bytes.length);
  return tensor;
}
__name(newTensor, "newTensor");
function valuesOf(tf30, tensor, buffer) {
  const bytes = tf30.tensorByteSize(tensor);
  const view = buffer ? new Uint8Array(buffer, 0, bytes) : new Uint8Array(bytes);
  if (bytes > 0) tf30.memcpy(view, tf30.tensorData(tensor), bytes);
  return typedArrayOf(tf30.tensorType(tensor), view);
}
__name(valuesOf, "valuesOf");
var bytesOf = /* @__PURE__ */ __name(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength), "bytesOf");
function typedArrayOf(dtype, { buffer, byteLength }) {
  switch (dtype) {
    case dtypes.TF_FLOAT:
    case dtypes.TF_COMPLEX64:
      return new Float32Array(buffer, 0, byteLength / 4);
    case dtypes.TF_DOUBLE:
    case dtypes.TF_COMPLEX128:
      return new Float64Array(buffer, 0, byteLength / 8);
    case dtypes.TF_INT32:
      return new Int32Array(buffer, 0, byteLength / 4);
    case dtypes.TF_INT64:
      return new BigInt64Array(buffer, 0, byteLength / 8);
    default:
      return new Uint8Array(buffer, 0, byteLength);
  }
}
__name(typedArrayOf, "typedArrayOf");

// packages/engine/src/tensorflow/op-attributes.ts
function setAttribute(tf30, op2, { name, type, value }, status) {
  const list2 = Array.isArray(value) ? value : void 0;
  switch (type) {
    case attributeTypes.TF_ATTR_STRING: {
      const bytes = Buffer.from(value);
      return tf30.setAttrString(op2, name, bytes, bytes.length);
    }
    case attributeTypes.TF_ATTR_INT:
      return list2 ? tf30.setAttrIntList(op2, name, int64s(list2), list2.length) : tf30.setAttrInt(op2, name, value);
    case attributeTypes.TF_ATTR_FLOAT:
      return list2 ? tf30.setAttrFloatList(op2, name, Float32Array.from(list2), list2.length) : tf30.setAttrFloat(op2, name, value);
    case attributeTypes.TF_ATTR_BOOL:
      return list2 ? tf30.setAttrBoolList(op2, name, Uint8Array.from(list2, Number), list2.length) : tf30.setAttrBool(op2, name, Number(value));
    case attributeTypes.TF_ATTR_TYPE:
      return tf30.setAttrType(op2, name, value);
    case attributeTypes.TF_ATTR_SHAPE:
      return tf30.setAttrShape(op2, name, int64s(value), value.length, status);
    default:
      throw new Error(`Attribute ${name} has unknown type ${type}.`);
  }
}
__name(setAttribute, "setAttribute");
function int64s(values) {
  return BigInt64Array.from(values, BigInt);
}
__name(int64s, "int64s");

// packages/engine/src/tensorflow/binding.ts
var STRING_BYTES = 24;
var EagerBinding = class {
  constructor(tf30, config) {
    this.tf = tf30;
    Object.assign(this, dtypes, attributeTypes);
    this.status = tf30.newStatus();
    const options = tf30.newContextOptions();
    tf30.setConfig(options, config, config.length, this.status);
    this.context = tf30.newContext(options, this.status);
    tf30.deleteContextOptions(options);
    this.check("TFE_NewContext");
    this.gpu = this.findGpu();
    this.device = this.gpu ? "cuda" : "cpu";
  }
  tf;
  static {
    __name(this, "EagerBinding");
  }
  device;
  status;
  context;
  gpu;
  handles = /* @__PURE__ */ new Map();
  /** Numbers without a tensor, and what using one is told. */
  absent = /* @__PURE__ */ new Map();
  nextId = 0;
  isUsingGpuDevice() {
    return this.gpu !== void 0;
  }
  getNumOfTensors() {
    return this.handles.size;
  }
  createTensor(shape, dtype, values) {
    const tensor = dtype === dtypes.TF_STRING ? this.stringTensor(shape, values) : this.numericTensor(shape, dtype, values);
    let handle = this.tf.newHandle(tensor, this.status);
    this.tf.deleteTensor(tensor);
    this.check("createTensor");
    if (this.gpu && dtype !== dtypes.TF_INT32 && dtype !== dtypes.TF_STRING) handle = this.moveToGpu(handle, this.gpu);
    return this.register(handle);
  }
  deleteTensor(id) {
    if (this.absent.delete(id)) return;
    this.tf.deleteHandle(this.handle(id));
    this.handles.delete(id);
  }
  tensorDataSync(id) {
    const { tf: tf30 } = this;
    return this.withValue(id, (tensor) => {
      const isString = tf30.tensorType(tensor) === dtypes.TF_STRING;
      return isString ? this.readStrings(tf30.tensorData(tensor), tf30.tensorByteSize(tensor) / STRING_BYTES) : valuesOf(tf30, tensor);
    });
  }
  executeOp(name, attributes, inputIds, numOutputs) {
    const { tf: tf30, status } = this;
    const op2 = tf30.newOp(this.context, name, status);
    this.check(name);
    try {
      if (this.gpu) tf30.setDevice(op2, this.gpu, status);
      for (const attribute of attributes) setAttribute(tf30, op2, attribute, status);
      for (const id of inputIds) tf30.addInput(op2, this.handle(id), status);
      this.check(name);
      const outputs = new BigInt64Array(numOutputs);
      const count = Int32Array.of(numOutputs);
      tf30.execute(op2, outputs, count, status);
      this.check(name);
      return Array.from(outputs.subarray(0, count[0]), (handle) => ({
        id: this.register(handle),
        ...this.metadata(handle)
      }));
    } finally {
      tf30.deleteOp(op2);
    }
  }
  // SavedModels are not what Lin runs; tfjs-node's functions for them say so instead of failing obscurely.
  loadSavedModel() {
    throw new TensorFlowError("loadSavedModel: the TypeScript binding runs ops, not SavedModels.");
  }
  getNumOfSavedModels() {
    return 0;
  }
  /** Tensor `id` as a TF_Tensor with the same memory where it is on the CPU; the caller deletes it. */
  resolve(id) {
    const tensor = this.tf.resolve(this.handle(id), this.status);
    this.check("resolve");
    return tensor;
  }
  /** What `use` makes of a tensor as a TF_Tensor, which is gone afterwards. */
  withValue(id, use2) {
    const tensor = this.resolve(id);
    try {
      return use2(tensor);
    } finally {
      this.tf.deleteTensor(tensor);
    }
  }
  /** A tensor of this binding with the memory of a TF_Tensor, which stays the caller's to delete; returns its id. */
  adopt(tensor) {
    const handle = this.tf.newHandle(tensor, this.status);
    this.check("adopt");
    return this.register(
      this.gpu && this.tf.handleDtype(handle) !== dtypes.TF_INT32 ? this.moveToGpu(handle, this.gpu) : handle
    );
  }
  /** The id of a tensor that is not there: it takes no memory, and whatever uses it throws TensorFlowError with this message. */
  reserve(message) {
    this.absent.set(this.nextId, message);
    return this.nextId++;
  }
  /** Shape and TF_DataType of tensor `id`. */
  describe(id) {
    return this.metadata(this.handle(id));
  }
  metadata(handle) {
    const { tf: tf30, status } = this;
    const rank = tf30.handleRank(handle, status);
    const shape = Array.from({ length: rank }, (_, axis) => Number(tf30.handleDim(handle, axis, status)));
    return { shape, dtype: tf30.handleDtype(handle) };
  }
  numericTensor(shape, dtype, values) {
    const bytes = elementBytes(dtype) * shape.reduce((product, size) => product * size, 1);
    if (values.byteLength !== bytes) {
      throw new TensorFlowError(
        `createTensor: shape [${shape.join(", ")}] of dtype ${dtype} takes ${bytes} bytes, but ${values.byteLength} were given.`
      );
    }
    return newTensor(this.tf, { shape, dtype, bytes: bytesOf(values) });
  }
  stringTensor(shape, values) {
    const { tf: tf30 } = this;
    const tensor = tf30.allocateTensor(
      dtypes.TF_STRING,
      BigInt64Array.from(shape, BigInt),
      shape.length,
      values.length * STRING_BYTES
    );
    const data = tf30.tensorData(tensor);
    values.forEach((value, i) => {
      const string = data + BigInt(i * STRING_BYTES);
      tf30.stringInit(string);
      tf30.stringCopy(string, value, value.length);
    });
    return tensor;
  }
  readStrings(data, count) {
    const { tf: tf30 } = this;
    return Array.from({ length: count }, (_, i) => {
      const string = data + BigInt(i * STRING_BYTES);
      const value = new Uint8Array(Number(tf30.stringSize(string)));
      if (value.length > 0) tf30.memcpy(value, tf30.stringData(string), value.length);
      return value;
    });
  }
  moveToGpu(handle, gpu) {
    const moved = this.tf.copyToDevice(handle, this.context, gpu, this.status);
    this.tf.deleteHandle(handle);
    this.check("createTensor");
    return moved;
  }
  findGpu() {
    const { tf: tf30, status } = this;
    const devices = tf30.listDevices(this.context, status);
    this.check("TFE_ContextListDevices");
    const indices = Array.from({ length: tf30.deviceCount(devices) }, (_, i) => i);
    const index = indices.find((i) => tf30.deviceType(devices, i, status) === "GPU");
    const name = index === void 0 ? void 0 : tf30.deviceName(devices, index, status);
    tf30.deleteDeviceList(devices);
    return name;
  }
  register(handle) {
    this.handles.set(this.nextId, handle);
    return this.nextId++;
  }
  handle(id) {
    const handle = this.handles.get(id);
    if (handle === void 0)
      throw new TensorFlowError(this.absent.get(id) ?? `Tensor ${id} is not there: it was disposed, or never made.`);
    return handle;
  }
  check(what) {
    const { tf: tf30, status } = this;
    if (tf30.code(status) === TF_OK) return;
    const message = tf30.message(status);
    tf30.setStatus(status, TF_OK, "");
    throw new TensorFlowError(`${what}: ${message}`);
  }
};

// packages/engine/src/tensorflow/listening-binding.ts
var ListeningBinding = class extends EagerBinding {
  static {
    __name(this, "ListeningBinding");
  }
  current;
  /** Who listens now. */
  get listener() {
    return this.current;
  }
  /** Runs `work` with this listener, or without one. */
  withListener(listener, work) {
    const before = this.current;
    this.current = listener;
    try {
      return work();
    } finally {
      this.current = before;
    }
  }
  createTensor(shape, dtype, values) {
    const id = super.createTensor(shape, dtype, values);
    if (!Array.isArray(values))
      this.current?.constant(id, { shape: [...shape], dtype, bytes: bytesOf(values).slice() });
    return id;
  }
  executeOp(name, attributes, inputs, numOutputs) {
    this.current?.admit(name, inputs);
    const outputs = super.executeOp(name, attributes, inputs, numOutputs);
    this.current?.op({ name, attributes, inputs, outputs });
    return outputs;
  }
  tensorDataSync(id) {
    return this.current ? this.current.refuseRead(id) : super.tensorDataSync(id);
  }
  /** A copy of a tensor's value as a constant of a graph. */
  capture(id) {
    const values = super.tensorDataSync(id);
    if (Array.isArray(values)) throw new Error("capture: tensors of strings have no place in a recorded step.");
    return { ...this.describe(id), bytes: bytesOf(values) };
  }
};

// packages/engine/src/tensorflow/processor.ts
import { readFileSync } from "node:fs";
function requireAvx(cpuInfo = "/proc/cpuinfo") {
  if (process.arch !== "x64") return;
  const flags = /^flags\s*:(.*)$/m.exec(read2(cpuInfo))?.[1];
  if (flags === void 0 || /\bavx\b/.test(flags)) return;
  throw new EngineError(
    "This processor has no AVX instructions, which TensorFlow's builds need; do without TensorFlow: LIN_BACKEND=wasm."
  );
}
__name(requireAvx, "requireAvx");
function read2(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
__name(read2, "read");

// packages/engine/src/tensorflow/backend.ts
var require2 = createRequire2("file:///work/tmp/quick-base/packages/engine/src/tensorflow/backend.ts");
function registerTensorFlowBackend(found, config) {
  requireAvx();
  quietTensorFlow();
  let library;
  try {
    for (const file of [found.library, found.framework]) {
      const missing = file && cutShort(file);
      if (missing) throw new Error(missing);
    }
    library = loadTensorFlow(found);
  } catch (error) {
    const remedy = found.source === "env" ? "name another in LIN_LIBTENSORFLOW, or unset it" : "reinstall it with: npx lin-engine install --force";
    throw new EngineError(`${found.library} cannot be loaded (${error.message}); ${remedy}.`);
  }
  const binding = new ListeningBinding(library, configProto(config));
  replaceOldUtilities();
  const kernels = require2("./node-kernels.cjs");
  const NodeJSKernelBackend = kernels.backendClass();
  if (tf10.findBackendFactory("tensorflow")) tf10.removeBackend("tensorflow");
  tf10.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node-gpu"), 3);
  kernels.registerAllKernels();
  correctGradients();
  once("tensorflow", registerKernels);
  once("float64", registerFloat64Kernels);
  setActive({ library, binding, config });
  return { device: binding.device, version: library.version };
}
__name(registerTensorFlowBackend, "registerTensorFlowBackend");
function quietTensorFlow() {
  defaultVariable("TF_CPP_MIN_LOG_LEVEL", "2");
  defaultVariable("NVIDIA_TF32_OVERRIDE", "0");
}
__name(quietTensorFlow, "quietTensorFlow");
function defaultVariable(name, value) {
  process.env[name] ??= value;
  setVariable(name, process.env[name]);
}
__name(defaultVariable, "defaultVariable");
function replaceOldUtilities() {
  const old = util3;
  old["isNullOrUndefined"] = (value) => value === null || value === void 0;
  old["isArray"] = Array.isArray;
}
__name(replaceOldUtilities, "replaceOldUtilities");

// packages/engine/src/wasm/backend.ts
import { createRequire as createRequire3 } from "node:module";
import { dirname as dirname2, sep } from "node:path";
import * as tf24 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/average-pool-gradient.ts
import * as tf11 from "@tensorflow/tfjs-core";
function correctAveragePoolGradient(backendName) {
  correct(tf11.AvgPoolGrad, backendName, (own) => (args) => {
    const { dy, input } = args.inputs;
    const { filterSize, strides, pad: pad7, dimRoundingMode } = args.attrs;
    const info = tf11.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad7, dimRoundingMode);
    const rows = elementsInWindows(
      info.outHeight,
      info.strideHeight,
      info.filterHeight,
      info.padInfo.top,
      info.inHeight
    );
    const columns2 = elementsInWindows(
      info.outWidth,
      info.strideWidth,
      info.filterWidth,
      info.padInfo.left,
      info.inWidth
    );
    const elements = tf11.mul(tf11.reshape(rows, [-1, 1, 1]), tf11.reshape(columns2, [1, -1, 1]));
    return own({
      ...args,
      inputs: { ...args.inputs, dy: tf11.div(tf11.mul(dy, info.filterHeight * info.filterWidth), elements) }
    });
  });
}
__name(correctAveragePoolGradient, "correctAveragePoolGradient");
function elementsInWindows(windows, stride, size, padding, extent) {
  return tf11.tensor1d(
    Array.from({ length: windows }, (_, i) => {
      const start = i * stride - padding;
      return Math.min(start + size, extent) - Math.max(start, 0);
    })
  );
}
__name(elementsInWindows, "elementsInWindows");

// packages/engine/src/kernels/empty-sums.ts
import * as tf12 from "@tensorflow/tfjs-core";
function correctEmptySums(backendName) {
  correct(tf12.Sum, backendName, (own) => (args) => {
    const { x } = args.inputs;
    if (x.size > 0) return own(args);
    const { axis, keepDims } = args.attrs;
    const axes = tf12.util.parseAxisParam(axis, x.shape);
    const [shape] = tf12.backend_util.computeOutAndReduceShapes(x.shape, axes);
    return tf12.zeros(
      keepDims ? tf12.backend_util.expandShapeToKeepDim(shape, axes) : shape,
      x.dtype === "bool" ? "int32" : x.dtype
    );
  });
  correct(tf12.BatchMatMul, backendName, (own) => (args) => {
    const { a, b } = args.inputs;
    if (a.size > 0 && b.size > 0) return own(args);
    const { transposeA, transposeB } = args.attrs;
    const batch = tf12.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return tf12.zeros([...batch, a.shape.at(transposeA ? -1 : -2), b.shape.at(transposeB ? -2 : -1)]);
  });
}
__name(correctEmptySums, "correctEmptySums");

// packages/engine/src/kernels/keep-nan.ts
import * as tf13 from "@tensorflow/tfjs-core";
function keepNaN(backendName, kernelNames) {
  for (const name of kernelNames) {
    correct(name, backendName, (own) => (args) => {
      const { x } = args.inputs;
      if (x.size === 0) return own(args);
      return tf13.where(tf13.isNaN(x), NaN, tensorOf(own(args)));
    });
  }
}
__name(keepNaN, "keepNaN");
function keepNaNOfEither(backendName) {
  for (const name of [tf13.Maximum, tf13.Minimum]) {
    correct(name, backendName, (own) => (args) => {
      const { a, b } = args.inputs;
      const result = tensorOf(own(args));
      if (result.dtype !== "float32" || result.size === 0 || a.size === 0 || b.size === 0) return result;
      return tf13.where(tf13.logicalOr(tf13.isNaN(a), tf13.isNaN(b)), NaN, result);
    });
  }
}
__name(keepNaNOfEither, "keepNaNOfEither");
function keepNaNOfWindows(backendName) {
  correct(tf13.MaxPool, backendName, (own) => (args) => {
    const { x } = args.inputs;
    if (!Number.isNaN(tf13.sum(x).dataSync()[0])) return own(args);
    const isNaN2 = tf13.isNaN(x);
    const numbers = tensorOf(own({ ...args, inputs: { ...args.inputs, x: tf13.where(isNaN2, -Infinity, x) } }));
    const hasNaN = tensorOf(own({ ...args, inputs: { ...args.inputs, x: tf13.cast(isNaN2, "float32") } }));
    return tf13.where(tf13.greater(hasNaN, 0), NaN, numbers);
  });
}
__name(keepNaNOfWindows, "keepNaNOfWindows");

// packages/engine/src/kernels/volume-pools.ts
import * as tf14 from "@tensorflow/tfjs-core";
function registerVolumePools(backendName) {
  for (const [name, pool2] of [
    [tf14.MaxPool3D, tf14.maxPool],
    [tf14.AvgPool3D, tf14.avgPool]
  ]) {
    replace(name, backendName, ({ inputs, attrs }) => {
      const { x } = inputs;
      const { ofImages, ofDepth } = stages(attrs);
      const run = /* @__PURE__ */ __name((x2, { filterSize, strides, pad: pad7, dimRoundingMode }) => pool2(x2, filterSize, strides, pad7, dimRoundingMode), "run");
      const pooled = run(images(x), ofImages);
      return tf14.reshape(run(columns(pooled, x), ofDepth), [x.shape[0], -1, ...pooled.shape.slice(1)]);
    });
  }
  replace(tf14.MaxPool3DGrad, backendName, ({ inputs, attrs }) => {
    const { dy, input } = inputs;
    const { ofImages, ofDepth } = stages(attrs);
    const max = /* @__PURE__ */ __name((x2, p) => tf14.maxPool(x2, p.filterSize, p.strides, p.pad, p.dimRoundingMode), "max");
    const x = images(input);
    const pooled = max(x, ofImages);
    const column = columns(pooled, input);
    const dColumn = gradient2(
      tf14.MaxPoolGrad,
      { dy: like(dy, column), input: column, output: max(column, ofDepth) },
      ofDepth
    );
    const dPooled = tf14.reshape(dColumn, pooled.shape);
    return tf14.reshape(gradient2(tf14.MaxPoolGrad, { dy: dPooled, input: x, output: pooled }, ofImages), input.shape);
  });
  replace(tf14.AvgPool3DGrad, backendName, ({ inputs, attrs }) => {
    const { dy, input } = inputs;
    const { ofImages, ofDepth } = stages(attrs);
    const x = images(input);
    const pooledShape = [x.shape[0], dy.shape[2], dy.shape[3], x.shape[3]];
    const column = columns(tf14.zeros([...pooledShape]), input);
    const dColumn = gradient2(tf14.AvgPoolGrad, { dy: like(dy, column), input: column }, ofDepth);
    const dPooled = tf14.reshape(dColumn, [...pooledShape]);
    return tf14.reshape(gradient2(tf14.AvgPoolGrad, { dy: dPooled, input: x }, ofImages), input.shape);
  });
}
__name(registerVolumePools, "registerVolumePools");
function stages({ filterSize, strides, pad: pad7, dimRoundingMode }) {
  const [depth, height, width] = triple(filterSize);
  const [strideDepth, strideHeight, strideWidth] = triple(strides);
  const padded = /* @__PURE__ */ __name((rows, columns2) => typeof pad7 === "number" ? [
    [0, 0],
    [rows, rows],
    [columns2, columns2],
    [0, 0]
  ] : pad7, "padded");
  const p = typeof pad7 === "number" ? pad7 : 0;
  return {
    ofImages: {
      filterSize: [height, width],
      strides: [strideHeight, strideWidth],
      pad: padded(p, p),
      dimRoundingMode
    },
    ofDepth: { filterSize: [depth, 1], strides: [strideDepth, 1], pad: padded(p, 0), dimRoundingMode }
  };
}
__name(stages, "stages");
var triple = /* @__PURE__ */ __name((value) => typeof value === "number" ? [value, value, value] : value, "triple");
var images = /* @__PURE__ */ __name((x) => tf14.reshape(x, [x.shape[0] * x.shape[1], x.shape[2], x.shape[3], x.shape[4]]), "images");
var columns = /* @__PURE__ */ __name((x, { shape: [batch, depth] }) => tf14.reshape(x, [batch, depth, 1, x.shape[1] * x.shape[2] * x.shape[3]]), "columns");
var like = /* @__PURE__ */ __name((dy, column) => tf14.reshape(dy, [dy.shape[0], dy.shape[1], 1, column.shape[3]]), "like");
var gradient2 = /* @__PURE__ */ __name((kernelName, inputs, attrs) => tf14.engine().runKernel(kernelName, inputs, { ...attrs }), "gradient");

// packages/engine/src/kernels/volumes.ts
import * as tf16 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/depth.ts
import * as tf15 from "@tensorflow/tfjs-core";

// packages/engine/src/kernels/windows.ts
var span = /* @__PURE__ */ __name(({ window: window2, stride, positions }) => (positions - 1) * stride + window2, "span");
var reached = /* @__PURE__ */ __name((axis) => Math.min(axis.extent, span(axis)), "reached");

// packages/engine/src/kernels/depth.ts
function depthOf(info, pad7) {
  const axis = {
    extent: info.inDepth,
    window: info.effectiveFilterDepth,
    stride: info.strideDepth,
    positions: info.outDepth,
    dilation: info.dilationDepth
  };
  const same = Math.max(0, Math.floor((span({ ...axis, padding: 0 }) - axis.extent) / 2));
  return { ...axis, padding: pad7 === "same" ? same : pad7 === "valid" ? 0 : pad7 };
}
__name(depthOf, "depthOf");
function seenAlongDepth(x, k, depth) {
  const [batch, , ...image] = x.shape;
  const flat = tf15.reshape(x, [batch, depth.extent, -1]);
  const padded = tf15.pad(flat, [
    [0, 0],
    [depth.padding, after(depth)],
    [0, 0]
  ]);
  const start = k * depth.dilation;
  const end = start + (depth.positions - 1) * depth.stride + 1;
  const seen = tf15.stridedSlice(padded, [0, start, 0], [batch, end, flat.shape[2]], [1, depth.stride, 1]);
  return tf15.reshape(seen, [batch, depth.positions, ...image]);
}
__name(seenAlongDepth, "seenAlongDepth");
function placeAlongDepth(seen, k, depth) {
  const [batch, , ...image] = seen.shape;
  const { positions, stride } = depth;
  const each = tf15.reshape(seen, [batch, positions, 1, -1]);
  const size = each.shape[3];
  const spread = tf15.reshape(
    tf15.pad(each, [
      [0, 0],
      [0, 0],
      [0, stride - 1],
      [0, 0]
    ]),
    [batch, -1, size]
  );
  const start = k * depth.dilation;
  const length = (positions - 1) * stride + 1;
  const cut = tf15.slice(spread, [0, 0, 0], [batch, length, size]);
  const whole = depth.padding + depth.extent + after(depth);
  const placed = tf15.pad(cut, [
    [0, 0],
    [start, whole - start - length],
    [0, 0]
  ]);
  return tf15.reshape(tf15.slice(placed, [0, depth.padding, 0], [batch, depth.extent, size]), [
    batch,
    depth.extent,
    ...image
  ]);
}
__name(placeAlongDepth, "placeAlongDepth");
var after = /* @__PURE__ */ __name((depth) => Math.max(0, span(depth) - depth.padding - depth.extent), "after");

// packages/engine/src/kernels/volumes.ts
function registerVolumeConvolutions(backendName) {
  replace(tf16.Conv3D, backendName, ({ inputs, attrs }) => {
    const { x, filter } = inputs;
    return convolution(x, filter, attrs);
  });
  replace(tf16.Conv3DBackpropInputV2, backendName, ({ inputs, attrs }) => {
    const { dy, filter } = inputs;
    const { inputShape, ...rest } = attrs;
    return inputGradient(dy, filter, inputShape, rest);
  });
  replace(tf16.Conv3DBackpropFilterV2, backendName, ({ inputs, attrs }) => {
    const { x, dy } = inputs;
    const { filterShape, ...rest } = attrs;
    return filterGradient(x, dy, filterShape, rest);
  });
}
__name(registerVolumeConvolutions, "registerVolumeConvolutions");
function convolution(x, filter, attrs) {
  const { depth, strides, dilations } = geometry(x.shape, filter.shape, attrs);
  const parts = tf16.unstack(filter).map(
    (plane, k) => tf16.conv2d(images2(seenAlongDepth(x, k, depth)), plane, strides, attrs.pad, "NHWC", dilations)
  );
  return volumes(parts.length === 1 ? parts[0] : tf16.addN(parts), depth);
}
__name(convolution, "convolution");
function inputGradient(dy, filter, shape, attrs) {
  const { depth, strides } = geometry(shape, filter.shape, attrs);
  const [batch, , height, width, channels] = shape;
  const seenShape = [batch * depth.positions, height, width, channels];
  const parts = tf16.unstack(filter).map((plane, k) => {
    const seen = tf16.conv2dTranspose(images2(dy), plane, seenShape, strides, attrs.pad);
    return placeAlongDepth(volumes(seen, depth), k, depth);
  });
  return parts.length === 1 ? parts[0] : tf16.addN(parts);
}
__name(inputGradient, "inputGradient");
function filterGradient(x, dy, shape, attrs) {
  const { depth, strides } = geometry(x.shape, shape, attrs);
  const planes = Array.from({ length: shape[0] }, (_, k) => {
    const inputs = { x: images2(seenAlongDepth(x, k, depth)), dy: images2(dy) };
    const planeAttrs = { strides, pad: attrs.pad, dataFormat: "NHWC", filterShape: shape.slice(1) };
    return tf16.engine().runKernel(tf16.Conv2DBackpropFilter, inputs, planeAttrs);
  });
  return tf16.stack(planes);
}
__name(filterGradient, "filterGradient");
function geometry(x, filter, { strides, dilations = 1, pad: pad7 }) {
  const info = tf16.backend_util.computeConv3DInfo(x, filter, strides, dilations, pad7);
  if (info.outDepth < 1) {
    throw new Error(
      `conv3d: a window of depth ${info.effectiveFilterDepth} does not fit into an input of depth ${info.inDepth} with pad ${pad7}; use a smaller window, or pad 'same'.`
    );
  }
  return {
    depth: depthOf(info, pad7),
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth]
  };
}
__name(geometry, "geometry");
var images2 = /* @__PURE__ */ __name((x) => tf16.reshape(x, [x.shape[0] * x.shape[1], x.shape[2], x.shape[3], x.shape[4]]), "images");
var volumes = /* @__PURE__ */ __name((x, { positions }) => tf16.reshape(x, [x.shape[0] / positions, positions, x.shape[1], x.shape[2], x.shape[3]]), "volumes");

// packages/engine/src/wasm/convolution-gradients.ts
import * as tf17 from "@tensorflow/tfjs-core";
function registerConvolutionGradients(backendName) {
  tf17.registerKernel({
    kernelName: tf17.Conv2DBackpropFilter,
    backendName,
    kernelFunc: /* @__PURE__ */ __name(({ inputs, attrs }) => {
      const { x, dy } = inputs;
      const { filterShape } = attrs;
      const info = convolutionInfo(tf17.Conv2DBackpropFilter, x.shape, filterShape, attrs);
      return tf17.tidy(() => filterGradient2(x, dy, info));
    }, "kernelFunc")
  });
  tf17.registerKernel({
    kernelName: tf17.DepthwiseConv2dNativeBackpropFilter,
    backendName,
    kernelFunc: /* @__PURE__ */ __name(({ inputs, attrs }) => {
      const { x, dy } = inputs;
      const { filterShape } = attrs;
      const info = convolutionInfo(tf17.DepthwiseConv2dNativeBackpropFilter, x.shape, filterShape, attrs);
      return tf17.tidy(() => depthwiseFilterGradient(x, dy, info));
    }, "kernelFunc")
  });
  tf17.registerKernel({
    kernelName: tf17.DepthwiseConv2dNativeBackpropInput,
    backendName,
    kernelFunc: /* @__PURE__ */ __name(({ inputs, attrs }) => {
      const { dy, filter } = inputs;
      const { inputShape } = attrs;
      const info = convolutionInfo(tf17.DepthwiseConv2dNativeBackpropInput, inputShape, filter.shape, attrs);
      return tf17.tidy(() => depthwiseInputGradient(dy, filter, info));
    }, "kernelFunc")
  });
}
__name(registerConvolutionGradients, "registerConvolutionGradients");
function filterGradient2(x, dy, info) {
  const padded = padInput(x, info);
  const rows = tf17.reshape(dy, [-1, info.outChannels]);
  const offsets = windowOffsets(info).map((offset) => {
    const seen = tf17.reshape(window(padded, offset, info), [-1, info.inChannels]);
    return tf17.matMul(seen, rows, true, false);
  });
  return tf17.reshape(tf17.stack(offsets), [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels]);
}
__name(filterGradient2, "filterGradient");
function depthwiseFilterGradient(x, dy, info) {
  const multiplier = info.outChannels / info.inChannels;
  const padded = padInput(x, info);
  const grouped = tf17.reshape(dy, [-1, info.inChannels, multiplier]);
  const offsets = windowOffsets(info).map((offset) => {
    const seen = tf17.reshape(window(padded, offset, info), [-1, info.inChannels, 1]);
    return tf17.sum(tf17.mul(seen, grouped), 0);
  });
  return tf17.reshape(tf17.stack(offsets), [info.filterHeight, info.filterWidth, info.inChannels, multiplier]);
}
__name(depthwiseFilterGradient, "depthwiseFilterGradient");
function depthwiseInputGradient(dy, filter, info) {
  const multiplier = info.outChannels / info.inChannels;
  const spread = dilate(
    tf17.reshape(dy, [dy.shape[0], dy.shape[1], dy.shape[2], info.inChannels, multiplier]),
    info
  );
  const height = paddedHeight(info);
  const width = paddedWidth(info);
  const parts = windowOffsets(info).map(([i, j]) => {
    const weights = tf17.reshape(tf17.slice(filter, [i, j, 0, 0], [1, 1, -1, -1]), [info.inChannels, multiplier]);
    const value = tf17.sum(tf17.mul(spread, weights), 4);
    const top = i * info.dilationHeight;
    const left = j * info.dilationWidth;
    return tf17.pad(value, [
      [0, 0],
      [top, height - value.shape[1] - top],
      [left, width - value.shape[2] - left],
      [0, 0]
    ]);
  });
  const sum3 = tf17.addN(parts);
  return tf17.slice(sum3, [0, info.padInfo.top, info.padInfo.left, 0], [-1, info.inHeight, info.inWidth, -1]);
}
__name(depthwiseInputGradient, "depthwiseInputGradient");
function dilate(x, { strideHeight, strideWidth }) {
  const [batch, height, width, channels, multiplier] = x.shape;
  const columns2 = tf17.pad(tf17.reshape(x, [batch * height, width, 1, channels * multiplier]), [
    [0, 0],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0]
  ]);
  const wide = width * strideWidth;
  const rows = tf17.pad(tf17.reshape(columns2, [batch, height, 1, wide * channels * multiplier]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0]
  ]);
  const all = tf17.reshape(rows, [batch, height * strideHeight, wide, channels, multiplier]);
  return tf17.slice(
    all,
    [0, 0, 0, 0, 0],
    [-1, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, -1, -1]
  );
}
__name(dilate, "dilate");
function windowOffsets({ filterHeight, filterWidth }) {
  return Array.from({ length: filterHeight * filterWidth }, (_, k) => [Math.floor(k / filterWidth), k % filterWidth]);
}
__name(windowOffsets, "windowOffsets");
function window(padded, [i, j], info) {
  const top = i * info.dilationHeight;
  const left = j * info.dilationWidth;
  return tf17.stridedSlice(
    padded,
    [0, top, left, 0],
    [
      padded.shape[0],
      top + (info.outHeight - 1) * info.strideHeight + 1,
      left + (info.outWidth - 1) * info.strideWidth + 1,
      info.inChannels
    ],
    [1, info.strideHeight, info.strideWidth, 1]
  );
}
__name(window, "window");
function padInput(x, info) {
  const {
    inHeight,
    inWidth,
    padInfo: { top, left }
  } = info;
  return tf17.pad(x, [
    [0, 0],
    [top, paddedHeight(info) - top - inHeight],
    [left, paddedWidth(info) - left - inWidth],
    [0, 0]
  ]);
}
__name(padInput, "padInput");
var paddedHeight = /* @__PURE__ */ __name(({
  inHeight,
  outHeight,
  strideHeight,
  effectiveFilterHeight,
  padInfo: { top, bottom }
}) => Math.max(top + inHeight + bottom, (outHeight - 1) * strideHeight + effectiveFilterHeight), "paddedHeight");
var paddedWidth = /* @__PURE__ */ __name(({ inWidth, outWidth, strideWidth, effectiveFilterWidth, padInfo: { left, right } }) => Math.max(left + inWidth + right, (outWidth - 1) * strideWidth + effectiveFilterWidth), "paddedWidth");

// packages/engine/src/wasm/corrections.ts
import * as tf18 from "@tensorflow/tfjs-core";
function correctCast(backendName) {
  correct(tf18.Cast, backendName, (own) => (args) => {
    const { x } = args.inputs;
    return args.attrs["dtype"] === "bool" && x.dtype !== "bool" ? tf18.notEqual(x, tf18.scalar(0, x.dtype)) : own(args);
  });
}
__name(correctCast, "correctCast");
function correctOneHot(backendName) {
  correct(tf18.OneHot, backendName, (own) => (args) => {
    const { dtype, onValue, offValue } = args.attrs;
    if (dtype !== "float32") return own(args);
    const ones = own({ ...args, attrs: { ...args.attrs, dtype: "int32", onValue: 1, offValue: 0 } });
    return tf18.add(tf18.mul(tf18.cast(tensorOf(ones), "float32"), onValue - offValue), offValue);
  });
}
__name(correctOneHot, "correctOneHot");
function correctMaxPoolGradient(backendName) {
  correct(tf18.MaxPoolGrad, backendName, (own) => (args) => {
    const { input } = args.inputs;
    return own({ ...args, inputs: { ...args.inputs, input: tf18.add(tf18.sub(input, tf18.min(input)), 1) } });
  });
}
__name(correctMaxPoolGradient, "correctMaxPoolGradient");

// packages/engine/src/wasm/dilation.ts
import * as tf19 from "@tensorflow/tfjs-core";
function correctDilations(backendName) {
  for (const name of [tf19.Dilation2D, tf19.Dilation2DBackpropInput, tf19.Dilation2DBackpropFilter]) {
    correct(name, backendName, (own) => (args) => {
      const { x, filter } = args.inputs;
      const rise = tf19.sub(1, tf19.add(tf19.min(x), tf19.min(filter)));
      const raised = own({ ...args, inputs: { ...args.inputs, x: tf19.add(x, rise) } });
      return name === tf19.Dilation2D ? tf19.sub(tensorOf(raised), rise) : raised;
    });
  }
}
__name(correctDilations, "correctDilations");

// packages/engine/src/wasm/matrix-product.ts
import * as tf20 from "@tensorflow/tfjs-core";
function quickenTransposedProducts(backendName) {
  correct(tf20.BatchMatMul, backendName, (own) => (args) => {
    const { a, b } = args.inputs;
    const { transposeA, transposeB } = args.attrs;
    if (!transposeA && !transposeB) return own(args);
    const left = transposeA ? transpose3(a) : a;
    if (!transposeB) return tf20.matMul(left, b);
    return b.size > a.size ? transpose3(tf20.matMul(b, transpose3(left))) : tf20.matMul(left, transpose3(b));
  });
}
__name(quickenTransposedProducts, "quickenTransposedProducts");
function transpose3(x) {
  const last = x.rank - 1;
  return tf20.transpose(
    x,
    [...x.shape.keys()].map((axis) => axis === last ? last - 1 : axis === last - 1 ? last : axis)
  );
}
__name(transpose3, "transpose");

// packages/engine/src/wasm/prelu.ts
import * as tf21 from "@tensorflow/tfjs-core";
function correctPrelu(backendName) {
  correct(tf21.Prelu, backendName, (own) => (args) => {
    const { x, alpha } = args.inputs;
    const fits = x.shape.slice(x.rank - alpha.rank).join() === alpha.shape.join();
    return fits ? own(args) : tf21.where(tf21.greaterEqual(x, 0), tf21.mul(x, tf21.onesLike(alpha)), tf21.mul(alpha, x));
  });
}
__name(correctPrelu, "correctPrelu");

// packages/engine/src/wasm/unreached-edges.ts
import * as tf22 from "@tensorflow/tfjs-core";
function cutUnreachedEdges(backendName) {
  for (const name of CONVOLUTIONS) {
    correct(name, backendName, (own) => (args) => {
      const { x, filter } = args.inputs;
      const shape = reachedShape(name, x.shape, filter.shape, args.attrs);
      if (!shape) return own(args);
      return own({ ...args, inputs: { ...args.inputs, x: tf22.slice(x, [0, 0, 0, 0], shape) } });
    });
  }
  correct(tf22.Conv2DBackpropInput, backendName, (own) => (args) => {
    const { filter } = args.inputs;
    const { inputShape } = args.attrs;
    const shape = reachedShape(tf22.Conv2DBackpropInput, inputShape, filter.shape, args.attrs);
    if (!shape) return own(args);
    const gradient3 = tensorOf(own({ ...args, attrs: { ...args.attrs, inputShape: shape } }));
    return tf22.pad(
      gradient3,
      inputShape.map((extent, axis) => [0, extent - shape[axis]])
    );
  });
}
__name(cutUnreachedEdges, "cutUnreachedEdges");
function reachedShape(kernelName, x, filter, attrs) {
  if (attrs.pad !== "same") return void 0;
  const info = convolutionInfo(kernelName, x, filter, attrs);
  const height = reached({
    extent: info.inHeight,
    window: info.effectiveFilterHeight,
    stride: info.strideHeight,
    positions: info.outHeight,
    padding: info.padInfo.top
  });
  const width = reached({
    extent: info.inWidth,
    window: info.effectiveFilterWidth,
    stride: info.strideWidth,
    positions: info.outWidth,
    padding: info.padInfo.left
  });
  return height < info.inHeight || width < info.inWidth ? [x[0], height, width, x[3]] : void 0;
}
__name(reachedShape, "reachedShape");

// packages/engine/src/wasm/unsorted-segment-sum.ts
import * as tf23 from "@tensorflow/tfjs-core";
function registerUnsortedSegmentSum(backendName) {
  tf23.registerKernel({
    kernelName: tf23.UnsortedSegmentSum,
    backendName,
    kernelFunc: /* @__PURE__ */ __name(({ inputs, attrs }) => {
      const { x, segmentIds } = inputs;
      const numSegments = attrs.numSegments;
      return tf23.tidy(() => {
        const rows = tf23.reshape(x, [x.shape[0], -1]);
        const inSegment = tf23.equal(tf23.expandDims(segmentIds, 1), tf23.range(0, numSegments, 1, "int32"));
        const oneHot = tf23.cast(inSegment, "float32");
        return tf23.reshape(tf23.matMul(oneHot, rows, true, false), [numSegments, ...x.shape.slice(1)]);
      });
    }, "kernelFunc")
  });
}
__name(registerUnsortedSegmentSum, "registerUnsortedSegmentSum");

// packages/engine/src/wasm/backend.ts
var require3 = createRequire3("file:///work/tmp/quick-base/packages/engine/src/wasm/backend.ts");
async function readyWasmBackend() {
  await import("@tensorflow/tfjs");
  correctGradients();
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  once("wasm", () => {
    wasm.setWasmPaths(dirname2(require3.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
    quickenTransposedProducts("wasm");
    registerConvolutionGradients("wasm");
    registerUnsortedSegmentSum("wasm");
    correctCast("wasm");
    correctOneHot("wasm");
    correctEmptySums("wasm");
    correctMaxPoolGradient("wasm");
    correctAveragePoolGradient("wasm");
    cutUnreachedEdges("wasm");
    correctPrelu("wasm");
    correctDilations("wasm");
    correctResizeGradients("wasm");
    registerVolumeConvolutions("wasm");
    registerVolumePools("wasm");
    refuseWindowsThatDoNotFit("wasm");
    keepNaN("wasm", [tf24.Relu6, tf24.ClipByValue, tf24.Sign]);
    keepNaNOfEither("wasm");
    keepNaNOfWindows("wasm");
  });
  return 1;
}
__name(readyWasmBackend, "readyWasmBackend");
async function readyCpuBackend() {
  await import("@tensorflow/tfjs");
  correctGradients();
  once("cpu", () => {
    correctAveragePoolGradient("cpu");
    correctResizeGradients("cpu");
    registerVolumeConvolutions("cpu");
    registerVolumePools("cpu");
    refuseWindowsThatDoNotFit("cpu");
    keepNaN("cpu", [tf24.Sign]);
    keepNaNOfWindows("cpu");
    tf24.findBackend("cpu").firstUse = false;
  });
}
__name(readyCpuBackend, "readyCpuBackend");

// packages/engine/src/webgpu/adapter.ts
async function openAdapter({ create, globals }) {
  defineMissing(globals);
  const [backend2, api] = APIS[process.platform] ?? ["vulkan", "Vulkan"];
  let said = "";
  const { gpu, request } = stderrAside(
    () => {
      const gpu2 = create([`backend=${backend2}`]);
      return { gpu: gpu2, request: gpu2.requestAdapter({ powerPreference: "high-performance" }) };
    },
    (text) => said = text
  );
  const gpuAdapter = await request.catch((error) => {
    said += error.message;
  });
  if (!gpuAdapter) throw noAdapter(api, said);
  const { vendor, architecture, device, description, isFallbackAdapter } = gpuAdapter.info;
  return {
    gpu,
    gpuAdapter,
    adapter: { vendor, architecture, device, description, api, isSoftware: isFallbackAdapter }
  };
}
__name(openAdapter, "openAdapter");
var APIS = {
  win32: ["d3d12", "Direct3D 12"],
  darwin: ["metal", "Metal"]
};
function nameOf({ vendor, architecture, device, description, api }) {
  return `${device.replace(/-+$/, "") || "a GPU"} (${[vendor, architecture, description, api].filter(Boolean).join(", ")})`;
}
__name(nameOf, "nameOf");
function defineMissing(globals) {
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
__name(defineMissing, "defineMissing");
function noAdapter(api, said) {
  const lines = said.split("\n").filter((line) => /^\S/.test(line));
  const reason = (lines.find((line) => /^(Warning|Error): /.test(line)) ?? lines[0])?.trim().replace(/\.$/, "");
  const check = api === "Vulkan" ? "check the GPU's Vulkan driver (vulkaninfo --summary) and, where it is set, VK_ICD_FILENAMES" : "check the GPU's driver";
  return new EngineError(`The webgpu backend finds no ${api} adapter${reason ? ` (Dawn: ${reason})` : ""}; ${check}.`);
}
__name(noAdapter, "noAdapter");

// packages/engine/src/webgpu/backend.ts
import * as tf28 from "@tensorflow/tfjs-core";

// packages/engine/src/webgpu/corrections.ts
import * as tf25 from "@tensorflow/tfjs-core";
var MOST_SUMMANDS = 7;
function correctSums() {
  correct(tf25.AddN, "webgpu", (own) => (args) => {
    let rest = Object.values(args.inputs);
    while (rest.length > MOST_SUMMANDS) rest = [tf25.addN(rest.slice(0, MOST_SUMMANDS)), ...rest.slice(MOST_SUMMANDS)];
    return own({ ...args, inputs: rest });
  });
}
__name(correctSums, "correctSums");
var LEAST_SPLIT_TERMS = 2e3;
function correctLongProducts() {
  for (const name of [tf25.BatchMatMul, tf25._FusedMatMul]) {
    correct(name, "webgpu", (own) => (args) => {
      const { b } = args.inputs;
      const { transposeB } = args.attrs;
      if (!transposeB || b.shape.at(-1) < LEAST_SPLIT_TERMS) return own(args);
      const last = b.shape.length - 1;
      const transposed = tf25.transpose(b, [...Array(last - 1).keys(), last, last - 1]);
      return own({ ...args, inputs: { ...args.inputs, b: transposed }, attrs: { ...args.attrs, transposeB: false } });
    });
  }
}
__name(correctLongProducts, "correctLongProducts");
function correctProd() {
  correct(tf25.Prod, "webgpu", (own) => (args) => {
    const { x } = args.inputs;
    const { axis, keepDims } = args.attrs;
    const product = tensorOf(own(args));
    return keepDims && product.rank < x.shape.length ? tf25.reshape(product, tf25.backend_util.expandShapeToKeepDim(product.shape, tf25.util.parseAxisParam(axis, x.shape))) : product;
  });
}
__name(correctProd, "correctProd");
function correctIntegerPower() {
  correct(tf25.Pow, "webgpu", (own) => (args) => {
    const { a, b } = args.inputs;
    if (a.dtype !== "int32" || b.dtype !== "int32") return own(args);
    return tf25.cast(tf25.round(tf25.pow(tf25.cast(a, "float32"), tf25.cast(b, "float32"))), "int32");
  });
}
__name(correctIntegerPower, "correctIntegerPower");
function correctLogarithms() {
  for (const [name, least] of [
    [tf25.Log, 0],
    [tf25.Log1p, -1]
  ]) {
    correct(name, "webgpu", (own) => (args) => {
      const { x } = args.inputs;
      if (x.size === 0) return own(args);
      return tf25.where(tf25.greater(x, least), tensorOf(own(args)), tf25.where(tf25.equal(x, least), -Infinity, NaN));
    });
  }
}
__name(correctLogarithms, "correctLogarithms");

// packages/engine/src/webgpu/guard.ts
function guard(backend2, onFault) {
  const { device, tensorMap, bufferManager } = backend2;
  let fault;
  const fail = /* @__PURE__ */ __name((what, why) => {
    fault ??= `${what} (${why.split("\n")[0].trim().replace(/\.$/, "")})`;
    onFault();
  }, "fail");
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    fail("refused an op", event.error.message);
  });
  void device.lost.then(({ message }) => fail("was lost", message));
  const inJavaScript = /* @__PURE__ */ __name((dataId) => tensorMap.get(dataId).values != null || tensorMap.get(dataId).dtype === "string", "inJavaScript");
  const readSync2 = backend2.readSync.bind(backend2);
  backend2.readSync = (dataId) => {
    if (inJavaScript(dataId) || tensorMap.get(dataId).dtype === "complex64") return readSync2(dataId);
    throw new WebGpuError(
      "A GPU is read asynchronously: await data() or array() instead of dataSync() or arraySync(), or use the tensorflow backend (LIN_BACKEND=tensorflow)."
    );
  };
  const read3 = backend2.read.bind(backend2);
  backend2.read = async (dataId) => {
    if (inJavaScript(dataId)) return read3(dataId);
    const values = await read3(dataId).catch((error) => fail("could not be read", error.message));
    if (!fault) return values;
    if (tensorMap.has(dataId)) tensorMap.get(dataId).values = null;
    throw new WebGpuError(
      `The GPU ${fault}; what it computed may be wrong, and it starts anew with the next initEngine.`
    );
  };
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, ...rest) => {
    if (size <= largest) return acquireBuffer(size, ...rest);
    throw new WebGpuError(
      `A tensor of ${megabytes(size)} MB is larger than the ${megabytes(largest)} MB that this GPU takes; use a smaller batch.`
    );
  };
}
__name(guard, "guard");
var megabytes = /* @__PURE__ */ __name((bytes) => Math.ceil(bytes / 2 ** 20), "megabytes");

// packages/engine/src/webgpu/high-ranks.ts
import * as tf26 from "@tensorflow/tfjs-core";
var MOST_AXES = 4;
var BROADCASTING = [
  tf26.Add,
  tf26.Sub,
  tf26.Multiply,
  tf26.RealDiv,
  tf26.FloorDiv,
  tf26.Maximum,
  tf26.Minimum,
  tf26.SquaredDifference,
  tf26.Pow,
  tf26.Mod,
  tf26.Atan2,
  tf26.Prelu,
  tf26.Equal,
  tf26.NotEqual,
  tf26.Greater,
  tf26.GreaterEqual,
  tf26.Less,
  tf26.LessEqual,
  tf26.LogicalAnd,
  tf26.LogicalOr
];
function supportHighRanks() {
  BROADCASTING.forEach(broadcastFirst);
  ofHighRank(tf26.Tile, (x, { reps }) => alongAxes(x, (y, axis) => tf26.tile(y, [1, reps[axis], 1])));
  ofHighRank(
    tf26.PadV2,
    (x, { paddings, constantValue }) => alongAxes(x, (y, axis) => tf26.pad(y, [[0, 0], paddings[axis], [0, 0]], constantValue))
  );
  ofHighRank(
    tf26.MirrorPad,
    (x, { paddings, mode }) => alongAxes(x, (y, axis) => tf26.mirrorPad(y, [[0, 0], paddings[axis], [0, 0]], mode))
  );
  ofHighRank(tf26.Reverse, (x, { dims }) => {
    const reversed = tf26.util.parseAxisParam(dims, x.shape);
    return alongAxes(x, (y, axis) => reversed.includes(axis) ? tf26.reverse(y, 1) : y);
  });
  ofHighRank(tf26.Cumsum, (x, { axis: summed, exclusive, reverse: reverse2 }) => {
    const [along] = tf26.util.parseAxisParam(summed, x.shape);
    return alongAxes(x, (y, axis) => axis === along ? tf26.cumsum(y, 1, exclusive, reverse2) : y);
  });
  ofHighRank(
    tf26.StridedSlice,
    (x, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => {
      const info = tf26.slice_util.sliceInfo(
        x.shape,
        begin,
        end,
        strides,
        beginMask,
        endMask,
        ellipsisMask,
        newAxisMask,
        shrinkAxisMask
      );
      const slice6 = alongAxes(
        x,
        (y, axis) => tf26.stridedSlice(
          y,
          [0, info.begin[axis], 0],
          [y.shape[0], info.end[axis], y.shape[2]],
          [1, info.strides[axis], 1]
        )
      );
      return tf26.reshape(slice6, info.finalShape);
    }
  );
  correct(tf26.Select, "webgpu", (own) => (args) => {
    const { condition, t, e } = args.inputs;
    if (t.shape.length <= MOST_AXES) return own(args);
    return tf26.reshape(tf26.where(tf26.reshape(condition, [-1]), tf26.reshape(t, [-1]), tf26.reshape(e, [-1])), t.shape);
  });
}
__name(supportHighRanks, "supportHighRanks");
function ofHighRank(kernelName, work) {
  correct(kernelName, "webgpu", (own) => (args) => {
    const { x } = args.inputs;
    return x.shape.length > MOST_AXES ? work(x, args.attrs) : own(args);
  });
}
__name(ofHighRank, "ofHighRank");
function alongAxes(x, work) {
  return x.shape.reduce((y, extent, axis) => {
    const [before, after2] = [y.shape.slice(0, axis), y.shape.slice(axis + 1)];
    const done2 = work(tf26.reshape(y, [tf26.util.sizeFromShape(before), extent, tf26.util.sizeFromShape(after2)]), axis);
    return tf26.reshape(done2, [...before, done2.shape[1], ...after2]);
  }, x);
}
__name(alongAxes, "alongAxes");
function broadcastFirst(kernelName) {
  correct(kernelName, "webgpu", (own) => (args) => {
    const operands = Object.entries(args.inputs);
    const [[, a], [, b]] = operands;
    const isIndexed = Math.max(a.shape.length, b.shape.length) > MOST_AXES && a.shape.join() !== b.shape.join();
    if (!isIndexed) return own(args);
    const shape = tf26.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    return own({
      ...args,
      inputs: Object.fromEntries(operands.map(([name, operand]) => [name, tf26.broadcastTo(operand, shape)]))
    });
  });
}
__name(broadcastFirst, "broadcastFirst");

// packages/engine/src/webgpu/scans.ts
import * as tf27 from "@tensorflow/tfjs-core";
function replaceScans() {
  for (const { name, combine, neutral } of [
    { name: tf27.Cumsum, combine: tf27.add, neutral: 0 },
    { name: tf27.Cumprod, combine: tf27.mul, neutral: 1 }
  ]) {
    replace(name, "webgpu", ({ inputs, attrs }) => {
      const { x } = inputs;
      const { axis, exclusive, reverse: reverse2 } = attrs;
      const [along] = tf27.util.parseAxisParam(axis, x.shape);
      const extent = x.shape[along];
      const outer = tf27.util.sizeFromShape(x.shape.slice(0, along));
      const moved = /* @__PURE__ */ __name((y, places) => {
        const kept = tf27.slice(y, [0, reverse2 ? places : 0, 0], [-1, extent - places, -1]);
        return tf27.pad(kept, [[0, 0], reverse2 ? [0, places] : [places, 0], [0, 0]], neutral);
      }, "moved");
      if (x.size === 0) return tf27.clone(x);
      let result = tf27.reshape(x, [outer, extent, -1]);
      if (exclusive) result = moved(result, 1);
      for (let places = 1; places < extent; places *= 2) result = combine(result, moved(result, places));
      return tf27.reshape(result, x.shape);
    });
  }
}
__name(replaceScans, "replaceScans");

// packages/engine/src/webgpu/backend.ts
var LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup"
];
var running;
async function findAdapter() {
  if (running) return running;
  const dawn = await installed("webgpu", import("webgpu"));
  await tfjsBackend();
  return openAdapter(dawn);
}
__name(findAdapter, "findAdapter");
async function registerWebGpuBackend(open) {
  if (open === running) return;
  await import("@tensorflow/tfjs");
  correctGradients();
  const { WebGPUBackend } = await tfjsBackend();
  once("webgpu", () => {
    correctAveragePoolGradient("webgpu");
    correctEmptySums("webgpu");
    correctIntegerPower();
    correctProd();
    correctSums();
    correctLogarithms();
    correctLongProducts();
    replaceScans();
    correctResizeGradients("webgpu");
    registerVolumeConvolutions("webgpu");
    registerVolumePools("webgpu");
    refuseWindowsThatDoNotFit("webgpu");
    keepNaN("webgpu", [
      tf28.Exp,
      tf28.Expm1,
      tf28.Sigmoid,
      tf28.Softplus,
      tf28.Elu,
      tf28.Relu6,
      tf28.Sign,
      tf28.Asinh,
      tf28.Acosh,
      tf28.Sinh,
      tf28.Cosh,
      tf28.Erf
    ]);
    keepNaNOfEither("webgpu");
    supportHighRanks();
  });
  const { gpu, gpuAdapter, adapter } = open;
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, gpuAdapter.limits[name]]));
  const device = await gpuAdapter.requestDevice({ requiredLimits }).catch((error) => {
    throw new EngineError(
      `${nameOf(adapter)} gives no device (Dawn: ${error.message}); check the GPU's driver and its free memory.`
    );
  });
  const backend2 = withNavigator(gpu, () => new WebGPUBackend(device, gpuAdapter.info));
  guard(backend2, () => {
    if (running === open) running = void 0;
  });
  replaceDispose(backend2);
  if (tf28.findBackendFactory("webgpu")) tf28.removeBackend("webgpu");
  tf28.registerBackend("webgpu", () => backend2, 3);
  running = open;
  process.once("exit", () => device.destroy());
}
__name(registerWebGpuBackend, "registerWebGpuBackend");
var tfjsBackend = /* @__PURE__ */ __name(() => installed("@tensorflow/tfjs-backend-webgpu", import("@tensorflow/tfjs-backend-webgpu")), "tfjsBackend");
async function installed(name, module) {
  return module.catch((error) => {
    const reason = error.code === "ERR_MODULE_NOT_FOUND" ? "is not installed" : `cannot be loaded (${error.message.split("\n")[0]})`;
    throw new EngineError(
      `The webgpu backend needs the package ${name}, which ${reason}; install both it needs with: npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0.`
    );
  });
}
__name(installed, "installed");
function withNavigator(gpu, work) {
  const { navigator } = globalThis;
  const [owner, name, value] = navigator ? [navigator, "gpu", gpu] : [globalThis, "navigator", { gpu }];
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true });
  try {
    return work();
  } finally {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  }
}
__name(withNavigator, "withNavigator");
function replaceDispose(backend2) {
  const dispose = backend2.dispose.bind(backend2);
  backend2.dispose = () => {
    dispose();
    backend2.device.destroy();
  };
}
__name(replaceDispose, "replaceDispose");

// packages/engine/src/engine.ts
var BACKENDS = ["tensorflow", "webgpu", "wasm", "cpu"];
async function initEngine({ backend: backend2 = "auto", cuda = "auto", threads } = {}) {
  const wish = backend2 === "auto" ? backendOfEnvironment() : backend2;
  if (cuda === true && wish !== "auto" && wish !== "tensorflow") {
    throw new EngineError(
      `A GPU with CUDA is required (cuda: true), but the ${wish} backend does not use CUDA; use the tensorflow backend.`
    );
  }
  if (wish === "webgpu") return startWebGpu(await findAdapter(), "as asked");
  if (wish === "wasm") return startWasm("as asked");
  if (wish === "cpu") return startCpu("as asked");
  const found = await findLibTensorFlow();
  if (!found && (wish === "tensorflow" || cuda === true)) {
    throw new EngineError(
      "The tensorflow backend needs libtensorflow, which was not found; fetch it with: npx lin-engine install."
    );
  }
  const tensorflow = found && registerTensorFlow(found, { cuda, threads });
  const gpu = wish === "auto" && cuda === "auto" && tensorflow?.device !== "cuda" && await findGpu();
  if (gpu)
    return startWebGpu(
      gpu,
      tensorflow ? "TensorFlow finds no GPU, WebGPU does" : "no libtensorflow is found, WebGPU does find a GPU"
    );
  if (tensorflow) return use(tensorflow);
  return startWasm("no libtensorflow is found: npx lin-engine install fetches one, about ten times as fast").catch(
    (error) => startCpu(`neither libtensorflow nor wasm: ${error.message}`)
  );
}
__name(initEngine, "initEngine");
function registerTensorFlow(found, { cuda, threads = availableParallelism() }) {
  const { device, version } = registerTensorFlowBackend(found, { threads, gpu: cuda !== false });
  if (cuda === true && device !== "cuda") {
    throw new EngineError(
      `A GPU is required (cuda: true), but TensorFlow ${version} from ${found.folder} does not find one; check nvidia-smi, or fetch a CUDA build with: npx lin-engine install --cuda --force.`
    );
  }
  const where5 = device === "cuda" ? "CUDA" : `${threads} CPU thread${threads === 1 ? "" : "s"}`;
  return {
    backend: "tensorflow",
    device,
    version,
    threads,
    reason: `tensorflow: TensorFlow ${version} on ${where5} (${SOURCES[found.source]})`
  };
}
__name(registerTensorFlow, "registerTensorFlow");
var SOURCES = {
  env: "libtensorflow named by LIN_LIBTENSORFLOW",
  cache: "libtensorflow in Lin's cache",
  "tfjs-node-gpu": "libtensorflow that tfjs-node-gpu fetched",
  python: "libtensorflow of the Python environment"
};
async function findGpu() {
  const open = await findAdapter().catch((error) => {
    if (!(error instanceof EngineError)) throw error;
  });
  return open?.adapter.isSoftware ? void 0 : open ?? void 0;
}
__name(findGpu, "findGpu");
async function startWebGpu(open, why) {
  await registerWebGpuBackend(open);
  const { adapter } = open;
  const reason = `webgpu: tfjs ${tf29.version_core} on ${nameOf(adapter)} (${adapter.isSoftware ? "a CPU that plays a GPU, " : ""}${why})`;
  return use({
    backend: "webgpu",
    device: adapter.isSoftware ? "cpu" : "gpu",
    adapter,
    version: tf29.version_core,
    threads: 1,
    reason
  });
}
__name(startWebGpu, "startWebGpu");
async function startWasm(why) {
  const threads = await readyWasmBackend();
  return use({
    backend: "wasm",
    device: "cpu",
    version: tf29.version_core,
    threads,
    reason: `wasm: tfjs ${tf29.version_core} (${why})`
  });
}
__name(startWasm, "startWasm");
async function startCpu(why) {
  await readyCpuBackend();
  return use({
    backend: "cpu",
    device: "cpu",
    version: tf29.version_core,
    threads: 1,
    reason: `cpu: tfjs ${tf29.version_core} in plain JavaScript (${why})`
  });
}
__name(startCpu, "startCpu");
async function use(engine4) {
  if (!await tf29.setBackend(engine4.backend))
    throw new EngineError(`tfjs cannot start its ${engine4.backend} backend on this machine.`);
  await tf29.ready();
  return engine4;
}
__name(use, "use");
function backendOfEnvironment() {
  const wish = process.env["LIN_BACKEND"] || "auto";
  const known = ["auto", ...BACKENDS];
  const backend2 = known.find((name) => name === wish);
  if (backend2) return backend2;
  throw new EngineError(`LIN_BACKEND is "${wish}"; it is one of ${known.join(", ")}.`);
}
__name(backendOfEnvironment, "backendOfEnvironment");

export {
  EngineError,
  TensorFlowError,
  WebGpuError,
  cacheFolder,
  findLibTensorFlow,
  installFolder,
  inFolder,
  dtypes,
  dtypeNumbers,
  attributeTypes,
  activeTensorFlow,
  tensorIds,
  runOp,
  floatOp,
  adoptedTensor,
  absentTensor,
  op,
  TF_OK,
  configProto,
  newTensor,
  valuesOf,
  bytesOf,
  initEngine
};
