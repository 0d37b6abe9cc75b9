var __defProp = Object.defineProperty;
var __name = (target, value) => __defProp(target, "name", { value, configurable: true });

// packages/engine/src/tensorflow/quiet-load.ts
import { writeSync } from "node:fs";

// packages/engine/src/stderr-aside.ts
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi from "koffi";
var STDERR = 2;
function stderrAside(work, deliver) {
  const aside = process.platform === "win32" ? void 0 : openAside();
  if (aside === void 0) return work();
  const { dup, dup2, close } = descriptors();
  const stderr = dup(STDERR);
  dup2(aside, STDERR);
  try {
    return work();
  } finally {
    dup2(stderr, STDERR);
    close(stderr);
    const text = contentsOf(aside);
    closeSync(aside);
    deliver(text);
  }
}
__name(stderrAside, "stderrAside");
function openAside() {
  const path = join(tmpdir(), `lin-load-${randomBytes(6).toString("hex")}`);
  try {
    const file = openSync(path, "wx+", 384);
    unlinkSync(path);
    return file;
  } catch {
    return void 0;
  }
}
__name(openAside, "openAside");
function contentsOf(file) {
  const bytes = Buffer.alloc(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.length, 0);
  return bytes.toString();
}
__name(contentsOf, "contentsOf");
function descriptors() {
  const libc = koffi.load(null);
  return {
    dup: libc.func("dup", "int", ["int"]),
    dup2: libc.func("dup2", "int", ["int", "int"]),
    close: libc.func("close", "int", ["int"])
  };
}
__name(descriptors, "descriptors");

// packages/engine/src/tensorflow/quiet-load.ts
var STDERR2 = 2;
var SEVERITIES = "IWEF";
function quietly(load) {
  const level = Number(process.env["TF_CPP_MIN_LOG_LEVEL"]) || 0;
  if (level === 0) return load();
  return stderrAside(load, (text) => {
    const kept = text.split("\n").filter((line) => !isHidden(line, level)).join("\n");
    if (kept) writeSync(STDERR2, kept);
  });
}
__name(quietly, "quietly");
function isHidden(line, level) {
  if (line.startsWith("WARNING: All log messages before absl::InitializeLog() is called")) return true;
  const [, absl, older] = /^(?:([IWEF])\d{4} [\d:.]+ |\d{4}-\d{2}-\d{2} [\d:.]+ ([IWEF]) )/.exec(line) ?? [];
  const severity = SEVERITIES.indexOf(absl ?? older ?? "F");
  return severity < level && severity < SEVERITIES.indexOf("F");
}
__name(isHidden, "isHidden");

export {
  __name,
  stderrAside,
  quietly,
  isHidden
};
