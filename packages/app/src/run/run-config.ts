// The config of a run: which YAML file it starts from, and the resolved copy in the run's own folder.
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { exists, replaceFile } from '@lin/files';
import { CheckpointFolder } from '@lin/train';
import { createRun, runFolder, runNames, RunFolderError, type RunFolder } from './run-folder.js';
import { access } from 'node:fs/promises';
import type { Config } from '../config/schema.js';
import { loadConfig } from '../config/load.js';
import { runsFolder, userPath } from '../config/workspace.js';

/** Paths made absolute: a run is found again from wherever it is resumed. */
export async function loadUserConfig(path: string, set: readonly string[] = []): Promise<Config> {
  const config = await loadConfig({ path, set });
  const { data, linearizer, evaluation } = config;
  if (data.ms1mv2.path !== null) data.ms1mv2.path = userPath(data.ms1mv2.path);
  if (linearizer.checkpoint_dir !== null) linearizer.checkpoint_dir = userPath(linearizer.checkpoint_dir);
  evaluation.packs = evaluation.packs.map(userPath);
  return config;
}

/** Where a new run will be, named by the time where it has no name yet. Touches no disk. @throws RunFolderError for a bad name. */
export function newRunFolder(config: Config, name = timestamp(), runs = runsFolder()): RunFolder {
  return runFolder(runs, name, { checkpoints: config.linearizer.checkpoint_dir });
}

/** Makes the folder of a new run, with its config. @throws RunFolderError where the name is taken. */
export async function startRun(folder: RunFolder, config: Config): Promise<void> {
  await createRun(folder);
  await saveConfig(folder, config);
}

export interface FoundRun {
  folder: RunFolder;
  config: Config;
}

/** Whether a run of this name has begun. */
export const isRun = (name: string) => exists(runFolder(runsFolder(), name).config);

/** An earlier run, the newest without a name, with its own config. @throws RunFolderError where there is none. */
export async function findRun(name: string | undefined, set: readonly string[] = []): Promise<FoundRun> {
  const { name: found, config: path } = runFolder(runsFolder(), name ?? (await runNames(runsFolder()))[0]!);
  await access(path).catch(() => {
    throw new RunFolderError(`There is no run named ${found} (${path} is not there); check --name.`);
  });
  const config = await loadUserConfig(path, set);
  const folder = newRunFolder(config, found);
  await refuseSharedCheckpoint(folder, config);
  return { folder, config };
}

/** As `findRun`; without a name the newest that has trained: one that was stopped before its first checkpoint has nothing to look at. */
export async function findTrainedRun(name: string | undefined): Promise<FoundRun> {
  if (name !== undefined) return findRun(name);
  const names = await runNames(runsFolder());
  for (const candidate of names) {
    const found = await findRun(candidate);
    if (!(await new CheckpointFolder(found.folder.checkpoints).isEmpty())) return found;
  }
  const [newest] = names;
  throw new RunFolderError(
    `No run in ${runsFolder()} has a checkpoint yet; train the newest on with: npx nx train app -- --resume --name ${newest}.`,
  );
}

/** Of the first 0.1.0, which kept one file for all runs with the same linearizer.checkpoint_dir: nobody knows which of them it is. */
async function refuseSharedCheckpoint({ checkpoints }: RunFolder, { linearizer }: Config): Promise<void> {
  if (linearizer.checkpoint_dir === null || !(await new CheckpointFolder(checkpoints).isEmpty())) return;
  const name = 'latest.safetensors';
  const shared = join(linearizer.checkpoint_dir, name);
  if (!(await exists(shared))) return;
  throw new RunFolderError(
    `${shared} was written by the first 0.1.0, which kept one checkpoint for all runs there; ` +
      `if it is this run's, move it to ${join(checkpoints, name)}.`,
  );
}

export async function saveConfig(run: RunFolder, config: Config): Promise<void> {
  await replaceFile(run.config, dump(config));
}

/** Local time, e.g. 2026-11-24-14-05-09: the name of a run that was given none. */
export function timestamp(): string {
  const now = new Date();
  const parts = [
    now.getFullYear(),
    now.getMonth() + 1,
    now.getDate(),
    now.getHours(),
    now.getMinutes(),
    now.getSeconds(),
  ];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}
