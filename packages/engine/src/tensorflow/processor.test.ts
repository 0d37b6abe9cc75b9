import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../errors.js';
import { hasAvx2, requireAvx } from './processor.js';

describe.runIf(process.arch === 'x64')('of a processor', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lin-cpu-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function cpuInfo(flags: string): string {
    const file = join(folder, 'cpuinfo');
    writeFileSync(file, `processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: ${flags}\nbugs\t\t: spectre_v1\n`);
    return file;
  }

  test('requireAvx lets one with AVX pass', () => {
    requireAvx(cpuInfo('fpu sse4_2 avx avx2'));
  });

  test('requireAvx refuses one that has none, however alike its other flags are called', () => {
    expect(() => requireAvx(cpuInfo('fpu sse4_2 avxish'))).toThrow(EngineError);
    expect(() => requireAvx(cpuInfo('fpu sse4_2'))).toThrow('LIN_BACKEND=wasm');
  });

  test('requireAvx lets pass what it cannot read', () => {
    requireAvx(join(folder, 'not-there'));
  });

  test('hasAvx2 knows whether it has AVX2, and takes it for one without where it cannot read', () => {
    expect(hasAvx2(cpuInfo('fpu avx avx2'))).toBe(true);
    expect(hasAvx2(cpuInfo('fpu avx avx20 avx512f'))).toBe(false);
    expect(hasAvx2(join(folder, 'not-there'))).toBe(false);
  });
});
