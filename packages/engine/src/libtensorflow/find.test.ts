// Where libtensorflow is looked for, in which order, and what counts as one.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EngineError } from '../errors.js';
import { findLibTensorFlow, installFolder } from './find.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lin-find-'));
  vi.stubEnv('LIN_LIBTENSORFLOW', undefined);
  vi.stubEnv('LIN_CACHE', join(root, 'cache'));
  vi.stubEnv('PATH', join(root, 'bin')); // no python3 unless a test puts one there
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function put(...names: string[]): Promise<string> {
  for (const name of names) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), 'not read here');
  }
  return join(root, dirname(names[0]!));
}

const cached = (version: string, ...names: string[]) =>
  put(...names.map((name) => `cache/libtensorflow/${version}/tensorflow/${name}`));

/** A python3 on the PATH whose TensorFlow is in `folder`. */
async function python(folder: string): Promise<void> {
  await put('bin/python3');
  await writeFile(join(root, 'bin/python3'), `#!/bin/sh\necho '${folder}'\n`);
  await chmod(join(root, 'bin/python3'), 0o755);
}

describe('findLibTensorFlow', () => {
  test('finds nothing where there is nothing', async () => {
    expect(await findLibTensorFlow()).toBeUndefined();
  });

  test('looks in LIN_LIBTENSORFLOW, then in the cache, then in Python', async () => {
    const named = await put('named/libtensorflow.so.2');
    const cache = await cached('2.21.0', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2');
    const site = await put(
      'site-packages/tensorflow/libtensorflow_cc.so.2',
      'site-packages/tensorflow/libtensorflow_framework.so.2',
    );
    await python(site);

    vi.stubEnv('LIN_LIBTENSORFLOW', named);
    expect(await findLibTensorFlow()).toEqual({
      folder: named,
      library: join(named, 'libtensorflow.so.2'),
      source: 'env',
    });

    vi.stubEnv('LIN_LIBTENSORFLOW', undefined);
    expect(await findLibTensorFlow()).toEqual({
      folder: cache,
      library: join(cache, 'libtensorflow_cc.so.2'),
      framework: join(cache, 'libtensorflow_framework.so.2'),
      source: 'cache',
    });

    await rm(installFolder(), { recursive: true });
    expect(await findLibTensorFlow()).toMatchObject({ folder: site, source: 'python' });
  });

  test('does without where LIN_LIBTENSORFLOW is none, whatever is there', async () => {
    await cached('2.21.0', 'libtensorflow_cc.so.2');
    vi.stubEnv('LIN_LIBTENSORFLOW', 'none');
    expect(await findLibTensorFlow()).toBeUndefined();
  });

  test('takes the very file that LIN_LIBTENSORFLOW names, and the framework beside it', async () => {
    const folder = await put(
      'named/libtensorflow.so.2.18.1',
      'named/libtensorflow.so.2',
      'named/libtensorflow_framework.so.2',
    );
    vi.stubEnv('LIN_LIBTENSORFLOW', join(folder, 'libtensorflow.so.2.18.1'));
    expect(await findLibTensorFlow()).toEqual({
      folder,
      library: join(folder, 'libtensorflow.so.2.18.1'),
      framework: join(folder, 'libtensorflow_framework.so.2'),
      source: 'env',
    });
  });

  test('takes LIN_LIBTENSORFLOW as seen from the working folder', async () => {
    const folder = await put('named/libtensorflow.so.2');
    vi.stubEnv('LIN_LIBTENSORFLOW', relative(process.cwd(), folder));
    expect((await findLibTensorFlow())!.library).toBe(join(folder, 'libtensorflow.so.2'));
  });

  test.each([
    ['is not there', 'nowhere'],
    ['is an empty folder', 'empty'],
    ['is a folder of other things', 'other'],
  ])('says so, and looks no further, where what LIN_LIBTENSORFLOW names %s', async (_, name) => {
    await cached('2.21.0', 'libtensorflow_cc.so.2');
    await mkdir(join(root, 'empty'));
    await put('other/readme.txt', 'other/libtensorflow_framework.so.2', 'other/libtensorflow_cc.so.2.part');
    vi.stubEnv('LIN_LIBTENSORFLOW', join(root, name));
    const error = await findLibTensorFlow().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toContain(
      `LIN_LIBTENSORFLOW is ${join(root, name)}, where there is no libtensorflow`,
    );
  });

  test('takes the newest version of the cache, by number', async () => {
    for (const version of ['2.9.1', '2.21.0', '2.18.1']) await cached(version, 'libtensorflow_cc.so.2');
    expect((await findLibTensorFlow())!.folder).toContain('2.21.0');
  });

  test('passes over versions without a library, and what an install has not finished', async () => {
    await cached('2.21.0', 'libtensorflow_framework.so.2');
    await cached('2.18.1', 'libtensorflow.so.2');
    await cached('partial-0a1b2c', 'libtensorflow_cc.so.2');
    expect((await findLibTensorFlow())!.folder).toContain('2.18.1');
  });

  test('knows the libraries of every system by their names', async () => {
    for (const library of [
      'libtensorflow.2.dylib',
      'libtensorflow_cc.2.dylib',
      'libtensorflow.dylib',
      'tensorflow.dll',
      'libtensorflow.so',
      'libtensorflow_cc.so.2',
    ]) {
      vi.stubEnv('LIN_LIBTENSORFLOW', await put(`${library}-folder/${library}`));
      expect((await findLibTensorFlow())!.library).toContain(library);
    }
  });

  test('does without Python where python3 fails, hangs on to nothing, or has no TensorFlow', async () => {
    await python('');
    expect(await findLibTensorFlow()).toBeUndefined();
    await python(join(root, 'not-there'));
    expect(await findLibTensorFlow()).toBeUndefined();
    await writeFile(join(root, 'bin/python3'), '#!/bin/sh\nexit 3\n');
    expect(await findLibTensorFlow()).toBeUndefined();
  });
});
