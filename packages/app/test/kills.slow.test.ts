// Fifty kills: a run that is ended by SIGKILL at random moments and resumed each time reaches what one that was never stopped does, to the
// last bit: weights, moving average, the optimiser's memory and the best checkpoint.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { exists } from '@lin/files';
import { readSafetensors } from '@lin/safetensors/file';
import { AppFolder } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KILLS = Number(process.env['LIN_KILLS'] ?? 50);
/** Every so many is killed while it starts; the others are, so long after they have the run in hand. */
const WHILE_STARTING = 5;
const LONGEST = 5_000; // ms

const SET = [
  'linearizer.num_epochs=40',
  'linearizer.ema_decay=0.9',
  'validation.identities=2',
  'validation.interval=5',
  'training.checkpoint_interval=1',
  'training.keep_every=50',
].flatMap((pair) => ['--set', pair]);

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
});

/** Of every checkpoint that a run keeps: its place, and the digest of each tensor. */
async function reachedBy(name: string) {
  const folder = app.file('runs', name, 'checkpoints');
  const files = (await readdir(folder)).sort().map(async (file) => {
    const { tensors, metadata } = await readSafetensors(`${folder}/${file}`);
    const { position, best } = JSON.parse(metadata['state']!) as { position: object; best?: object };
    const digests = [...tensors].map(([tensor, { data }]) => [
      tensor,
      createHash('sha256')
        .update(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
        .digest('hex'),
    ]);
    return [file, { position, best, tensors: Object.fromEntries(digests) as object }] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** Starts a process and kills it so long after it has begun to train, or (`early`) to start; true where it had ended by itself. */
async function killed(args: readonly string[], { after, early }: { after: number; early: boolean }): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--conditions=@lin/source', '--import', 'tsx', 'packages/app/src/main.ts', ...args],
    {
      cwd: ROOT,
      env: { ...process.env, ...app.environment() },
      stdio: 'ignore',
    },
  );
  const ended = new Promise<boolean>((resolve) => child.once('exit', (code) => resolve(code === 0)));
  let isOver = false;
  void ended.then(() => (isOver = true));
  const lock = app.file('runs', 'killed', 'lock');
  const isTraining = async () => (await readFile(lock, 'utf8').catch(() => '')).startsWith(`${child.pid} `);
  while (!early && !isOver && !(await isTraining())) await sleep(50);
  await Promise.race([ended, sleep(after)]);
  child.kill('SIGKILL');
  return ended;
}

test(
  `a run that is killed ${KILLS} times ends as one that is not, to the last bit`,
  { timeout: 3_600_000 },
  async () => {
    const train = (name: string) => ['train', '--config', app.file('tiny.yaml'), '--name', name, ...SET];
    expect((await app.run(train('whole'))).code).toBe(0);
    let ended = false;
    for (let kill = 0; kill < KILLS && !ended; kill++) {
      const begun = await exists(app.file('runs', 'killed', 'config.yaml'));
      const args = begun ? ['train', '--resume', '--name', 'killed'] : train('killed');
      ended = await killed(args, { after: Math.random() * LONGEST, early: kill % WHILE_STARTING === 0 });
    }
    const { code, stderr } = await app.run(['train', '--resume', '--name', 'killed']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await reachedBy('killed')).toEqual(await reachedBy('whole'));
    const left = (await readdir(app.file('runs', 'killed'), { recursive: true })).filter((name) =>
      name.includes('.partial'),
    );
    expect(left).toEqual([]);
  },
);
