// Which checkpoint of a run is meant: --checkpoint, with one meaning for every command.
import { loadCheckpoint, type CheckpointFolder, type LoadedCheckpoint, type LoadNewestOptions } from '@lin/train';
import { userPath } from '../config/workspace.js';
import { RunFolderError } from './run-folder.js';

/** `best`: the best where validation chose one, else the last. */
export type CheckpointChoice = 'best' | 'last' | { step: number } | { path: string };

/** `best`, `last`, the number of a step, or a path. */
export function parseCheckpointChoice(text: string): CheckpointChoice {
  if (text === 'best' || text === 'last') return text;
  return /^\d+$/.test(text) ? { step: Number(text) } : { path: userPath(text) };
}

/**
 * undefined where the run has none yet.
 * @throws RunFolderError for a step whose checkpoint is not there; SafetensorsError for a path that cannot be read, or is of another model;
 * what `options.check` throws.
 */
export async function loadChosen(
  checkpoints: CheckpointFolder,
  choice: CheckpointChoice,
  options: LoadNewestOptions,
): Promise<LoadedCheckpoint | undefined> {
  if (choice === 'best') return checkpoints.loadBest(options);
  if (choice === 'last') return checkpoints.loadNewest(options);
  if ('path' in choice) return { path: choice.path, state: await loadCheckpoint(choice.path, options) };
  const steps = await checkpoints.steps();
  if (!steps.includes(choice.step)) {
    const kept = steps.length === 0 ? 'none' : `those after ${steps.toReversed().join(', ')}`;
    throw new RunFolderError(
      `--checkpoint ${choice.step}: ${checkpoints.path} has no checkpoint after that step; it has ${kept}. ` +
        'training.keep_every keeps more.',
    );
  }
  return checkpoints.loadStep(choice.step, options);
}
