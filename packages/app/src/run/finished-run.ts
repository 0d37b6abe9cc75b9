// A run that has a checkpoint, with everything that is needed to look at its model.
import { loadCheckpoint } from '@lin/train';
import type { Config } from '../config/schema.js';
import { note } from '../terminal/console.js';
import { openRun } from './run-config.js';
import type { RunFolder } from './run-folder.js';
import { startEngine, testEngine } from '../prepare/engine.js';
import { buildModel } from '../prepare/model.js';
import { prepare, type Prepared } from './run.js';

export interface LoadedRun {
  run: RunFolder;
  config: Config;
  prepared: Prepared;
}

/** Runs `use` on the model of run `name`, or of the newest, as its last checkpoint has it. */
export async function withRun(name: string | undefined, use: (loaded: LoadedRun) => Promise<void>): Promise<void> {
  const { run, config } = await openRun(name);
  const prepared = await prepare(config, await testEngine(await startEngine(config.device)));
  try {
    const { position } = await loadCheckpoint(run.checkpoint, { model: prepared.model });
    note(`Run      ${run.path}, after step ${position.step}`);
    await use({ run, config, prepared });
  } finally {
    prepared.model.dispose();
    await prepared.close();
  }
}

/** A run that was trained just now, ready for tests and figures: where they need another engine, with the model as its last checkpoint has it. */
export async function readyForTests({ run, config, prepared }: LoadedRun): Promise<Prepared> {
  const engine = await testEngine(prepared.engine);
  if (engine === prepared.engine) return prepared;
  prepared.model.dispose();
  const model = buildModel(config);
  await loadCheckpoint(run.checkpoint, { model });
  return { ...prepared, engine, model };
}
