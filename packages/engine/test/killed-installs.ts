// `lin-engine install` killed at chosen moments: what it leaves is a whole library or none, and the next install succeeds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { findLibTensorFlow, installFolder } from '../src/libtensorflow/find.js';
import { installLibTensorFlow, TENSORFLOW_VERSION } from '../src/libtensorflow/install.js';
import { FakeTools } from './fake-tools.js';
import { CLI } from './run-script.js';
import { writeWheel } from './tiny-wheel.js';

const BYTES = 48 * 2 ** 20; // long enough to unpack and check that a kill falls into it

/** `moments`: milliseconds from the first printed line on: 300 in pip, then unpacking and checking, then files are moved. */
export async function expectWholeAfterKills(moments: readonly number[]): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'lin-kills-'));
  try {
    const tools = new FakeTools(root);
    for (const [name, value] of Object.entries({ LIN_CACHE: join(root, 'cache'), PATH: tools.path }))
      vi.stubEnv(name, value);
    vi.stubEnv('LIN_LIBTENSORFLOW', undefined);
    await writeWheel(join(root, 'large.whl'), {
      'tensorflow/libtensorflow_cc.so.2': Buffer.alloc(BYTES, 'library'),
    });
    const wheel = `tensorflow_cpu-${TENSORFLOW_VERSION}-cp312-cp312-any.whl`;
    await tools.pip(`/bin/sleep 0.3; /bin/cp "${root}/large.whl" "$DEST/${wheel}"`);
    for (const milliseconds of moments) await killAfter(milliseconds);

    const { library } = await installLibTensorFlow();
    expect((await stat(library)).size).toBe(BYTES);
    expect(await readdir(installFolder())).toEqual([TENSORFLOW_VERSION]);
  } finally {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function killAfter(milliseconds: number): Promise<void> {
  const run = spawn(process.execPath, [CLI, 'install'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(run, 'exit'); // it may end by itself before it is killed
  await once(run.stdout, 'data');
  await sleep(milliseconds);
  run.kill('SIGKILL');
  await ended;
  const found = await findLibTensorFlow();
  if (!found) return;
  expect((await stat(found.library)).size).toBe(BYTES);
  await rm(join(found.folder, '..'), { recursive: true });
}
