// A run that has a checkpoint, with everything that is needed to look at its model.
import { loadCheckpoint } from '@lin/train';
import { startEngine, testEngine } from '../prepare/engine.js';
import { note } from '../terminal/console.js';
import { findRun } from './run-config.js';
import { Run } from './run.js';

/** Runs `use` on run `name`, or the newest, with its model as the last checkpoint has it. */
export async function withRun(name: string | undefined, use: (run: Run) => Promise<void>): Promise<void> {
  const { folder, config } = await findRun(name);
  const run = await Run.open({ folder, config, engine: await testEngine(await startEngine(config.device)) });
  try {
    const { position } = await loadCheckpoint(folder.checkpoint, {
      model: run.model,
      check: (state) => run.refuseOther(state),
    });
    note(`Run      ${folder.path}, after step ${position.step}`);
    await use(run);
  } finally {
    await run.close();
  }
}
