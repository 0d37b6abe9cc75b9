// Where a run that is resumed goes on: at its newest checkpoint that is whole or another one that was chosen, or at the beginning where it
// was killed before the first.
import { readMetrics, type CheckpointState, type Optimiser } from '@lin/train';
import { loadChosen, type CheckpointChoice } from '../run/checkpoint-choice.js';
import { note } from '../terminal/console.js';
import { RunFolderError } from '../run/run-folder.js';
import type { Run } from '../run/run.js';

/** @throws RunFolderError where checkpoints that the run must have written are not there. */
export async function resumedState(
  run: Run,
  optimiser: Optimiser,
  choice: CheckpointChoice = 'last',
): Promise<CheckpointState | undefined> {
  const { model, checkpoints, folder, config } = run;
  const loaded = await loadChosen(checkpoints, choice, { model, optimiser, ...run.loading });
  if (loaded) return loaded.state;
  const last = (await readMetrics(folder.metrics)).at(-1);
  if (last && (last.step > config.training.checkpoint_interval || (last['epoch'] ?? 0) > 0)) {
    throw new RunFolderError(
      `Run ${folder.name} has logged step ${last.step}, but ${folder.checkpoints} has no checkpoint; put them back, or start a new run.`,
    );
  }
  note('Resuming at the beginning: the run was stopped before its first checkpoint.');
  return undefined;
}
