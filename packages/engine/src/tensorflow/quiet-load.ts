// TensorFlow greets whoever loads it ("oneDNN custom operations are on …"): from a static initialiser that runs before the one that reads
// TF_CPP_MIN_LOG_LEVEL, so that no variable hides it. What is written to stderr during the load is kept aside, and all but that is passed on.
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';

const STDERR = 2;
const SEVERITIES = 'IWEF';

/** Runs `load`; lines that TF_CPP_MIN_LOG_LEVEL hides once TensorFlow is loaded are hidden while it loads too. */
export function quietly<T>(load: () => T): T {
  const level = Number(process.env['TF_CPP_MIN_LOG_LEVEL']) || 0;
  const aside = level > 0 && process.platform !== 'win32' ? openAside() : undefined;
  if (aside === undefined) return load();
  const { dup, dup2, close } = descriptors();
  const stderr = dup(STDERR);
  dup2(aside, STDERR);
  try {
    return load();
  } finally {
    dup2(stderr, STDERR);
    close(stderr);
    const text = contentsOf(aside);
    closeSync(aside);
    const kept = text.split('\n').filter((line) => !isHidden(line, level)).join('\n');
    if (kept) writeSync(STDERR, kept);
  }
}

/** A line of TensorFlow's log below `level` (0 info, 1 warning, 2 error, 3 fatal), or absl's word that its log is not set up yet. */
export function isHidden(line: string, level: number): boolean {
  if (line.startsWith('WARNING: All log messages before absl::InitializeLog() is called')) return true;
  const [, absl, older] = /^(?:([IWEF])\d{4} [\d:.]+ |\d{4}-\d{2}-\d{2} [\d:.]+ ([IWEF]) )/.exec(line) ?? [];
  const severity = SEVERITIES.indexOf(absl ?? older ?? 'F');
  return severity < level && severity < SEVERITIES.indexOf('F');
}

/** A file without a name; undefined where none can be made. */
function openAside(): number | undefined {
  const path = join(tmpdir(), `lin-load-${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return file;
  } catch {
    return undefined;
  }
}

function contentsOf(file: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.length, 0);
  return bytes.toString();
}

interface Descriptors {
  dup(fd: number): number;
  dup2(from: number, to: number): number;
  close(fd: number): number;
}

function descriptors(): Descriptors {
  const libc = koffi.load(null);
  return { dup: libc.func('dup', 'int', ['int']), dup2: libc.func('dup2', 'int', ['int', 'int']), close: libc.func('close', 'int', ['int']) };
}
