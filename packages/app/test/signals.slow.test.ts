// A run that is told to stop, by each signal, through nx and without it, without a terminal and on one: a checkpoint, and nothing left.
import { spawn, spawnSync } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '@lin/files';
import { AppFolder } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NX = fileURLToPath(new URL('../../../node_modules/nx/dist/bin/nx.js', import.meta.url));
const NODE = ['--conditions=@lin/source', '--import', 'tsx', 'packages/app/src/main.ts'];

let app: AppFolder;
let runs = 0;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
});

/** A training that takes minutes, and writes a checkpoint by itself only at the end of an epoch. */
function argumentsOf(name: string, through: 'nx' | 'node'): string[] {
  const args = ['--config', app.file('tiny.yaml'), '--name', name, '--set', 'linearizer.num_epochs=500'];
  return through === 'nx' ? [NX, 'train', 'app', '--', ...args] : [...NODE, 'train', ...args];
}
const environment = () => ({ ...process.env, ...app.environment(), NX_DAEMON: 'false' });

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(100);
}
const file = (name: string, ...parts: string[]) => app.file('runs', name, ...parts);
const isThere = (path: string) => access(path).then(() => true, () => false); // prettier-ignore
const hasBegun = (name: string) => async () =>
  (await readFile(file(name, 'metrics.jsonl'), 'utf8').catch(() => '')).includes('"step":2');
const trainer = async (name: string) => Number((await readFile(file(name, 'lock'), 'utf8')).split(' ')[0]);

/** The trainer ends by itself, frees the run, and leaves a checkpoint that holds every logged step. */
async function expectGoodOrder(name: string, pid: number): Promise<void> {
  await until(async () => !isAlive(pid));
  expect(await isThere(file(name, 'lock'))).toBe(false);
  const names = await readdir(file(name, 'checkpoints'));
  expect(names.filter((one) => !/^(latest|step-\d{8})\.safetensors$/.test(one))).toEqual([]);
  const rows = (await readFile(file(name, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const { step } = JSON.parse(rows.at(-1)!) as { step: number };
  const header = (await readFile(file(name, 'checkpoints', 'latest.safetensors')))
    .subarray(0, 100_000)
    .toString('latin1');
  expect(Number(/\\"step\\":(\d+)/.exec(header)?.[1])).toBe(step);
  expect(await isThere(file(name, 'summary.json'))).toBe(false);
}

describe.each(['node', 'nx'] as const)('a run through %s', (through) => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'without a terminal ends in good order at %s to all',
    async (signal) => {
      const name = `run-${++runs}`;
      const child = spawn(process.execPath, argumentsOf(name, through), {
        cwd: ROOT,
        env: environment(),
        detached: true, // a process group of its own
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.resume();
      child.stderr.resume();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(hasBegun(name));
      const pid = await trainer(name);
      process.kill(-child.pid!, signal);
      await ended;
      await expectGoodOrder(name, pid);
    },
  );

  const python = spawnSync('python3', ['-c', 'import pty']).status === 0;
  test.skipIf(!python).each(['Ctrl-C', 'closing it'])(
    `on a terminal ends in good order at %s${python ? '' : ' (SKIPPED: no python3)'}`,
    async (how) => {
      const name = `run-${++runs}`;
      const child = spawn('python3', ['-c', TERMINAL, how, process.execPath, ...argumentsOf(name, through)], {
        cwd: ROOT,
        env: environment(),
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(hasBegun(name));
      const pid = await trainer(name);
      child.stdin.end('now\n');
      await ended;
      await expectGoodOrder(name, pid);
    },
  );
});

test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('a run ends in good order at %s to npx alone', async (signal) => {
  const name = `run-${++runs}`;
  const [, ...args] = argumentsOf(name, 'nx');
  const child = spawn('npx', ['nx', ...args], { cwd: ROOT, env: environment(), detached: true, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await until(hasBegun(name));
  const pid = await trainer(name);
  child.kill(signal);
  await ended;
  await expectGoodOrder(name, pid);
});

test('a run on a terminal that is closed ends by the hangup, not by an abort', async () => {
  const name = `run-${++runs}`;
  const command = [TERMINAL, 'closing it', process.execPath, ...argumentsOf(name, 'node')];
  const child = spawn('python3', ['-c', ...command], {
    cwd: ROOT,
    env: environment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let status = '';
  child.stdout.on('data', (text: Buffer) => (status += text.toString()));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await until(hasBegun(name));
  child.stdin.end('now\n');
  await ended;
  expect(status).toBe('-1\n');
});

/**
 * Runs a command on a pseudo-terminal; at the first line of standard input, Ctrl-C is typed there, or it is closed. Prints its exit code.
 */
const TERMINAL = `
import os, pty, select, sys
how, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
while True:
    ready, _, _ = select.select([terminal, 0], [], [])
    if terminal in ready:
        try:
            if not os.read(terminal, 65536): break
        except OSError:
            break
    if 0 in ready:
        sys.stdin.readline()
        if how == 'Ctrl-C': os.write(terminal, b'\\x03')
        else: os.close(terminal)
        break
if how == 'Ctrl-C':
    while True:
        try:
            if not os.read(terminal, 65536): break
        except OSError:
            break
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
