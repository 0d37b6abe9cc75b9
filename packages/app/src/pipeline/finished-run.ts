// A run that has a checkpoint, with everything that is needed to look at its model.
import { loadCheckpoint, type RunFolder } from '@lin/train';
import type { Config } from '../config/schema.js';
import { note } from '../console.js';
import { openRun } from '../run-config.js';
import { startEngine } from './engine.js';
import { prepare, type Prepared } from './prepare.js';

export interface LoadedRun {
  run: RunFolder;
  config: Config;
  prepared: Prepared;
}

/** Runs `use` on the model of run `name`, or of the newest, as its last checkpoint has it. */
export async function withRun(name: string | undefined, use: (loaded: LoadedRun) => Promise<void>): Promise<void> {
  const { run, config } = await openRun(name);
  const prepared = await prepare(config, await startEngine(config.device));
  try {
    const { position } = await loadCheckpoint(run.checkpoint, { model: prepared.model });
    note(`Run      ${run.path}, after step ${position.step}`);
    await use({ run, config, prepared });
  } finally {
    prepared.model.dispose();
    await prepared.close();
  }
}
