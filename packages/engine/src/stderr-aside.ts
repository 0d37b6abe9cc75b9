// Native libraries write to stderr below Node's streams. What is written during a call is kept aside here, and the caller says what becomes
// of it.
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';

const STDERR = 2;

/** Runs `work`, then `deliver` with all that was written to stderr, even where `work` throws. On Windows nothing is kept aside. */
export function stderrAside<T>(work: () => T, deliver: (text: string) => void): T {
  const aside = process.platform === 'win32' ? undefined : openAside();
  if (aside === undefined) return work();
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
  return {
    dup: libc.func('dup', 'int', ['int']),
    dup2: libc.func('dup2', 'int', ['int', 'int']),
    close: libc.func('close', 'int', ['int']),
  };
}
