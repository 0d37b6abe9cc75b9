// Where a run's files are: runs/<name>/ with config.yaml, metrics.jsonl, TensorBoard events, checkpoints/, report/ and
// summary.json.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface RunFolder {
  readonly name: string;
  readonly path: string;
  readonly config: string;
  readonly metrics: string;
  readonly events: string;
  readonly checkpoint: string;
  readonly report: string;
  readonly summary: string;
}

/** A run that is not there, or is there already. */
export class RunFolderError extends Error {
  override name = 'RunFolderError';
  readonly fault = 'input';
}

// A name is one folder's name: no separators, nothing hidden, nothing a shell or a URL would have to escape.
const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** The paths of run `name` below `runs`; `checkpoints`: where those of all runs go, each below its name. Touches no disk. */
export function runFolder(
  runs: string,
  name: string,
  { checkpoints }: { checkpoints?: string | null } = {},
): RunFolder {
  if (!RUN_NAME.test(name)) {
    throw new RunFolderError(
      `Run name "${name}" must be 1 to 100 letters, digits, dots, dashes or underscores, beginning with a letter or digit.`,
    );
  }
  const path = join(runs, name);
  return {
    name,
    path,
    config: join(path, 'config.yaml'),
    metrics: join(path, 'metrics.jsonl'),
    events: path,
    checkpoint: join(checkpoints ? join(checkpoints, name) : join(path, 'checkpoints'), 'latest.safetensors'),
    report: join(path, 'report'),
    summary: join(path, 'summary.json'),
  };
}

/** Makes the folder of a new run. @throws RunFolderError when a run of that name is there. */
export async function createRun(run: RunFolder): Promise<void> {
  await mkdir(join(run.path, '..'), { recursive: true });
  await mkdir(run.path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw new RunFolderError(`Run ${run.path} exists already; choose another --name, or continue it with --resume.`);
  });
}

/** The name of the newest run below `runs`, by the time its config was written. @throws RunFolderError when there is none. */
export async function latestRunName(runs: string): Promise<string> {
  const names = await readdir(runs).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const config = await stat(join(runs, name, 'config.yaml')).catch(() => undefined);
      return config ? [{ name, time: config.mtimeMs }] : [];
    }),
  );
  const [newest] = dated.flat().sort((a, b) => b.time - a.time);
  if (!newest) throw new RunFolderError(`There is no run in ${runs} yet; start one with: npx nx train app.`);
  return newest.name;
}
