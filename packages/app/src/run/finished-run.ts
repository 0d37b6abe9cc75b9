// A run that has a checkpoint, with everything that is needed to look at its model.
import type { LoadedCheckpoint } from '@lin/train';
import { startEngine, testEngine } from '../prepare/engine.js';
import { note } from '../terminal/console.js';
import type { CheckpointChoice } from './checkpoint-choice.js';
import { findTrainedRun } from './run-config.js';
import { Run } from './run.js';

/** Which run, and which of its checkpoints; default: the newest that has trained, and what the run gives. */
export interface RunChoice {
  name?: string | undefined;
  checkpoint?: CheckpointChoice | undefined;
}

/** Runs `use` on a run with its model as the checkpoint is. */
export async function withRun(
  { name, checkpoint }: RunChoice,
  use: (run: Run, result: LoadedCheckpoint) => Promise<void>,
): Promise<void> {
  const { folder, config } = await findTrainedRun(name);
  const run = await Run.open({ folder, config, engine: await testEngine(await startEngine(config.device)) });
  try {
    const result = await run.loadResult(checkpoint);
    note(`Run      ${folder.path}, ${describeResult(run, result)}`);
    await use(run, result);
  } finally {
    await run.close();
  }
}

/** Which of its weights they are. */
export function describeResult({ weights, config }: Run, { state: { position, best } }: LoadedCheckpoint): string {
  const isBest = best?.step === position.step;
  const chosen = isBest ? `, the best on validation: ${best.figure} ${best.value.toPrecision(4)}` : '';
  const averaged = weights === 'averaged' ? `, averaged with decay ${config.linearizer.ema_decay}` : '';
  return `after step ${position.step}${chosen}${averaged}`;
}
