// The app as a user runs it, in a process of its own or as a function, on a sandwich small enough for wasm. The sample set, its embeddings
// and one trained run are made once for all files of tests.
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { exists, withLock } from '@lin/files';
import { runApp } from '../src/app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export const TINY = `
data: { sample: { identities: 10, images_per_identity: 4 }, test_fraction: 0.2 }
model: { use_insightface: false }
linearizer:
  latent_dim: 8
  num_blocks: 1
  hidden_dim: 8
  num_layers: 2
  learning_rate: 0.01
  batch_size: 8
  num_epochs: 2
  image_flow: { blocks: [1, 0, 0], widths: [4, 4, 4] }
training: { log_interval: 2, num_workers: 1 }
device: { backend: wasm }
`;

export interface AppResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface RunOptions {
  /** Ctrl-C's signal arrives as soon as this text is printed. */
  interruptAt?: string;
}

export class AppFolder {
  private constructor(
    readonly path: string,
    /** Where the sample set and the embeddings are. */
    readonly data: string,
  ) {}

  /** With data of its own: an empty folder. */
  static async create(): Promise<AppFolder> {
    const path = await mkdtemp(join(tmpdir(), 'lin-app-'));
    return AppFolder.at(path, join(path, 'data'));
  }

  /** With the data of all files of tests, which is not to be changed. */
  static async withSharedData(): Promise<AppFolder> {
    await sharedRun('whole');
    return AppFolder.at(await mkdtemp(join(tmpdir(), 'lin-app-')), sharedFile('data'));
  }

  private static async at(path: string, data: string): Promise<AppFolder> {
    const folder = new AppFolder(path, data);
    await mkdir(folder.file('home'), { recursive: true });
    await writeFile(folder.file('tiny.yaml'), TINY);
    return folder;
  }

  /** Puts a copy of a run that is trained once for all files of tests among this folder's; gives what its training printed. */
  async takeRun(name: SharedRun): Promise<AppResult> {
    const result = await sharedRun(name);
    await cp(sharedFile('runs', name), this.file('runs', name), { recursive: true });
    return result;
  }

  /** The folders of another one, with data of its own. */
  static withOwnData = ({ path }: AppFolder): Promise<AppFolder> => AppFolder.at(path, join(path, 'data'));

  /** What makes the shared runs. */
  static shared = (): Promise<AppFolder> => AppFolder.at(sharedFile(), sharedFile('data'));

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  async json<T>(...parts: string[]): Promise<T> {
    return JSON.parse(await readFile(this.file(...parts), 'utf8')) as T;
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(this.file(name), content);
    return this.file(name);
  }

  remove(...parts: string[]): Promise<void> {
    return rm(this.file(...parts), { recursive: true });
  }

  /** As `run`, without a process of its own: for what is refused, and for what needs no more than a function. */
  async call(args: readonly string[], { interruptAt }: RunOptions = {}): Promise<AppResult> {
    const environment = this.environment();
    const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, environment);
    const result: AppResult = { code: null, stdout: '', stderr: '' };
    let interrupted = interruptAt === undefined;
    const restore = (['stdout', 'stderr'] as const).map((name) => {
      const stream = process[name].setMaxListeners(0);
      const { write } = stream;
      stream.write = (text: string | Uint8Array) => {
        result[name] += String(text);
        if (!interrupted && name === 'stdout' && String(text).includes(interruptAt!)) {
          interrupted = true;
          process.kill(process.pid, 'SIGINT');
        }
        return true;
      };
      return () => (stream.write = write);
    });
    try {
      await runApp(args);
      result.code = Number(process.exitCode ?? 0);
    } finally {
      for (const undo of restore) undo();
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      process.exitCode = undefined;
    }
    return result;
  }

  environment() {
    return {
      INIT_CWD: this.path,
      LIN_RUNS: this.file('runs'),
      LIN_DATA: this.data,
      HOME: this.file('home'),
    };
  }

  run(args: readonly string[], { interruptAt }: RunOptions = {}): Promise<AppResult> {
    const interrupting = interruptAt === undefined ? [] : ['--import', interruptOnce(interruptAt)];
    const child = spawn(
      process.execPath,
      ['--conditions=@lin/source', '--import', 'tsx', ...interrupting, 'packages/app/src/main.ts', ...args],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          LIN_TEST_BUNDLES: undefined, // its threads load the sources, too
          ...this.environment(),
        },
      },
    );
    const result: AppResult = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
    return new Promise((resolve) => child.on('close', (code) => resolve({ ...result, code })));
  }
}

type SharedRun = keyof typeof SHARED_RUNS;

/** `whole`: tiny.yaml as it is, in a process; `encoder`: with the authors' CNN encoder, two small batches, as a function. */
const SHARED_RUNS = {
  whole: [],
  encoder: ['gx=encoder', 'num_epochs=1', 'batch_size=4']
    .map((pair) => `linearizer.${pair}`)
    .concat('training.limit_batches=2')
    .flatMap((pair) => ['--set', pair]),
};

const sharedFile = (...parts: string[]) => join(inject('sharedFolder'), ...parts);

/** Trains a shared run where no file of tests has done so yet. */
async function sharedRun(name: SharedRun): Promise<AppResult> {
  const path = sharedFile(`${name}.json`);
  return withLock(sharedFile('lock'), async () => {
    if (!(await exists(path))) {
      const app = await AppFolder.shared();
      const args = ['train', '--config', 'tiny.yaml', '--name', name, ...SHARED_RUNS[name]];
      const result = await (name === 'whole' ? app.run(args) : app.call(args));
      if (result.code !== 0) throw new Error(`the shared run ${name} failed: ${result.stderr}`);
      await writeFile(path, JSON.stringify(result));
    }
    return JSON.parse(await readFile(path, 'utf8')) as AppResult;
  });
}

/** A module that has its process send SIGINT to itself: a signal from outside would arrive whenever this machine has time for it. */
function interruptOnce(text: string): string {
  const code = `
    const { write } = process.stdout;
    process.stdout.write = function (chunk, ...rest) {
      if (String(chunk).includes(${JSON.stringify(text)})) {
        process.stdout.write = write;
        process.kill(process.pid, 'SIGINT');
      }
      return write.call(process.stdout, chunk, ...rest);
    };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
