import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { bundledScript } from '../../../tools/bundled-script-for-tests.js';
import { readSafetensors, writeSafetensors } from './file.js';
import { SafetensorsError, type SafetensorsContent } from './index.js';

const filled = (value: number, length = 4): SafetensorsContent => ({
  tensors: new Map([['w', { dtype: 'F32', shape: [length], data: new Float32Array(length).fill(value) }]]),
  metadata: { value: String(value) },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lin-safetensors-'));
});

describe('a safetensors file', () => {
  test('gives back what was written, and nothing is left beside it', async () => {
    const path = join(folder, 'w.safetensors');
    await writeSafetensors(path, filled(1));
    await writeSafetensors(path, filled(2));
    expect(await readSafetensors(path)).toEqual(filled(2));
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  test('written from two places at once is one of the two', async () => {
    const path = join(folder, 'w.safetensors');
    await Promise.all([1, 2, 3, 4].map((value) => writeSafetensors(path, filled(value, 100_000))));
    const { tensors, metadata } = await readSafetensors(path);
    expect(new Set(tensors.get('w')!.data as Float32Array)).toEqual(new Set([Number(metadata['value'])]));
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  test('is whole however the process that writes it is killed', async () => {
    const path = join(folder, 'w.safetensors');
    const killedMidWrite = async () => (await readdir(folder)).some((name) => name.includes('.partial-'));
    for (let kills = 0; !(await killedMidWrite()); kills++) {
      expect(kills).toBeLessThan(20); // a kill outside of a write proves nothing: try again
      await killWriter(path, 40 * kills);
      const { tensors, metadata } = await readSafetensors(path);
      expect(tensors.get('w')!.data.every((value) => value === Number(metadata['value']))).toBe(true);
    }
  });

  test('stays as it was where it cannot be replaced', async () => {
    // Names may have 255 bytes: this one is there, but the name of what would be written beside it is too long.
    const path = join(folder, `${'w'.repeat(238)}.safetensors`);
    await writeFile(path, 'as it was');
    await expect(writeSafetensors(path, filled(1))).rejects.toThrow(SafetensorsError);
    await expect(writeSafetensors(path, filled(1))).rejects.toThrow(
      /safetensors cannot be written \(ENAMETOOLONG\).*unchanged\.$/,
    );
    expect(await readFile(path, 'utf8')).toBe('as it was');
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('leaves nothing behind where the last step, the renaming, fails', async () => {
    const path = join(folder, 'a-folder');
    await mkdir(join(path, 'full'), { recursive: true });
    await expect(writeSafetensors(path, filled(1))).rejects.toThrow(/a-folder cannot be written/);
    expect(await readdir(folder)).toEqual(['a-folder']);
  });

  test('is not touched by content that does not fit together', async () => {
    const path = join(folder, 'w.safetensors');
    await writeSafetensors(path, filled(1));
    const bad: SafetensorsContent = {
      ...filled(2),
      tensors: new Map([['w', { dtype: 'F32', shape: [5], data: new Float32Array(4) }]]),
    };
    await expect(writeSafetensors(path, bad)).rejects.toThrow(/"w": 4 values/);
    expect(await readSafetensors(path)).toEqual(filled(1));
    expect(await readdir(folder)).toEqual(['w.safetensors']);
  });

  test('that is missing, a folder or damaged is an error with its path', async () => {
    await expect(readSafetensors(join(folder, 'none.safetensors'))).rejects.toThrow(
      /none\.safetensors cannot be read \(ENOENT\)/,
    );
    await expect(readSafetensors(folder)).rejects.toThrow(/cannot be read \(EISDIR\)/);
    await writeFile(join(folder, 'bad.safetensors'), 'not safetensors');
    await expect(readSafetensors(join(folder, 'bad.safetensors'))).rejects.toThrow(SafetensorsError);
    await expect(readSafetensors(join(folder, 'bad.safetensors'))).rejects.toThrow(
      /bad\.safetensors: the header length/,
    );
  });
});

/** Starts a process that writes one version after another to `path`, and kills it `after` milliseconds from its first whole file on. */
async function killWriter(path: string, after: number): Promise<void> {
  const script = await bundledScript(fileURLToPath(new URL('../test/endless-writer.ts', import.meta.url)));
  const child = spawn(process.execPath, [script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the writer ended by itself')));
  });
  await new Promise((resolve) => setTimeout(resolve, after));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
