// What TensorFlow's builds need of the processor; without it they abort the process as they are loaded.
import { readFileSync } from 'node:fs';
import { EngineError } from '../errors.js';

/** @throws EngineError on an x64 processor without AVX (before 2011, or a virtual machine that hides it), where that can be read. */
export function requireAvx(cpuInfo = '/proc/cpuinfo'): void {
  if (process.arch !== 'x64') return;
  const flags = flagsOf(cpuInfo);
  if (flags === undefined || flags.has('avx')) return;
  throw new EngineError(
    "This processor has no AVX instructions, which TensorFlow's builds need; do without TensorFlow: LIN_BACKEND=wasm.",
  );
}

/** Whether this is an x64 processor with AVX2 (from 2013 on), where that can be read. */
export function hasAvx2(cpuInfo = '/proc/cpuinfo'): boolean {
  return process.arch === 'x64' && (flagsOf(cpuInfo)?.has('avx2') ?? false);
}

function flagsOf(cpuInfo: string): Set<string> | undefined {
  const flags = /^flags\s*:(.*)$/m.exec(read(cpuInfo))?.[1];
  return flags === undefined ? undefined : new Set(flags.split(' '));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux
  }
}
