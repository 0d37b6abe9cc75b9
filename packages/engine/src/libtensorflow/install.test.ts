// Installing: by pip, else from the archive; whole or not at all, whoever is killed and however many install at once.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeTools } from '../../test/fake-tools.js';
import { expectWholeAfterKills } from '../../test/killed-installs.js';
import { httpAnswer, serve, type TestServer } from '../../test/http.js';
import { CLI } from '../../test/run-script.js';
import { tinyTarball, TARBALL_FILES } from '../../test/tiny-tarball.js';
import { writeWheel, type WheelOptions } from '../../test/tiny-wheel.js';
import { EngineError } from '../errors.js';
import { findLibTensorFlow, installFolder } from './find.js';
import { installLibTensorFlow, TENSORFLOW_VERSION, type InstallOptions } from './install.js';

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const FILES = {
  [LIBRARY]: Buffer.from('the library '.repeat(1000)),
  'tensorflow/libtensorflow_framework.so.2': Buffer.from('the framework'),
  'tensorflow/python/ops.py': Buffer.from('print()'),
};

let root: string;
let tools: FakeTools;
let archive: TestServer | undefined;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lin-install-'));
  tools = new FakeTools(root);
  vi.stubEnv('LIN_LIBTENSORFLOW', undefined);
  vi.stubEnv('LIN_CACHE', join(root, 'cache'));
  vi.stubEnv('PATH', tools.path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  archive?.close();
  archive = undefined;
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** A pip that delivers a wheel of `files`, after `delay` seconds. */
async function pipDelivers(
  files: Record<string, Buffer> = FILES,
  { delay = 0, ...options }: WheelOptions & { delay?: number } = {},
): Promise<void> {
  await writeWheel(join(root, 'tiny.whl'), files, options);
  await tools.pip(
    `/bin/sleep ${delay}; /bin/cp "${root}/tiny.whl" "$DEST/tensorflow_cpu-${TENSORFLOW_VERSION}-cp312-cp312-any.whl"`,
  );
}

async function archiveIs(body: Buffer, options?: Parameters<typeof httpAnswer>[1]): Promise<void> {
  archive = await serve((socket) => socket.end(httpAnswer(body, options)));
}

/** Never from the real archive: where a test has none, its address answers nothing. */
async function install(options: InstallOptions = {}) {
  const { url } = archive ?? (archive = await serve((socket) => socket.destroy()));
  return installLibTensorFlow({ tarballUrl: url, ...options });
}

const left = async () => (await readdir(installFolder())).sort();
const libraryBytes = async () => readFile((await findLibTensorFlow())!.library);

/** `lin-engine install` in a process of its own. */
const startInstall = () => spawn(process.execPath, [CLI, 'install'], { stdio: ['ignore', 'pipe', 'inherit'] });

describe('installLibTensorFlow', () => {
  test("keeps the libraries of pip's wheel, in the cache, and nothing else", async () => {
    await pipDelivers();
    const lines: string[] = [];
    const found = await install({ log: (line) => lines.push(line) });
    expect(found).toEqual(await findLibTensorFlow());
    expect(found).toMatchObject({
      source: 'cache',
      folder: join(root, 'cache/libtensorflow', TENSORFLOW_VERSION, 'tensorflow'),
    });
    expect(await readdir(found.folder)).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
    expect(await readFile(found.library)).toEqual(FILES[LIBRARY]);
    expect(await left()).toEqual([TENSORFLOW_VERSION]);
    expect(lines).toHaveLength(2);
    expect((await tools.downloads())[0]).toMatch(new RegExp(`--no-deps tensorflow(-cpu)?==${TENSORFLOW_VERSION}$`));
  });

  test('fetches nothing where a library is found, unless forced to', async () => {
    await pipDelivers();
    await install();
    await install();
    expect(await tools.downloads()).toHaveLength(1);
    await pipDelivers({ ...FILES, [LIBRARY]: Buffer.from('a newer library') });
    await install({ force: true });
    expect((await libraryBytes()).toString()).toBe('a newer library');
    expect(await left()).toEqual([TENSORFLOW_VERSION]);
  });

  test.each([
    ['where nvidia-smi answers', 'auto' as const, true],
    ['where it is asked to', true, false],
  ])("fetches CUDA's libraries too %s", async (_, cuda, smi) => {
    if (smi) await tools.add('nvidia-smi', 'echo "GPU 0: NVIDIA H100"');
    await writeWheel(join(root, 'tf.whl'), FILES);
    await writeWheel(join(root, 'cudnn.whl'), {
      'nvidia/cudnn/lib/libcudnn.so.9': Buffer.from('cudnn'),
      'nvidia/cudnn/include/cudnn.h': Buffer.from(''),
    });
    await writeWheel(join(root, 'numpy.whl'), { 'numpy/core.so': Buffer.from('numpy') });
    await tools.pip(`
      /bin/cp "${root}/tf.whl" "$DEST/tensorflow-${TENSORFLOW_VERSION}-cp312-cp312-any.whl"
      /bin/cp "${root}/cudnn.whl" "$DEST/nvidia_cudnn_cu12-9.3.0-py3-none-any.whl"
      /bin/cp "${root}/numpy.whl" "$DEST/numpy-2.0.0-cp312-cp312-any.whl"`);
    const { folder } = await install({ cuda });
    expect((await tools.downloads())[0]).toContain(`tensorflow[and-cuda]==${TENSORFLOW_VERSION}`);
    // Where TensorFlow's own run path looks: beside its folder.
    expect(await readdir(join(folder, '../nvidia/cudnn'))).toEqual(['lib']);
    expect((await readdir(join(folder, '..'))).sort()).toEqual(['nvidia', 'tensorflow']);
  });

  test.each<[string, () => Promise<void>]>([
    ['there is no pip', async () => {}],
    ['pip fails', () => tools.pip('echo "ERROR: No matching distribution found" >&2; exit 1')],
    ['pip delivers no wheel', () => tools.pip(':')],
    ['its wheel is not one', () => tools.pip(`echo '<html>' > "$DEST/tensorflow-1-any.whl"`)],
    [
      'its wheel does not match its RECORD',
      () => pipDelivers(FILES, { record: (text) => text.replace(/sha256=./, 'sha256=_') }),
    ],
    ['its wheel holds no library', () => pipDelivers({ 'tensorflow/python/ops.py': Buffer.from('') })],
  ])('takes the archive where %s, and nothing of the wheel', async (_, prepare) => {
    await prepare();
    await archiveIs(await tinyTarball());
    const { folder, library } = await install();
    expect(await readFile(library)).toEqual(TARBALL_FILES['lib/libtensorflow.so.2']);
    expect((await readdir(folder)).sort()).toEqual(['libtensorflow.so.2', 'libtensorflow_framework.so.2']);
    expect(await left()).toEqual(['2.18.1']);
  });

  test.each<[string, () => Promise<void>, RegExp]>([
    ['cut', async () => archiveIs((await tinyTarball()).subarray(0, 20_000)), /is damaged/],
    ['lying about its length', async () => archiveIs(await tinyTarball(), { length: 20_000 }), /is damaged/],
    ['gone', () => archiveIs(Buffer.from(''), { status: '404 Not Found' }), /answers HTTP 404/],
    ['a page', () => archiveIs(Buffer.from('<html>sign in</html>')), /is damaged/],
    [
      'of something else',
      async () => archiveIs(await tinyTarball({ 'lib/libother.so': Buffer.from('x') })),
      /holds no libtensorflow/,
    ],
  ])('gives both reasons, and leaves nothing, where pip fails and the archive is %s', async (_, prepare, words) => {
    await tools.pip('echo "ERROR: no route to the index" >&2; exit 1');
    await prepare();
    const error = await install().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect((error as Error).message).toMatch(
      /^libtensorflow could not be fetched \(pip download failed: no route to the index; /,
    );
    expect((error as Error).message).toMatch(words);
    expect(await left()).toEqual([]);
    expect(await findLibTensorFlow()).toBeUndefined();
  });

  test('keeps the library it has where a forced fetch fails', async () => {
    await pipDelivers();
    await install();
    await tools.pip('exit 1');
    await expect(install({ force: true })).rejects.toThrow(EngineError);
    expect(await libraryBytes()).toEqual(FILES[LIBRARY]);
  });

  test('stops when told to, and leaves nothing', async () => {
    await pipDelivers(FILES, { delay: 30 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    await expect(install({ signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await left()).toEqual([]);
  });

  test('names the cache folder where it cannot be made', async () => {
    await writeFile(join(root, 'file'), '');
    vi.stubEnv('LIN_CACHE', join(root, 'file'));
    await expect(install()).rejects.toThrow(
      /file.libtensorflow cannot be made \(ENOTDIR\); name a folder for downloads in LIN_CACHE/,
    );
  });
});

describe('processes that install', () => {
  test('at once fetch once, and both get the library', { timeout: 60_000 }, async () => {
    await pipDelivers(FILES, { delay: 1.5 });
    const runs = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, [CLI, 'install'])));
    expect(await tools.downloads()).toHaveLength(1);
    const { library } = (await findLibTensorFlow())!;
    for (const { stdout } of runs) expect(stdout).toContain(`libtensorflow: ${library}\n`);
    expect(runs.filter(({ stdout }) => /Process \d+ is fetching TensorFlow already/.test(stdout))).toHaveLength(1);
    expect(await left()).toEqual([TENSORFLOW_VERSION]);
  });

  test('and are stopped by Ctrl-C end with 130 and leave nothing', { timeout: 60_000 }, async () => {
    await pipDelivers(FILES, { delay: 30 });
    const run = startInstall();
    await once(run.stdout, 'data');
    run.kill('SIGINT');
    expect(await once(run, 'exit')).toEqual([130, null]);
    expect(await left()).toEqual([]);
  });

  test('and are killed leave no half library, and the next one installs', { timeout: 120_000 }, async () => {
    await expectWholeAfterKills([100, 400, 600]); // in pip; while unpacking and checking; about when files are moved
  });
});
