// The checkpoints of one training: a file for each, written once and never written over, of which the last few, the best and every k-th
// stay.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, removeLeftovers, replaceByLink } from '@lin/files';
import {
  loadCheckpoint,
  saveCheckpoint,
  type LoadCheckpointOptions,
  type SaveCheckpointOptions,
} from './checkpoint.js';
import type { CheckpointState } from './checkpoint-metadata.js';
import { DamagedCheckpointError } from './damaged-checkpoint-error.js';

export interface CheckpointFolderOptions {
  /** How many of the newest stay; default 2, so that where one is damaged there is another. */
  keep?: number;
  /** Those after a multiple of so many steps stay for ever; default: none. */
  keepEvery?: number;
}

export interface LoadedCheckpoint {
  path: string;
  state: CheckpointState;
}

export interface LoadNewestOptions extends LoadCheckpointOptions {
  /** Told of each one that is damaged, and left out for an older one. */
  onDamaged?: (error: DamagedCheckpointError) => void;
}

const NAME = /^step-(\d+)\.safetensors$/;
const nameOf = (step: number) => `step-${String(step).padStart(8, '0')}.safetensors`;
const [LATEST, BEST] = ['latest.safetensors', 'best.safetensors'];

/**
 * The checkpoints of one training: `step-00000300.safetensors` is the one after step 300, `latest.safetensors` the newest under another
 * name, `best.safetensors` that which the state of the newest calls the best. A new one is whole on the disk before an old one is removed,
 * and the best of each that stays, stays.
 * @param path The folder; made with the first checkpoint.
 * @throws RangeError for numbers that are no integers of at least 1.
 * @example
 * ```ts
 * import { mkdtemp, readdir } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Adam, CheckpointFolder } from '@lin/train';
 *
 * const parameters = new Map([['w', tf.variable(tf.tensor1d([1, 2]))]]);
 * const [model, optimiser] = [{ namedVariables: () => parameters }, new Adam(parameters)];
 * const checkpoints = new CheckpointFolder(await mkdtemp(`${tmpdir()}/`));
 * for (const step of [1, 2, 3]) {
 *   const position = { step, data: { epoch: 0, batch: step } };
 *   await checkpoints.save({ model, optimiser, state: { position, seconds: 0, dataSeconds: 0 } });
 * }
 * const newest = await checkpoints.loadNewest({ model, optimiser });
 * console.log((await readdir(checkpoints.path)).sort(), newest!.state.position.step);
 * ```
 * ```text
 * [
 *   'latest.safetensors',
 *   'step-00000002.safetensors',
 *   'step-00000003.safetensors'
 * ] 3
 * ```
 */
export class CheckpointFolder {
  private readonly keep: number;
  private readonly keepEvery: number;
  /** The best step that the checkpoint after a step knew, of those written or loaded here. */
  private readonly bests = new Map<number, number | undefined>();

  constructor(
    readonly path: string,
    { keep = 2, keepEvery = Infinity }: CheckpointFolderOptions = {},
  ) {
    for (const [name, value] of Object.entries({ keep, keepEvery }))
      if (!(value >= 1 && (Number.isInteger(value) || value === Infinity)))
        throw new RangeError(`CheckpointFolder: ${name} is ${value}; expected an integer of at least 1.`);
    this.keep = keep;
    this.keepEvery = keepEvery;
  }

  /** Whether there is a checkpoint, whole or not. */
  async isEmpty(): Promise<boolean> {
    return (await this.steps()).length === 0 && !(await exists(this.pathOf(LATEST)));
  }

  /** Writes the checkpoint after the step of `options.state`, then removes what does not stay. @returns its path. */
  async save(options: SaveCheckpointOptions): Promise<string> {
    const { position, best } = options.state;
    const path = this.pathOf(nameOf(position.step));
    await mkdir(this.path, { recursive: true });
    await saveCheckpoint(path, options);
    this.bests.set(position.step, best?.step);
    await replaceByLink(this.pathOf(LATEST), path);
    const bestPath = best && this.pathOf(nameOf(best.step));
    if (bestPath && (await exists(bestPath))) await replaceByLink(this.pathOf(BEST), bestPath);
    await this.removeOld(position.step);
    return path;
  }

  /**
   * Loads the newest that is not damaged; undefined where there is none at all.
   * @throws SafetensorsError where it is of another model or optimiser; DamagedCheckpointError where all are damaged; what `check` throws.
   */
  async loadNewest({ onDamaged = () => {}, ...options }: LoadNewestOptions): Promise<LoadedCheckpoint | undefined> {
    await removeLeftovers(this.path);
    const names = (await this.steps()).map(nameOf);
    if (names.length === 0 && (await exists(this.pathOf(LATEST)))) names.push(LATEST); // of a version that had no other
    const damage: DamagedCheckpointError[] = [];
    for (const path of names.map((name) => this.pathOf(name))) {
      try {
        const state = await loadCheckpoint(path, options);
        this.bests.set(state.position.step, state.best?.step);
        damage.forEach(onDamaged);
        return { path, state };
      } catch (error) {
        if (error instanceof DamagedCheckpointError) damage.push(error);
        else if (await exists(path)) throw error; // else a training that goes on has removed it meanwhile
      }
    }
    const [newest, ...older] = damage;
    if (newest && older.length > 0) newest.message += ` The ${older.length} older ones beside it are damaged, too.`;
    if (newest) throw newest;
    return undefined;
  }

  /**
   * Loads the one after `step`.
   * @throws SafetensorsError where there is none, or it is of another model; DamagedCheckpointError where it is damaged.
   */
  async loadStep(step: number, options: LoadCheckpointOptions): Promise<LoadedCheckpoint> {
    const path = this.pathOf(nameOf(step));
    const state = await loadCheckpoint(path, options);
    this.bests.set(step, state.best?.step);
    return { path, state };
  }

  /** Loads the best that the newest knows of; the newest itself where it knows of none, or where that one is damaged or gone. */
  async loadBest(options: LoadNewestOptions): Promise<LoadedCheckpoint | undefined> {
    const newest = await this.loadNewest(options);
    const best = newest?.state.best;
    if (!best || best.step === newest.state.position.step) return newest;
    const path = this.pathOf(nameOf(best.step));
    try {
      return { path, state: await loadCheckpoint(path, options) };
    } catch (error) {
      const problem = (await exists(path))
        ? error
        : new DamagedCheckpointError(`${path}, the best checkpoint, is gone.`);
      if (!(problem instanceof DamagedCheckpointError)) throw error;
      options.onDamaged?.(problem);
      return newest;
    }
  }

  /** After which steps there are checkpoints, whole or not, the newest first. */
  async steps(): Promise<number[]> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const steps = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    return steps.sort((a, b) => b - a);
  }

  /** Those after `newest` are of an earlier session that went on from elsewhere, or damaged. */
  private async removeOld(newest: number): Promise<void> {
    const steps = await this.steps();
    const recent = steps.filter((step) => step <= newest).slice(0, this.keep);
    const staying = new Set<number | undefined>([...recent, ...recent.map((step) => this.bests.get(step))]);
    const isOld = (step: number) => !staying.has(step) && (step > newest || step % this.keepEvery !== 0);
    for (const step of steps.filter(isOld)) await rm(this.pathOf(nameOf(step)), { force: true });
  }

  private readonly pathOf = (name: string) => join(this.path, name);
}
