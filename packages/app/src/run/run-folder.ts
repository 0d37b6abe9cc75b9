// Where a run's files are: runs/<name>/ with config.yaml, metrics.jsonl, TensorBoard events, checkpoints/, report/ and
// summary.json.
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, removeLeftovers } from '@lin/files';
import { CheckpointFolder } from '@lin/train';

export interface RunFolder {
  readonly name: string;
  readonly path: string;
  readonly config: string;
  readonly metrics: string;
  readonly environment: string;
  readonly events: string;
  /** The folder of its checkpoints. */
  readonly checkpoints: string;
  readonly report: string;
  readonly summary: string;
}

/** A run that is not there, or is there already. */
export class RunFolderError extends Error {
  override name = 'RunFolderError';
  readonly fault = 'input';
}

// A name is one folder's name: no separators, nothing hidden, nothing a shell or a URL would have to escape.
export const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

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
    environment: join(path, 'environment.json'),
    events: path,
    checkpoints: checkpoints ? join(checkpoints, name) : join(path, 'checkpoints'),
    report: join(path, 'report'),
    summary: join(path, 'summary.json'),
  };
}

/**
 * Whether the name is free: nothing is there, or no more than a run that was killed before its first checkpoint left.
 * @throws RunFolderError where a run, or anything else, is there, or checkpoints of that name are.
 */
export async function refuseTaken({ path, checkpoints, summary, config }: RunFolder): Promise<void> {
  const hasCheckpoints = !(await new CheckpointFolder(checkpoints).isEmpty());
  if (!(await exists(path))) {
    if (!hasCheckpoints) return;
    throw new RunFolderError(`${checkpoints} has checkpoints already, of another run; choose another --name.`);
  }
  const isRun =
    (await exists(config)) || (await readdir(path)).every((name) => /^lock|\.partial-|^workers$/.test(name));
  if (isRun && !hasCheckpoints && !(await exists(summary))) return;
  throw new RunFolderError(`Run ${path} exists already; choose another --name, or continue it with --resume.`);
}

/** Makes the folder of a new run, or takes away what one that was killed before its first checkpoint has logged. @throws RunFolderError */
export async function createRun(run: RunFolder): Promise<void> {
  await refuseTaken(run);
  await mkdir(run.path, { recursive: true });
  await removeLeftovers(run.path);
  const logged = (await readdir(run.path)).filter((name) => /^(metrics\.|events\.out\.)/.test(name));
  for (const name of logged) await rm(join(run.path, name));
}

/** The names of the runs below `runs`, the newest first, by the time of their configs. @throws RunFolderError when there is none. */
export async function runNames(runs: string): Promise<string[]> {
  const names = await readdir(runs).catch(() => []);
  const dated = await Promise.all(
    names.map(async (name) => {
      const config = await stat(join(runs, name, 'config.yaml')).catch(() => undefined);
      return config ? [{ name, time: config.mtimeMs }] : [];
    }),
  );
  const newestFirst = dated.flat().sort((a, b) => b.time - a.time);
  if (newestFirst.length === 0)
    throw new RunFolderError(`There is no run in ${runs} yet; start one with: npx nx train app.`);
  return newestFirst.map(({ name }) => name);
}
