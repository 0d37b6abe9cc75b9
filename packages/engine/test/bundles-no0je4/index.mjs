import {
  EngineError,
  TF_OK,
  TensorFlowError,
  WebGpuError,
  absentTensor,
  activeTensorFlow,
  adoptedTensor,
  attributeTypes,
  bytesOf,
  cacheFolder,
  configProto,
  dtypeNumbers,
  dtypes,
  findLibTensorFlow,
  floatOp,
  inFolder,
  initEngine,
  installFolder,
  newTensor,
  op,
  runOp,
  tensorIds,
  valuesOf
} from "./chunk-5CPH7L3B.mjs";
import {
  __name
} from "./chunk-CW7RBAUD.mjs";

// packages/engine/src/diagnose.ts
import * as tf from "@tensorflow/tfjs-core";
var RUNS = 5;
async function diagnose(options = {}) {
  const libtensorflow = await findLibTensorFlow();
  const engine2 = await initEngine(options);
  return {
    node: process.version,
    ...libtensorflow && { libtensorflow },
    engine: engine2,
    gflops: await measureThroughput(engine2.backend === "tensorflow" || engine2.device === "gpu" ? 1 : 4)
  };
}
__name(diagnose, "diagnose");
async function measureThroughput(shrink = 1) {
  const n = 2048 / shrink;
  const batch = 32 / shrink;
  const a = tf.randomNormal([n, n]);
  const x = tf.randomNormal([batch, 28, 28, 64]);
  const kernel = tf.randomNormal([3, 3, 64, 64]);
  const gflops = {
    matMul: await best(2 * n ** 3, () => tf.matMul(a, a)),
    convolution: await best(2 * batch * 28 * 28 * 9 * 64 * 64, () => tf.conv2d(x, kernel, 1, "same"))
  };
  tf.dispose([a, x, kernel]);
  return gflops;
}
__name(measureThroughput, "measureThroughput");
async function best(operations, compute) {
  let fastest = Infinity;
  for (let run2 = 0; run2 < RUNS; run2++) {
    const start = performance.now();
    const one = tf.tidy(() => tf.slice(tf.reshape(compute(), [-1]), 0, 1));
    await one.data();
    fastest = Math.min(fastest, (performance.now() - start) / 1e3);
    one.dispose();
  }
  return operations / fastest / 1e9;
}
__name(best, "best");

// packages/engine/src/libtensorflow/install.ts
import { randomBytes } from "node:crypto";
import { mkdir as mkdir3, readdir as readdir2, rename as rename2, rm as rm2 } from "node:fs/promises";
import { join as join3 } from "node:path";

// packages/files/src/is-alive.ts
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
__name(isAlive, "isAlive");

// packages/files/src/move-into-place.ts
import { open, rename } from "node:fs/promises";
import { dirname, resolve } from "node:path";
async function moveIntoPlace(from, to) {
  await rename(from, to);
  await syncFolder(dirname(resolve(to)));
}
__name(moveIntoPlace, "moveIntoPlace");
async function syncFolder(path) {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    if (!UNSUPPORTED.has(error.code)) throw error;
  } finally {
    await folder.close();
  }
}
__name(syncFolder, "syncFolder");
var UNSUPPORTED = /* @__PURE__ */ new Set(["EINVAL", "ENOTSUP", "EPERM", "EISDIR"]);

// packages/files/src/lock.ts
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve as resolve2 } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
var POLL_MS = 250;
var held = /* @__PURE__ */ new Set();
var attempts = 0;
async function withLock(path, work, { signal, onWait } = {}) {
  let told = false;
  for (; ; ) {
    const lock = await tryLock(path);
    if ("release" in lock) return work().finally(lock.release);
    if (!told) onWait?.(lock.holder);
    told = true;
    await sleep(POLL_MS, void 0, { signal });
  }
}
__name(withLock, "withLock");
async function tryLock(path) {
  const name = resolve2(path);
  if (held.has(name)) return { holder: { pid: process.pid, host: hostname() } };
  held.add(name);
  let isTaken = false;
  try {
    while (!(isTaken = await take(name))) {
      const holder = await holderOf(name);
      if (holder) return { holder };
      await breakLock(name);
    }
  } finally {
    if (!isTaken) held.delete(name);
  }
  const release = /* @__PURE__ */ __name(async () => {
    held.delete(name);
    await rm(name, { force: true });
  }, "release");
  return { release };
}
__name(tryLock, "tryLock");
async function take(path) {
  const contents = `${process.pid} ${hostname()}
`;
  const own = `${path}.${process.pid}-${++attempts}`;
  try {
    await writeFile(own, contents);
    await link(own, path).catch((error) => {
      if (error.code === "EEXIST") throw error;
      return writeFile(path, contents, { flag: "wx" });
    });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}
__name(take, "take");
async function holderOf(path) {
  const [id = "", host = hostname()] = (await readFile(path, "utf8").catch(() => "")).trim().split(" ");
  const pid = Number(id);
  if (!(Number.isInteger(pid) && pid > 0)) return void 0;
  if (host !== hostname()) return { pid, host };
  if (pid === process.pid) return void 0;
  return isAlive(pid) ? { pid, host } : void 0;
}
__name(holderOf, "holderOf");
async function breakLock(path) {
  const breaking = `${path}.breaking`;
  if (!await take(breaking)) {
    if (await holderOf(breaking)) await sleep(POLL_MS);
    else await rm(breaking, { force: true });
    return;
  }
  try {
    if (!await holderOf(path)) await rm(path, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}
__name(breakLock, "breakLock");

// packages/engine/src/libtensorflow/download-tarball.ts
import { mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
var TARBALL_VERSION = "2.18.1";
var SYSTEMS = { "linux-x64": "linux-x86_64", "darwin-arm64": "darwin-arm64" };
var ANSWER_TIMEOUT_MS = 2e4;
async function downloadTarball({
  folder,
  url = officialUrl(),
  signal,
  answerTimeoutMs = ANSWER_TIMEOUT_MS
}) {
  await mkdir(folder, { recursive: true });
  const response = await answer(url, answerTimeoutMs, signal).catch((error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(
      `the libtensorflow archive cannot be reached: ${error.cause?.message ?? error.message}`
    );
  });
  if (!response.ok || !response.body)
    throw new EngineError(`the libtensorflow archive answers HTTP ${response.status}`);
  const libraries = extract({
    cwd: folder,
    strip: 2,
    strict: true,
    filter: /* @__PURE__ */ __name((path) => /^(\.\/)?lib\/libtensorflow/.test(path), "filter")
  });
  await pipeline(Readable.fromWeb(response.body), libraries, { signal }).catch((error) => {
    if (signal?.aborted) throw error;
    throw new EngineError(`the libtensorflow archive is damaged: ${error.message}`);
  });
}
__name(downloadTarball, "downloadTarball");
async function answer(url, timeoutMs, signal) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs / 1e3} s`)), timeoutMs);
  try {
    return await fetch(url, { signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal });
  } finally {
    clearTimeout(timer);
  }
}
__name(answer, "answer");
function officialUrl() {
  const system = SYSTEMS[`${process.platform}-${process.arch}`];
  if (!system) throw new EngineError(`there is no official libtensorflow for ${process.platform}-${process.arch}`);
  return `https://storage.googleapis.com/tensorflow/versions/${TARBALL_VERSION}/libtensorflow-cpu-${system}.tar.gz`;
}
__name(officialUrl, "officialUrl");

// packages/engine/src/libtensorflow/download-wheels.ts
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
var run = promisify(execFile);
var PYTHON = ["--implementation", "cp", "--python-version", "3.12", "--abi", "cp312"];
var PLATFORMS = {
  "linux-x64": { tag: "manylinux_2_27_x86_64", cpuPackage: "tensorflow-cpu" },
  "linux-arm64": { tag: "manylinux_2_27_aarch64", cpuPackage: "tensorflow" },
  "darwin-arm64": { tag: "macosx_12_0_arm64", cpuPackage: "tensorflow" }
};
var PIPS = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]];
async function downloadWheels({ folder, version, cuda, signal }) {
  const platform = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!platform) throw new EngineError(`there is no TensorFlow wheel for ${process.platform}-${process.arch}`);
  const pip = await findPip();
  const wanted = cuda ? [`tensorflow[and-cuda]==${version}`] : ["--no-deps", `${platform.cpuPackage}==${version}`];
  const args = [
    ...pip.slice(1),
    "download",
    "--quiet",
    "--no-color",
    "--disable-pip-version-check",
    "--no-input",
    "--retries",
    "2",
    "--timeout",
    "20",
    "--only-binary",
    ":all:",
    "--platform",
    platform.tag,
    ...PYTHON,
    "--dest",
    folder,
    ...wanted
  ];
  await run(pip[0], args, { signal }).catch((error) => {
    if (error.name === "AbortError") throw error;
    const reason = /^ERROR: (.*)$/m.exec(error.stderr ?? "")?.[1] ?? error.stderr?.trim().split("\n").at(-1) ?? error.message.split("\n")[0];
    throw new EngineError(`pip download failed: ${reason}`);
  });
  const files = await readdir(folder);
  return files.filter((file) => /^(tensorflow(_cpu)?|nvidia_[^-]+)-.*\.whl$/.test(file)).map((file) => join(folder, file));
}
__name(downloadWheels, "downloadWheels");
async function hasNvidiaGpu() {
  return run("nvidia-smi", ["-L"], { timeout: 1e4 }).then(
    ({ stdout }) => stdout.includes("GPU"),
    () => false
  );
}
__name(hasNvidiaGpu, "hasNvidiaGpu");
async function findPip() {
  for (const pip of PIPS) {
    const works = await run(pip[0], [...pip.slice(1), "--version"]).then(
      () => true,
      () => false
    );
    if (works) return pip;
  }
  throw new EngineError("pip is not installed");
}
__name(findPip, "findPip");

// packages/engine/src/libtensorflow/wheel.ts
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir as mkdir2 } from "node:fs/promises";
import { dirname as dirname2, join as join2 } from "node:path";
import { Transform } from "node:stream";
import { pipeline as pipeline2 } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { promisify as promisify2 } from "node:util";
import { open as open2 } from "yauzl";
async function unpackWheel(options) {
  try {
    return await unpackAndCheck(options);
  } catch (error) {
    const { name, message, syscall } = error;
    if (error instanceof EngineError || name === "AbortError" || syscall) throw error;
    throw new EngineError(`${options.wheel} is damaged (${message}); download it again.`);
  }
}
__name(unpackWheel, "unpackWheel");
async function unpackAndCheck({ wheel, folder, wanted, signal, onProgress }) {
  const zip = await promisify2(open2)(wheel, { lazyEntries: true, autoClose: false });
  try {
    const entries = await entriesOf(zip);
    const record2 = await readRecord(zip, entries, wheel);
    const files = entries.filter(({ fileName }) => wanted(fileName));
    for (const entry of files) {
      const expected = record2.get(entry.fileName);
      if (!expected)
        throw new EngineError(`${wheel}: ${entry.fileName} is not in the wheel's RECORD; download the wheel again.`);
      await unpackEntry(zip, entry, join2(folder, entry.fileName), expected, { signal, onProgress });
    }
    return files.map(({ fileName }) => fileName);
  } finally {
    zip.close();
  }
}
__name(unpackAndCheck, "unpackAndCheck");
async function unpackEntry(zip, entry, target, expected, { signal, onProgress }) {
  await mkdir2(dirname2(target), { recursive: true });
  const hash = createHash("sha256");
  let bytes = 0;
  const check = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress?.(chunk.length);
      done(null, chunk);
    }
  });
  await pipeline2(await openEntry(zip, entry), check, createWriteStream(target, { flush: true }), { signal });
  if (bytes !== expected.bytes || hash.digest("base64url") !== expected.sha256) {
    throw new EngineError(
      `${entry.fileName} does not match the wheel's RECORD (size or SHA-256); the download is damaged, try again.`
    );
  }
}
__name(unpackEntry, "unpackEntry");
async function readRecord(zip, entries, wheel) {
  const entry = entries.find(({ fileName }) => fileName.endsWith(".dist-info/RECORD"));
  if (!entry) throw new EngineError(`${wheel} has no RECORD: it is not a Python wheel; download it again.`);
  const lines = (await text(await openEntry(zip, entry))).split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const match = /^(.+),sha256=([\w-]+),(\d+)$/.exec(line);
      return match ? [[match[1], { sha256: match[2], bytes: Number(match[3]) }]] : [];
    })
  );
}
__name(readRecord, "readRecord");
function entriesOf(zip) {
  return new Promise((resolve3, reject) => {
    const entries = [];
    zip.on("entry", (entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once("end", () => resolve3(entries));
    zip.once("error", reject);
    zip.readEntry();
  });
}
__name(entriesOf, "entriesOf");
function openEntry(zip, entry) {
  return promisify2(zip.openReadStream.bind(zip))(entry);
}
__name(openEntry, "openEntry");

// packages/engine/src/libtensorflow/install.ts
var TENSORFLOW_VERSION = "2.21.0";
async function installLibTensorFlow({ force = false, ...options } = {}) {
  const found = force ? void 0 : await findLibTensorFlow();
  if (found) return found;
  await mkdir3(installFolder(), { recursive: true }).catch((error) => {
    throw new EngineError(
      `${installFolder()} cannot be made (${error.code}); name a folder for downloads in LIN_CACHE.`
    );
  });
  const work = /* @__PURE__ */ __name(async () => {
    const meanwhile = force ? void 0 : await findLibTensorFlow();
    return meanwhile ?? fetchLibTensorFlow(options);
  }, "work");
  return withLock(join3(installFolder(), "install.lock"), work, {
    signal: options.signal,
    onWait: /* @__PURE__ */ __name(({ pid, host }) => options.log?.(`Process ${pid} is fetching TensorFlow already, on ${host}; waiting for it \u2026`), "onWait")
  });
}
__name(installLibTensorFlow, "installLibTensorFlow");
async function fetchLibTensorFlow(options) {
  await removeLeftovers();
  const staging = join3(installFolder(), `partial-${randomBytes(6).toString("hex")}`);
  await mkdir3(staging);
  try {
    const reasons = [];
    const unpacked = await attempt(reasons, () => fetchByPip(staging, options)) ?? await attempt(reasons, () => fetchTarball(staging, options));
    if (!unpacked) {
      throw new EngineError(
        `libtensorflow could not be fetched (${reasons.join("; ")}); check the network, or name a copy in LIN_LIBTENSORFLOW.`
      );
    }
    return await replaceInstalled(unpacked, join3(staging, "replaced"));
  } finally {
    await rm2(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}
__name(fetchLibTensorFlow, "fetchLibTensorFlow");
async function fetchByPip(staging, { cuda = "auto", log = /* @__PURE__ */ __name(() => {
}, "log"), signal }) {
  const withCuda = cuda === "auto" ? await hasNvidiaGpu() : cuda;
  log(`Fetching TensorFlow ${TENSORFLOW_VERSION}${withCuda ? " with CUDA" : ""} by pip (once; a few hundred MB) \u2026`);
  const wheels = await downloadWheels({ folder: staging, version: TENSORFLOW_VERSION, cuda: withCuda, signal });
  log("Unpacking and checking its libraries \u2026");
  const folder = join3(staging, "wheels");
  for (const wheel of wheels) await unpackWheel({ wheel, folder, wanted: isLibrary, signal });
  return { folder, version: TENSORFLOW_VERSION };
}
__name(fetchByPip, "fetchByPip");
async function fetchTarball(staging, { log = /* @__PURE__ */ __name(() => {
}, "log"), signal, tarballUrl }) {
  log("pip cannot fetch TensorFlow; trying the official libtensorflow \u2026");
  const folder = join3(staging, "tarball");
  await downloadTarball({ folder: join3(folder, "tensorflow"), url: tarballUrl, signal });
  return { folder, version: TARBALL_VERSION };
}
__name(fetchTarball, "fetchTarball");
async function attempt(reasons, fetch2) {
  try {
    const unpacked = await fetch2();
    if (await inFolder(join3(unpacked.folder, "tensorflow"), "cache")) return unpacked;
    throw new EngineError("what was fetched holds no libtensorflow for this system");
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reasons.push(error.message);
    return void 0;
  }
}
__name(attempt, "attempt");
async function replaceInstalled({ folder, version }, replaced) {
  const target = join3(installFolder(), version);
  await rename2(target, replaced).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  await moveIntoPlace(folder, target);
  return await inFolder(join3(target, "tensorflow"), "cache");
}
__name(replaceInstalled, "replaceInstalled");
async function removeLeftovers() {
  const names = await readdir2(installFolder());
  const partial = names.filter((name) => name.startsWith("partial-"));
  await Promise.all(partial.map((name) => rm2(join3(installFolder(), name), { recursive: true, force: true })));
}
__name(removeLeftovers, "removeLeftovers");
var isLibrary = /* @__PURE__ */ __name((path) => /^tensorflow\/libtensorflow[^/]*$/.test(path) || /^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/.test(path), "isLibrary");

// packages/engine/src/recording/record.ts
import { isDeepStrictEqual } from "node:util";
import * as tf4 from "@tensorflow/tfjs-core";

// packages/engine/src/tensorflow/graph-session.ts
var GraphSession = class {
  /** @throws TensorFlowError */
  constructor(tf10, config) {
    this.tf = tf10;
    this.graph = tf10.newGraph();
    const options = tf10.newSessionOptions();
    try {
      this.session = this.checked("TF_NewSession", (status) => {
        tf10.setSessionConfig(options, config, config.length, status);
        return tf10.newSession(this.graph, options, status);
      });
    } catch (error) {
      tf10.deleteGraph(this.graph);
      throw error;
    } finally {
      tf10.deleteSessionOptions(options);
    }
  }
  tf;
  static {
    __name(this, "GraphSession");
  }
  graph;
  session;
  operations = /* @__PURE__ */ new Map();
  queue = Promise.resolve();
  closed = false;
  /** Adds the nodes of a GraphDef, their names beginning with `prefix/`. @throws TensorFlowError where TensorFlow refuses one. */
  import(graphDef, prefix) {
    const { tf: tf10 } = this;
    const buffer = tf10.newBuffer(graphDef, graphDef.length);
    const options = tf10.newImportOptions();
    try {
      tf10.setImportPrefix(options, prefix);
      this.checked("TF_GraphImportGraphDef", (status) => tf10.importGraphDef(this.graph, buffer, options, status));
    } finally {
      tf10.deleteImportOptions(options);
      tf10.deleteBuffer(buffer);
    }
  }
  /** Begins when earlier runs have ended. @throws TensorFlowError */
  run(options) {
    if (this.closed) return Promise.reject(new TensorFlowError("run: this session has been disposed."));
    if (!options.fetches?.length && !options.targets?.length) return Promise.resolve({ values: [] });
    const prepared = this.prepare(options);
    const result = this.queue.then(() => this.execute(prepared));
    this.queue = result.catch(() => {
    });
    return result;
  }
  /** After the runs that are under way. */
  async dispose() {
    if (this.closed) return;
    this.closed = true;
    await this.queue;
    const { tf: tf10, session } = this;
    this.checked("TF_CloseSession", (status) => tf10.closeSession(session, status));
    this.checked("TF_DeleteSession", (status) => tf10.deleteSession(session, status));
    tf10.deleteGraph(this.graph);
  }
  prepare({
    feeds = /* @__PURE__ */ new Map(),
    fetches = [],
    take: take2 = /* @__PURE__ */ __name((tensor2) => valuesOf(this.tf, tensor2), "take"),
    targets = [],
    runOptions
  }) {
    return {
      take: take2,
      inputs: this.outputsArray([...feeds.keys()]),
      inputValues: BigInt64Array.from(
        [...feeds.values()],
        (feed) => typeof feed === "function" ? feed() : newTensor(this.tf, feed)
      ),
      outputs: this.outputsArray(fetches),
      outputValues: new BigInt64Array(fetches.length),
      targets: BigInt64Array.from(targets, (name) => this.operation(name)),
      runOptions
    };
  }
  async execute({ runOptions, take: take2, ...arrays }) {
    const { tf: tf10, session } = this;
    const status = tf10.newStatus();
    const options = runOptions ? tf10.newBuffer(runOptions, runOptions.length) : 0n;
    const metadata = runOptions ? tf10.emptyBuffer() : 0n;
    try {
      await new Promise((resolve3, reject) => {
        tf10.sessionRun(
          { session, options, metadata, status, ...arrays },
          (error) => error ? reject(error) : resolve3()
        );
      });
      if (tf10.code(status) !== TF_OK) throw new TensorFlowError(`TF_SessionRun: ${tf10.message(status)}`);
      return {
        values: Array.from(arrays.outputValues, (tensor2, i) => take2(tensor2, i)),
        ...runOptions && { metadata: this.bufferBytes(metadata) }
      };
    } finally {
      for (const tensor2 of [...arrays.inputValues, ...arrays.outputValues]) if (tensor2 !== 0n) tf10.deleteTensor(tensor2);
      for (const buffer of [options, metadata]) if (buffer !== 0n) tf10.deleteBuffer(buffer);
      tf10.deleteStatus(status);
    }
  }
  /** TF_Buffer is { data, length, … } (tensorflow/c/tf_buffer.h). */
  bufferBytes(buffer) {
    const fields = new BigInt64Array(2);
    this.tf.memcpy(fields, buffer, fields.byteLength);
    const bytes = new Uint8Array(Number(fields[1]));
    if (bytes.length > 0) this.tf.memcpy(bytes, fields[0], bytes.length);
    return bytes;
  }
  /** TF_Output is { TF_Operation*, int }, padded to 16 bytes; ours are first outputs. */
  outputsArray(names) {
    return BigInt64Array.from(names.flatMap((name) => [this.operation(name), 0n]));
  }
  operation(name) {
    const known = this.operations.get(name);
    if (known !== void 0) return known;
    const found = this.tf.operationByName(this.graph, name) ?? 0n;
    if (found === 0n) throw new TensorFlowError(`The graph has no node named ${name}.`);
    this.operations.set(name, found);
    return found;
  }
  checked(what, work) {
    const { tf: tf10 } = this;
    const status = tf10.newStatus();
    try {
      const result = work(status);
      if (tf10.code(status) !== TF_OK) throw new TensorFlowError(`${what}: ${tf10.message(status)}`);
      return result;
    } finally {
      tf10.deleteStatus(status);
    }
  }
};

// packages/engine/src/recording/collect-garbage.ts
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
function collectGarbage() {
  setFlagsFromString("--expose-gc");
  try {
    runInNewContext("gc")();
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}
__name(collectGarbage, "collectGarbage");

// packages/engine/src/recording/errors.ts
var RecordingError = class extends Error {
  static {
    __name(this, "RecordingError");
  }
  name = "RecordingError";
  fault = "environment";
};

// packages/engine/src/recording/graph-def.ts
import protobuf from "protobufjs";
var { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Dim { int64 size = 1; }
  message Shape { repeated Dim dim = 2; }
  message Tensor { int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated float float_val = 5; repeated int32 int_val = 7; repeated bool bool_val = 11; }
  message ListValue {
    repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5; repeated int32 type = 6; repeated Shape shape = 7;
  }
  message AttrValue {
    oneof value { ListValue list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6; Shape shape = 7; Tensor tensor = 8; }
  }
  message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
  message Versions { int32 producer = 1; }
  message GraphDef { repeated NodeDef node = 1; Versions versions = 4; }
`,
  { keepCase: true }
);
var GraphDef = root.lookupType("GraphDef");
var PRODUCER = 1087;
function encodeGraphDef(nodes) {
  return GraphDef.encode(GraphDef.fromObject({ node: nodes, versions: { producer: PRODUCER } })).finish();
}
__name(encodeGraphDef, "encodeGraphDef");
var attr = {
  type: /* @__PURE__ */ __name((type) => ({ type }), "type"),
  bool: /* @__PURE__ */ __name((b) => ({ b }), "bool"),
  string: /* @__PURE__ */ __name((text2) => ({ s: Buffer.from(text2) }), "string"),
  shape: /* @__PURE__ */ __name((shape) => ({ shape: shapeProto(shape) }), "shape"),
  tensor: /* @__PURE__ */ __name((tensor2) => ({
    tensor: {
      dtype: tensor2.dtype,
      tensor_shape: shapeProto(tensor2.shape),
      ...repeatedValue(tensor2) ?? { tensor_content: tensor2.bytes }
    }
  }), "tensor")
};
function repeatedValue({ dtype, bytes }) {
  const field = VALUE_FIELDS[dtype];
  if (!field || bytes.length === 0) return void 0;
  const { name, size, read } = field;
  const isRepeated = Buffer.compare(bytes.subarray(size), bytes.subarray(0, bytes.length - size)) === 0;
  return isRepeated ? { [name]: [read(new DataView(bytes.buffer, bytes.byteOffset))] } : void 0;
}
__name(repeatedValue, "repeatedValue");
var VALUE_FIELDS = {
  [dtypes.TF_FLOAT]: { name: "float_val", size: 4, read: /* @__PURE__ */ __name((view) => view.getFloat32(0, true), "read") },
  [dtypes.TF_INT32]: { name: "int_val", size: 4, read: /* @__PURE__ */ __name((view) => view.getInt32(0, true), "read") },
  [dtypes.TF_BOOL]: { name: "bool_val", size: 1, read: /* @__PURE__ */ __name((view) => view.getUint8(0) !== 0, "read") }
};
function attrOf({ type, value }) {
  const field = FIELDS[type];
  if (!field) throw new Error(`GraphDef: attribute type ${type} is unknown.`);
  const convert = CONVERSIONS[field] ?? ((one) => one);
  if (field === "shape") return attr.shape(value);
  return Array.isArray(value) ? { list: { [field]: value.map(convert) } } : { [field]: convert(value) };
}
__name(attrOf, "attrOf");
var FIELDS = {
  [attributeTypes.TF_ATTR_STRING]: "s",
  [attributeTypes.TF_ATTR_INT]: "i",
  [attributeTypes.TF_ATTR_FLOAT]: "f",
  [attributeTypes.TF_ATTR_BOOL]: "b",
  [attributeTypes.TF_ATTR_TYPE]: "type",
  [attributeTypes.TF_ATTR_SHAPE]: "shape"
};
var CONVERSIONS = {
  s: /* @__PURE__ */ __name((value) => Buffer.from(value), "s"),
  b: Boolean
};
var shapeProto = /* @__PURE__ */ __name((shape) => ({ dim: shape.map((size) => ({ size })) }), "shapeProto");

// packages/engine/src/recording/product-inputs.ts
var PRODUCT_INPUTS = {
  MatMul: [0, 1],
  BatchMatMul: [0, 1],
  BatchMatMulV2: [0, 1],
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2],
  Conv2DBackpropFilter: [0, 2]
};

// packages/engine/src/recording/graph-builder.ts
var nodeNames = {
  input: /* @__PURE__ */ __name((name) => `in/${name}`, "input"),
  output: /* @__PURE__ */ __name((name) => `out/${name}`, "output"),
  /** A variable's value now, and the feed and op that set it. */
  read: /* @__PURE__ */ __name((name) => `var/${name}/read`, "read"),
  newValue: /* @__PURE__ */ __name((name) => `var/${name}/new`, "newValue"),
  write: /* @__PURE__ */ __name((name) => `var/${name}/write`, "write"),
  /** Runs every update of the step. */
  update: "update"
};
function buildGraph({ tape, inputs, variables, outputs, products = "float32" }) {
  const builder = new GraphBuilder();
  for (const { name, id, shape, dtype } of inputs) builder.placeholder(nodeNames.input(name), { shape, dtype }, id);
  for (const variable of variables) builder.variable(variable);
  for (const [id, constant] of tape.constants) {
    builder.add(
      {
        name: `const/${id}`,
        op: "Const",
        input: [],
        attr: { dtype: attr.type(constant.dtype), value: attr.tensor(constant) }
      },
      [id]
    );
  }
  tape.ops.forEach(({ name, attributes, inputs: ids, outputs: results, updates }, i) => {
    const attributeMap = Object.fromEntries(attributes.map((attribute) => [attribute.name, attrOf(attribute)]));
    const node = { name: `op/${i}_${name}`, op: name, attr: attributeMap };
    const productInputs = products === "bfloat16" && results[0]?.dtype === dtypes.TF_FLOAT ? PRODUCT_INPUTS[name] : void 0;
    if (updates)
      builder.update(
        node,
        updates,
        ids,
        results.map(({ id }) => id)
      );
    else if (productInputs) builder.bfloat16Product(node, ids, productInputs, results[0].id);
    else
      builder.add(
        { ...node, input: ids.map((id) => builder.reference(id)) },
        results.map(({ id }) => id)
      );
  });
  for (const { name, id, dtype } of outputs) {
    builder.add(
      { name: nodeNames.output(name), op: "Identity", input: [builder.reference(id)], attr: { T: attr.type(dtype) } },
      []
    );
  }
  builder.assignments(variables);
  return encodeGraphDef(builder.nodes);
}
__name(buildGraph, "buildGraph");
var GraphBuilder = class {
  static {
    __name(this, "GraphBuilder");
  }
  nodes = [];
  references = /* @__PURE__ */ new Map();
  variables = /* @__PURE__ */ new Map();
  /** The nodes that read variables as they are before the step, by the variable's name: every update waits for its variable's. */
  reads = /* @__PURE__ */ new Map();
  updates = [];
  /** The ids that an op has put into a variable already. */
  updated = /* @__PURE__ */ new Set();
  add(node, ids) {
    this.nodes.push(node);
    ids.forEach((id, k) => this.references.set(id, k === 0 ? node.name : `${node.name}:${k}`));
  }
  /** A float32 op as one of bfloat16 between casts; TensorFlow shares the casts of an input that several ops take. */
  bfloat16Product(node, ids, castInputs, result) {
    const cast = /* @__PURE__ */ __name((name, input2, from, to) => ({
      name,
      op: "Cast",
      input: [input2],
      attr: { SrcT: attr.type(from), DstT: attr.type(to), Truncate: attr.bool(false) }
    }), "cast");
    const input = ids.map((id, i) => {
      if (!castInputs.includes(i)) return this.reference(id);
      const name = `${node.name}/bfloat16_${i}`;
      this.nodes.push(cast(name, this.reference(id), dtypes.TF_FLOAT, dtypes.TF_BFLOAT16));
      return name;
    });
    this.nodes.push({ ...node, input, attr: { ...node.attr, T: attr.type(dtypes.TF_BFLOAT16) } });
    this.add(cast(`${node.name}/float32`, node.name, dtypes.TF_BFLOAT16, dtypes.TF_FLOAT), [result]);
  }
  placeholder(name, { shape, dtype }, id) {
    this.add({ name, op: "Placeholder", input: [], attr: { dtype: attr.type(dtype), shape: attr.shape(shape) } }, [id]);
  }
  variable(variable) {
    const { name, shape, dtype, before, isRead } = variable;
    const handle = `var/${name}`;
    const type = { dtype: attr.type(dtype) };
    this.nodes.push(
      {
        name: handle,
        op: "VarHandleOp",
        input: [],
        attr: { ...type, shape: attr.shape(shape), shared_name: attr.string(name) }
      },
      { name: nodeNames.read(name), op: "ReadVariableOp", input: [handle], attr: type },
      { name: nodeNames.newValue(name), op: "Placeholder", input: [], attr: { ...type, shape: attr.shape(shape) } },
      { name: nodeNames.write(name), op: "AssignVariableOp", input: [handle, nodeNames.newValue(name)], attr: type }
    );
    this.variables.set(before, variable);
    if (!isRead) return;
    const read = `value/${name}`;
    this.add({ name: read, op: "ReadVariableOp", input: [handle], attr: type }, [before]);
    this.reads.set(name, read);
  }
  /** How an op's input refers to tensor `id`. */
  reference(id) {
    return this.references.get(id);
  }
  /** An op that takes the handles of `variables` first and changes them in place; `results` are their values afterwards. */
  update(node, variables, inputs, results) {
    const targets = variables.map((id) => this.variables.get(id));
    const operands = inputs.map((id) => this.reference(id));
    this.nodes.push({
      ...node,
      input: [...targets.map(({ name }) => `var/${name}`), ...operands, ...this.readsOf(targets)]
    });
    this.updates.push(node.name);
    targets.forEach(({ name, dtype, after }, i) => {
      const result = results[i];
      if (after === result) this.updated.add(result);
      this.add(
        {
          name: `${node.name}/${name}`,
          op: "ReadVariableOp",
          input: [`var/${name}`, `^${node.name}`],
          attr: { dtype: attr.type(dtype) }
        },
        [result]
      );
    });
  }
  /** What the step leaves in its variables; an op that updated one in place has done so already. */
  assignments(variables) {
    for (const variable of variables) {
      const { name, dtype, before, after } = variable;
      if (after === before || this.updated.has(after)) continue;
      const node = `assign/${name}`;
      const value = this.reference(after);
      this.nodes.push({
        name: node,
        op: "AssignVariableOp",
        input: [`var/${name}`, value, ...this.readsOf([variable])],
        attr: { dtype: attr.type(dtype) }
      });
      this.updates.push(node);
    }
    this.nodes.push({ name: nodeNames.update, op: "NoOp", input: this.updates.map((name) => `^${name}`) });
  }
  readsOf(variables) {
    return variables.flatMap(({ name }) => this.reads.has(name) ? [`^${this.reads.get(name)}`] : []);
  }
};

// packages/engine/src/recording/recorded-step.ts
import * as tf2 from "@tensorflow/tfjs-core";

// packages/engine/src/recording/profile.ts
import protobuf2 from "protobufjs";
var RunMetadata = protobuf2.parse(
  `
    syntax = "proto3";
    message NodeStats { string node_name = 1; int64 op_start_rel_micros = 3; int64 op_end_rel_micros = 4; string timeline_label = 8; }
    message DeviceStats { string device = 1; repeated NodeStats node_stats = 2; }
    message StepStats { repeated DeviceStats dev_stats = 1; }
    message RunMetadata { StepStats step_stats = 1; }
  `,
  { keepCase: true }
).root.lookupType("RunMetadata");
var FULL_TRACE = Uint8Array.of(8, 3);
function profileOf(metadata) {
  const { step_stats } = RunMetadata.toObject(RunMetadata.decode(metadata), {
    longs: Number,
    defaults: true,
    arrays: true
  });
  const rows = /* @__PURE__ */ new Map();
  for (const {
    op_start_rel_micros: start,
    op_end_rel_micros: end,
    timeline_label: label
  } of step_stats.dev_stats.flatMap(({ node_stats }) => node_stats)) {
    const op2 = /= (\w+)\(/.exec(label)?.[1] ?? label;
    const row = rows.get(op2) ?? { count: 0, milliseconds: 0 };
    rows.set(op2, { count: row.count + 1, milliseconds: row.milliseconds + (end - start) / 1e3 });
  }
  const total = [...rows.values()].reduce((sum2, { milliseconds }) => sum2 + milliseconds, 0);
  return [...rows].map(([op2, row]) => ({ op: op2, ...row, share: row.milliseconds / total })).sort((a, b) => b.milliseconds - a.milliseconds);
}
__name(profileOf, "profileOf");

// packages/engine/src/recording/sample.ts
var MOST = 2 ** 12;
function sampleOf(values) {
  const stride = Math.ceil(values.length / MOST) || 1;
  return Float32Array.from({ length: Math.ceil(values.length / stride) }, (_, i) => values[i * stride]);
}
__name(sampleOf, "sampleOf");
function tensorSampler(library) {
  let buffer = new ArrayBuffer(0);
  return (tensor2) => {
    const bytes = library.tensorByteSize(tensor2);
    if (bytes > buffer.byteLength) buffer = new ArrayBuffer(bytes);
    return sampleOf(valuesOf(library, tensor2, buffer));
  };
}
__name(tensorSampler, "tensorSampler");

// packages/engine/src/recording/recorded-step.ts
var RecordedStep = class {
  /** `record` makes these. */
  constructor({ inputs, outputs, variables }, graph, shared, active) {
    this.graph = graph;
    this.shared = shared;
    this.active = active;
    this.inputs = new Map(inputs.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
    this.outputs = outputs.map(({ name }) => name);
    this.variables = new Map(variables.map(({ name, variable }) => [name, variable]));
    this.specs = new Map(variables.map(({ name, shape, dtype }) => [name, { shape, dtype }]));
    this.prefix = `step${shared.names++}`;
    shared.session.import(graph, this.prefix);
    shared.steps++;
  }
  graph;
  shared;
  active;
  static {
    __name(this, "RecordedStep");
  }
  /** Shapes of the inputs, which those of every run must have. */
  inputs;
  outputs;
  /** The variables that the step reads or updates, by name. */
  variables;
  prefix;
  specs;
  /** Whether the tf.Variables are left without values while the step runs, and whether they are now. */
  releases = false;
  empty = false;
  disposed = false;
  /**
   * Runs the step once, after the runs asked for before. Arrays are read before this returns its promise.
   * @throws RecordingError where an input is missing, unknown, or of another size than the recorded one.
   */
  async run(inputs) {
    return (await this.runOnce(inputs)).outputs;
  }
  /** Runs the step once, as `run` does, with TensorFlow's own stopwatch on every op. */
  async profile(inputs) {
    const { metadata } = await this.runOnce(inputs, FULL_TRACE);
    return profileOf(metadata);
  }
  /** Makes the tf.Variables those on the device: `names`, or all. Nothing is copied before one of the two changes. */
  async read(names = this.variables.keys()) {
    const ids = await this.fetch(names, (_, tensor2) => this.active.binding.adopt(tensor2));
    tf2.tidy(() => ids.forEach((id, name) => this.variables.get(name).assign(adoptedTensor(id, this.active))));
    this.empty = false;
  }
  /** Makes the variables on the device the tf.Variables: `names`, or all. Nothing is copied before one of the two changes. */
  async write(names = this.variables.keys()) {
    const wanted = [...names];
    const resolved = /* @__PURE__ */ __name((name) => () => this.active.binding.resolve(tensorIds([this.variables.get(name)])[0]), "resolved");
    const feeds = new Map(wanted.map((name) => [this.node(nodeNames.newValue(this.known(name))), resolved(name)]));
    await this.shared.session.run({ feeds, targets: wanted.map((name) => this.node(nodeNames.write(name))) });
  }
  /** From now on, and again after each `read()`, the tf.Variables take no memory while the step runs; reading one is an error. */
  release() {
    this.releases = true;
    this.empty = true;
    tf2.tidy(() => {
      for (const [name, variable] of this.variables) {
        variable.assign(
          absentTensor(
            this.specs.get(name),
            `${name}: its value is on the device of a recorded step; await read() first.`,
            this.active
          )
        );
      }
    });
  }
  /** The variables' values on the device, one after the other: `names`, or all. */
  async forEachValue(use, names = this.variables.keys()) {
    await this.fetch(names, (name, tensor2) => use(name, valuesOf(this.active.library, tensor2)));
  }
  /** One variable's value on the device. */
  async valueOf(name) {
    let found;
    await this.forEachValue((_, value) => found = value, [name]);
    return found;
  }
  /** A sample of each variable's values on the device, by name. */
  samples() {
    const sample = tensorSampler(this.active.library);
    return this.fetch(this.variables.keys(), (_, tensor2) => sample(tensor2));
  }
  /** The step as a serialised GraphDef that stands by itself, without the variables' values: `in/<input>`, `out/<output>`, `update`. */
  graphDef() {
    return this.graph;
  }
  /** Frees the session, and the variables on the device, with the last of the steps that share them. */
  async dispose() {
    if (this.disposed) return;
    this.disposed = true;
    if (--this.shared.steps === 0) await this.shared.session.dispose();
  }
  async runOnce(inputs, runOptions) {
    if (this.disposed) throw new RecordingError("run: this step has been disposed.");
    const unknown = Object.keys(inputs).find((name) => !this.inputs.has(name));
    if (unknown !== void 0)
      throw new RecordingError(`run: the step has no input ${unknown}; it has ${[...this.inputs.keys()].join(", ")}.`);
    const feeds = new Map(
      [...this.inputs].map(
        ([name, spec]) => [this.node(nodeNames.input(name)), this.feed(name, inputs[name], spec)]
      )
    );
    if (this.releases && !this.empty) this.release();
    const { values, metadata } = await this.shared.session.run({
      feeds,
      fetches: this.outputs.map((name) => this.node(nodeNames.output(name))),
      targets: [this.node(nodeNames.update)],
      ...runOptions && { runOptions }
    });
    return {
      outputs: Object.fromEntries(this.outputs.map((name, i) => [name, values[i]])),
      metadata
    };
  }
  /** A tensor's own memory, or a copy of an array. @throws RecordingError */
  feed(name, value, spec) {
    const { shape, dtype } = spec;
    if (value === void 0)
      throw new RecordingError(
        `run: input ${name} is missing; expected a tensor or array of shape [${shape.join(", ")}].`
      );
    const given = typeof value === "number" ? [value] : value;
    const isTensor = given instanceof tf2.Tensor;
    const size = shape.reduce((product, length) => product * length, 1);
    const [found, fits] = isTensor ? [`[${given.shape.join(", ")}]`, String(given.shape) === String(shape)] : [`${given.length} numbers`, given.length === size];
    if (!fits) {
      throw new RecordingError(
        `run: input ${name} was recorded with shape [${shape.join(", ")}], but got ${found}; a recorded graph has fixed shapes, record another.`
      );
    }
    if (isTensor && dtypeNumbers[given.dtype] === dtype)
      return () => this.active.binding.resolve(tensorIds([given])[0]);
    return { ...spec, bytes: inputBytes(isTensor ? given.dataSync() : given, dtype) };
  }
  /** What `take` makes of the variables' TF_Tensors, by name. */
  async fetch(names, take2) {
    const wanted = [...names];
    const fetches = wanted.map((name) => this.node(nodeNames.read(this.known(name))));
    const { values } = await this.shared.session.run({ fetches, take: /* @__PURE__ */ __name((tensor2, i) => take2(wanted[i], tensor2), "take") });
    return new Map(wanted.map((name, i) => [name, values[i]]));
  }
  node(name) {
    return `${this.prefix}/${name}`;
  }
  known(name) {
    if (this.variables.has(name)) return name;
    throw new RecordingError(
      `The step neither reads nor updates a variable named ${name}; it has ${this.variables.size} others.`
    );
  }
};
function inputBytes(values, dtype) {
  const Target = ARRAYS[dtype];
  return bytesOf(values instanceof Target ? values : Target.from(values));
}
__name(inputBytes, "inputBytes");
var ARRAYS = {
  [dtypes.TF_FLOAT]: Float32Array,
  [dtypes.TF_INT32]: Int32Array,
  [dtypes.TF_BOOL]: Uint8Array
};

// packages/engine/src/recording/session-options.ts
import { readFileSync } from "node:fs";
function sessionConfig(options, active) {
  const { config, binding } = active;
  const { threads = config.threads, gpuMemoryGrowth = true, xla = binding.device === "cuda" } = options;
  const bfloat16 = binding.device === "cpu" && precisionOf(options, active) === "bfloat16";
  return { ...threads !== void 0 && { threads }, gpu: config.gpu, gpuMemoryGrowth, xla, bfloat16 };
}
__name(sessionConfig, "sessionConfig");
function precisionOf({ precision = "float32" }, active = activeTensorFlow()) {
  if (!active || precision === "float32") return "float32";
  return precision === "bfloat16" || active.binding.device === "cpu" && computesInBfloat16() ? "bfloat16" : "float32";
}
__name(precisionOf, "precisionOf");
function productsOf(options, active) {
  return active.binding.device === "cpu" ? "float32" : precisionOf(options, active);
}
__name(productsOf, "productsOf");
function exactConfig(config) {
  return { ...config, xla: false, bfloat16: false };
}
__name(exactConfig, "exactConfig");
function computesInBfloat16() {
  try {
    return /\b(avx512_bf16|amx_bf16)\b/.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}
__name(computesInBfloat16, "computesInBfloat16");

// packages/engine/src/recording/trace.ts
import * as tf3 from "@tensorflow/tfjs-core";

// packages/engine/src/recording/tape.ts
var RANDOM = /^(Random|TruncatedNormal|Multinomial|ParameterizedTruncatedNormal|StatefulRandom|StatefulUniform|StatefulTruncated|StatefulStandardNormal|Dropout)/;
var SHAPE_FROM_VALUES = /^(Where|Unique|ListDiff|NonMaxSuppression|DynamicPartition|SetDiff|StringSplit|DecodeJpeg|DecodePng|DecodeBmp|DecodeGif)/;
var Tape = class {
  /** `known`: ids of inputs and variables; `capture` copies a tensor that comes from outside the step. */
  constructor(known, capture) {
    this.known = known;
    this.capture = capture;
  }
  known;
  capture;
  static {
    __name(this, "Tape");
  }
  ops = [];
  constants = /* @__PURE__ */ new Map();
  producers = /* @__PURE__ */ new Map();
  /** Before an op runs. @throws RecordingError where a graph could not run it with the same meaning. */
  admit(name, inputs) {
    if (RANDOM.test(name)) {
      throw new RecordingError(
        `record: ${name} draws other numbers at every run; draw them outside and pass them as an input, or use statelessNormal or statelessUniform with a seed as input.`
      );
    }
    if (SHAPE_FROM_VALUES.test(name)) {
      throw new RecordingError(
        `record: the shape of ${name}'s output depends on values, and a recorded graph has fixed shapes; use a mask of fixed shape instead.`
      );
    }
    for (const id of inputs) this.use(id);
  }
  /** After it has run. */
  op(op2) {
    this.ops.push(op2);
    for (const { id } of op2.outputs) this.producers.set(id, op2.name);
  }
  constant(id, constant) {
    this.constants.set(id, constant);
  }
  /** @throws RecordingError always: what JavaScript does with the value would be baked into the graph. */
  refuseRead(id) {
    const what = this.producers.has(id) ? `the output of ${this.producers.get(id)}` : this.known.has(id) ? "an input or variable" : "a tensor";
    throw new RecordingError(
      `record: the step reads the value of ${what} (dataSync, arraySync, or a kernel that runs in JavaScript), which a graph cannot do; return it as an output and read it after the run.`
    );
  }
  use(id) {
    if (this.known.has(id) || this.producers.has(id) || this.constants.has(id)) return;
    this.constants.set(id, this.capture(id));
  }
};

// packages/engine/src/recording/trace.ts
var NAME = /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/;
function trace(step, { inputs, names }, { binding, library }) {
  const graphInputs = Object.entries(inputs).map(([name, tensor2]) => ({
    name: checkedName(name),
    id: tensorIds([tensor2])[0],
    ...specOf(tensor2)
  }));
  const variables = namedVariables(names).map(([name, variable]) => isolate(checkedName(name), variable));
  collectGarbage();
  const tape = new Tape(
    /* @__PURE__ */ new Set([...graphInputs.map(({ id }) => id), ...variables.map(({ before }) => before)]),
    (id) => binding.capture(id)
  );
  try {
    const { outputs, after } = binding.withListener(tape, () => {
      const results = Object.entries(withoutRandom(() => tf3.tidy(() => checkedOutputs(step(inputs)))));
      return {
        outputs: results.map(([name, value]) => ({
          name: checkedName(name),
          id: tensorIds([value])[0],
          value,
          ...specOf(value)
        })),
        after: tensorIds(variables.map(({ variable }) => variable))
      };
    });
    const sampleAndDispose = /* @__PURE__ */ __name(({ value, ...output }) => {
      const result = sampleOf(value.dataSync());
      value.dispose();
      return { ...output, result };
    }, "sampleAndDispose");
    const updated = new Set(tape.ops.flatMap(({ updates = [] }) => updates));
    const read = /* @__PURE__ */ new Set([
      ...tape.ops.flatMap(({ inputs: ids }) => ids),
      ...outputs.map(({ id }) => id),
      ...after.filter((id, i) => id !== variables[i].before)
    ]);
    const sample = tensorSampler(library);
    const touched = variables.flatMap(({ initial: _, ...variable }, i) => {
      const { before } = variable;
      const isRead = read.has(before);
      if (!isRead && !updated.has(before) && after[i] === before) return [];
      return [{ ...variable, after: after[i], isRead, result: binding.withValue(after[i], sample) }];
    });
    return { tape, inputs: graphInputs, outputs: outputs.map(sampleAndDispose), variables: touched };
  } finally {
    for (const { variable, initial } of variables) {
      variable.assign(initial);
      initial.dispose();
    }
  }
}
__name(trace, "trace");
function namedVariables(names) {
  const given = new Set(names.values());
  const others = Object.values(tf3.engine().registeredVariables).filter(
    (variable) => !given.has(variable) && variable.dtype in dtypeNumbers
  );
  return [...names, ...others.map((variable) => [variable.name, variable])];
}
__name(namedVariables, "namedVariables");
function isolate(name, variable) {
  const { shape, dtype } = specOf(variable);
  const initial = tf3.keep(runOp("Identity", [op.type("T", dtype)], [variable])[0]);
  variable.assign(initial);
  return { name, variable, initial, shape, dtype, before: tensorIds([variable])[0] };
}
__name(isolate, "isolate");
function specOf({ shape, dtype }) {
  const number = dtypeNumbers[dtype];
  if (number === void 0) throw new RecordingError(`record: tensors of ${dtype} have no place in a recorded step.`);
  return { shape: [...shape], dtype: number };
}
__name(specOf, "specOf");
function checkedName(name) {
  if (NAME.test(name)) return name;
  throw new RecordingError(
    `record: "${name}" cannot be the name of an input, output or variable; use letters, digits, dots, dashes and underscores.`
  );
}
__name(checkedName, "checkedName");
function checkedOutputs(outputs) {
  const isMap = typeof outputs === "object" && outputs !== null && !("then" in outputs);
  if (isMap && Object.values(outputs).every((value) => value instanceof tf3.Tensor)) return outputs;
  throw new RecordingError(
    "record: the step must return its outputs as an object of tensors, and not a promise of it."
  );
}
__name(checkedOutputs, "checkedOutputs");
function withoutRandom(work) {
  const { random } = Math;
  Math.random = () => {
    throw new RecordingError(
      "record: the step draws random numbers (Math.random, or a random op without a seed), which would be the same at every run; use statelessNormal or statelessUniform with a seed as input, or draw them outside."
    );
  };
  try {
    return work();
  } finally {
    Math.random = random;
  }
}
__name(withoutRandom, "withoutRandom");

// packages/engine/src/recording/verify.ts
var TOLERANCE = 1e-4;
async function verifyReplay(step, inputs, { outputs, variables }) {
  const replayed = await step.run(inputs);
  for (const { name, result } of outputs) compare(`output ${name}`, sampleOf(replayed[name]), result);
  const samples = await step.samples();
  for (const { name, result } of variables) compare(`variable ${name}`, samples.get(name), result);
}
__name(verifyReplay, "verifyReplay");
function compare(what, replayed, expected) {
  const difference = differenceOf(replayed, expected);
  const scale = expected.reduce((sum2, value) => sum2 + value ** 2, 0);
  if (Math.sqrt(difference) <= TOLERANCE * Math.sqrt(scale)) return;
  if (expected.every((value, i) => Object.is(value, replayed[i]))) return;
  throw new RecordingError(
    `record: ${what} of the replayed graph differs from the eager step's by ${(Math.sqrt(difference) / Math.sqrt(scale)).toExponential(1)} relative (at most ${TOLERANCE} is rounding); the step may depend on something that is no input or variable.`
  );
}
__name(compare, "compare");
function differenceOf(replayed, expected) {
  const squares = Float64Array.from(expected, (value, i) => (replayed[i] - value) ** 2).sort();
  const counted = Number.isFinite(squares.at(-1) ?? 0) ? squares.length - Math.floor(squares.length / 1e3) : squares.length;
  return squares.subarray(0, counted).reduce((sum2, square3) => sum2 + square3, 0);
}
__name(differenceOf, "differenceOf");

// packages/engine/src/recording/record.ts
var canRecord = /* @__PURE__ */ __name(() => activeTensorFlow() !== void 0, "canRecord");
async function record(step, { inputs, variables: names = /* @__PURE__ */ new Map(), shareWith, release = false, ...options }) {
  const active = activeTensorFlow();
  if (!active)
    throw new RecordingError(
      `record: the ${tf4.getBackend()} backend runs op by op and cannot record; call initEngine({ backend: 'tensorflow' }) first.`
    );
  const config = sessionConfig(options, active);
  await shareWith?.read();
  const traced = trace((given) => step(given), { inputs, names }, active);
  const graph = buildGraph(traced);
  collectGarbage();
  const open3 = /* @__PURE__ */ __name((session) => new RecordedStep(
    traced,
    session.products === "float32" ? graph : buildGraph({ ...traced, products: session.products }),
    session,
    active
  ), "open");
  const exact = exactConfig(config);
  const verified = await verify(open3(newSession(active, exact)), inputs, traced);
  const products = productsOf(options, active);
  const isFinal = !shareWith && products === "float32" && isDeepStrictEqual(config, exact);
  if (!isFinal) await verified.dispose();
  const recorded = isFinal ? verified : open3(shareWith?.shared ?? newSession(active, config, products));
  await recorded.write();
  if (release) recorded.release();
  return recorded;
}
__name(record, "record");
async function verify(step, inputs, traced) {
  try {
    await step.write();
    await verifyReplay(step, inputs, traced);
    return step;
  } catch (error) {
    await step.dispose();
    throw error;
  }
}
__name(verify, "verify");
var newSession = /* @__PURE__ */ __name(({ library }, config, products = "float32") => ({
  session: new GraphSession(library, configProto(config)),
  steps: 0,
  products,
  names: 0
}), "newSession");

// packages/engine/src/fused/adam-update.ts
import * as tf5 from "@tensorflow/tfjs-core";
function adamUpdate(update) {
  const listener = activeTensorFlow()?.binding.listener;
  if (!listener) {
    compose(update);
    return;
  }
  const { variable, m, v, gradient, stepSize, epsilon, beta1, beta2, isFinite } = update;
  const { binding } = activeTensorFlow();
  const variables = [variable, m, v];
  const before = tensorIds(variables);
  const zero = tf5.scalar(0);
  const decays = [beta1, beta2].map((beta) => isFinite ? tf5.where(isFinite, beta, 1) : tf5.scalar(beta));
  const inputs = tensorIds([zero, zero, stepSize, ...decays, epsilon, gradient]);
  listener.admit("ResourceApplyAdam", [...before, ...inputs]);
  binding.withListener(void 0, () => compose(update));
  const after = tensorIds(variables);
  listener.op({
    name: "ResourceApplyAdam",
    attributes: [op.type("T", dtypes.TF_FLOAT), op.bool("use_locking", true)],
    inputs,
    outputs: after.map((id) => ({ id, ...binding.describe(id) })),
    updates: before
  });
}
__name(adamUpdate, "adamUpdate");
function compose({ variable, m, v, gradient: g, stepSize, epsilon, beta1, beta2, isFinite }) {
  tf5.tidy(() => {
    const [rate1, rate2] = [1 - beta1, 1 - beta2].map((rate) => isFinite ? tf5.where(isFinite, rate, 0) : rate);
    m.assign(tf5.add(m, tf5.mul(tf5.sub(g, m), rate1)));
    v.assign(tf5.add(v, tf5.mul(tf5.sub(tf5.square(g), v), rate2)));
    variable.assign(tf5.sub(variable, tf5.mul(tf5.div(m, tf5.add(tf5.sqrt(v), epsilon)), stepSize)));
  });
}
__name(compose, "compose");

// packages/engine/src/fused/batch-norm.ts
import * as tf6 from "@tensorflow/tfjs-core";
function batchNorm(x, { scale, offset, epsilon = 1e-5 }) {
  return tf6.tidy(
    () => activeTensorFlow() ? fused(x, scale, offset, epsilon) : composed(x, scale, offset, epsilon)
  );
}
__name(batchNorm, "batchNorm");
function fused(x, scale, offset, epsilon) {
  const attributes = [
    op.type("T", dtypes.TF_FLOAT),
    op.type("U", dtypes.TF_FLOAT),
    op.float("epsilon", epsilon),
    op.string("data_format", "NHWC"),
    op.bool("is_training", true)
  ];
  let statistics = [];
  const y = tf6.customGrad((...args) => {
    const [x2, scale2, offset2, save] = args;
    const none = tf6.tensor1d([], "float32");
    const [value, mean2, variance2, ...reserved] = runOp(
      "FusedBatchNormV3",
      attributes,
      [x2, scale2, offset2, none, none],
      6
    );
    statistics = [mean2, variance2].map((tensor2) => tf6.keep(tensor2));
    save([x2, scale2, ...reserved]);
    const gradFunc = /* @__PURE__ */ __name((dy, saved) => runOp("FusedBatchNormGradV3", attributes, [dy, ...saved], 5).slice(0, 3), "gradFunc");
    return { value, gradFunc };
  })(x, scale, offset);
  const [mean, variance] = statistics.map((tensor2) => tensor2.clone());
  tf6.dispose(statistics);
  return { y, mean, variance };
}
__name(fused, "fused");
function composed(x, scale, offset, epsilon) {
  const { mean, variance } = tf6.moments(x, [0, 1, 2]);
  const y = tf6.add(tf6.mul(tf6.sub(x, mean), tf6.mul(scale, tf6.rsqrt(tf6.add(variance, epsilon)))), offset);
  const count = x.size / x.shape[3];
  return { y, mean, variance: tf6.mul(variance, count / Math.max(1, count - 1)) };
}
__name(composed, "composed");

// packages/engine/src/fused/bias-activation.ts
import * as tf7 from "@tensorflow/tfjs-core";
function biasActivation(x, bias, activation = "linear") {
  return tf7.tidy(() => {
    const shifted = activeTensorFlow() ? biasAdd(x, bias) : tf7.add(x, bias);
    return activation === "relu" ? tf7.relu(shifted) : shifted;
  });
}
__name(biasActivation, "biasActivation");
function biasAdd(x, bias) {
  return tf7.customGrad((...args) => ({
    value: floatOp("BiasAdd", args[0], args[1]),
    gradFunc: /* @__PURE__ */ __name((dy) => [dy, floatOp("BiasAddGrad", dy)], "gradFunc")
  }))(x, bias);
}
__name(biasAdd, "biasAdd");

// packages/engine/src/fused/clip-by-global-norm.ts
import * as tf8 from "@tensorflow/tfjs-core";
function clipByGlobalNorm(gradients, clipNorm) {
  const onTensorFlow = activeTensorFlow() !== void 0;
  if (gradients.length === 0) return { gradients: [], norm: tf8.scalar(0) };
  const norm = tf8.tidy(
    () => tf8.sqrt(tf8.addN(gradients.map(onTensorFlow ? sumOfSquares : (g) => tf8.sum(tf8.square(g)))))
  );
  const clipped = tf8.tidy(() => {
    const scale = Number.isFinite(clipNorm) ? tf8.minimum(1, tf8.div(clipNorm, norm)) : tf8.onesLike(norm);
    const isFinite = tf8.less(norm, Infinity);
    const factor = tf8.where(isFinite, scale, 0);
    return gradients.map(
      (g) => onTensorFlow ? mulNoNan(g, factor) : tf8.where(isFinite, tf8.mul(g, factor), tf8.zerosLike(g))
    );
  });
  return { gradients: clipped, norm };
}
__name(clipByGlobalNorm, "clipByGlobalNorm");
var sumOfSquares = /* @__PURE__ */ __name((x) => tf8.mul(floatOp("L2Loss", x), 2), "sumOfSquares");
var mulNoNan = /* @__PURE__ */ __name((x, factor) => floatOp("MulNoNan", x, factor), "mulNoNan");

// packages/engine/src/random/stateless.ts
import * as tf9 from "@tensorflow/tfjs-core";

// packages/engine/src/random/philox.ts
var MULTIPLIERS = [3528531795, 3449720151];
var WEYL = [2654435769, 3144134277];
var ROUNDS = 10;
function philox(counter, key) {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const [high0, high1] = [highWord(MULTIPLIERS[0], c0), highWord(MULTIPLIERS[1], c2)];
    const [low0, low1] = [Math.imul(MULTIPLIERS[0], c0), Math.imul(MULTIPLIERS[1], c2)];
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    [k0, k1] = [k0 + WEYL[0] | 0, k1 + WEYL[1] | 0];
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}
__name(philox, "philox");
function highWord(a, b) {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 65535, b >>> 16, b & 65535];
  const middle = aHigh * bLow + (aLow * bLow >>> 16);
  return aHigh * bHigh + (middle >>> 16) + (aLow * bHigh + (middle & 65535) >>> 16) | 0;
}
__name(highWord, "highWord");

// packages/engine/src/random/stateless.ts
function statelessUniform(shape, options) {
  return draw("StatelessRandomUniform", shape, options, (words) => words.map(unitInterval));
}
__name(statelessUniform, "statelessUniform");
function statelessNormal(shape, options) {
  return draw("StatelessRandomNormal", shape, options, ([a, b, c, d]) => [...boxMuller(a, b), ...boxMuller(c, d)]);
}
__name(statelessNormal, "statelessNormal");
function draw(name, shape, { seed }, fromWords) {
  return tf9.tidy(() => {
    if (!activeTensorFlow())
      return tf9.tensor(valuesOf2(tf9.util.sizeFromShape(shape), seedValues(seed), fromWords), shape, "float32");
    const attributes = [
      op.type("dtype", dtypes.TF_FLOAT),
      op.type("T", dtypes.TF_INT32),
      op.type("Tseed", dtypes.TF_INT32)
    ];
    return runOp(name, attributes, [
      tf9.tensor1d(shape, "int32"),
      seed instanceof tf9.Tensor ? seed : tf9.tensor1d([...seed], "int32")
    ])[0];
  });
}
__name(draw, "draw");
function seedValues(seed) {
  return seed instanceof tf9.Tensor ? Array.from(seed.dataSync()) : seed;
}
__name(seedValues, "seedValues");
function valuesOf2(size, seed, fromWords) {
  const [low0, low1] = [seed[0] | 0, seed[1] | 0];
  const mixed = philox([low0, low0 >> 31, low1, low1 >> 31], SCRAMBLER);
  const key = [mixed[0], mixed[1]];
  const values = new Float32Array(size);
  for (let at = 0; at < size; at += 4) {
    const counter = [at / 4, 0, mixed[2], mixed[3]];
    values.set(fromWords(philox(counter, key)).slice(0, size - at), at);
  }
  return values;
}
__name(valuesOf2, "valuesOf");
var SCRAMBLER = [1053357856, 38149673];
var unitInterval = /* @__PURE__ */ __name((word) => (word & 8388607) / 2 ** 23, "unitInterval");
var LEAST = 1e-7;
function boxMuller(a, b) {
  const radius = Math.sqrt(-2 * Math.log(Math.max(unitInterval(a), LEAST)));
  const angle = 2 * Math.PI * unitInterval(b);
  return [Math.sin(angle) * radius, Math.cos(angle) * radius];
}
__name(boxMuller, "boxMuller");
export {
  EngineError,
  RecordingError,
  TENSORFLOW_VERSION,
  TensorFlowError,
  WebGpuError,
  adamUpdate,
  batchNorm,
  biasActivation,
  cacheFolder,
  canRecord,
  clipByGlobalNorm,
  computesInBfloat16,
  diagnose,
  findLibTensorFlow,
  initEngine,
  installLibTensorFlow,
  precisionOf,
  record,
  statelessNormal,
  statelessUniform
};
