// A run that has a checkpoint, with everything that is needed to look at its model.
import type { LoadedCheckpoint } from '@lin/train';
import { startEngine, testEngine } from '../prepare/engine.js';
import { note } from '../terminal/console.js';
import { findTrainedRun } from './run-config.js';
import { Run } from './run.js';

/** Runs `use` on run `name`, or the newest that has trained, with its model as its result is. */
export async function withRun(
  name: string | undefined,
  use: (run: Run, result: LoadedCheckpoint) => Promise<void>,
): Promise<void> {
  const { folder, config } = await findTrainedRun(name);
  const run = await Run.open({ folder, config, engine: await testEngine(await startEngine(config.device)) });
  try {
    const result = await run.loadResult();
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
