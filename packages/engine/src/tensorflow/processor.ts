// What TensorFlow's builds need of the processor; without it they abort the process as they are loaded.
import { readFileSync } from 'node:fs';
import { EngineError } from '../errors.js';

/** @throws EngineError on an x64 processor without AVX (before 2011, or a virtual machine that hides it), where that can be read. */
export function requireAvx(cpuInfo = '/proc/cpuinfo'): void {
  if (process.arch !== 'x64') return;
  const flags = /^flags\s*:(.*)$/m.exec(read(cpuInfo))?.[1];
  if (flags === undefined || /\bavx\b/.test(flags)) return;
  throw new EngineError(
    "This processor has no AVX instructions, which TensorFlow's builds need; do without TensorFlow: LIN_BACKEND=wasm.",
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux
  }
}
