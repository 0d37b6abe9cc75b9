// A checkpoint: everything a run needs to go on exactly where it stood, in one safetensors file that is replaced whole or not at all.
// Tensors: the model's own names (gx.…, A.…, gy.…) and <optimiser>.<slot>.<name>, such as adam.m.A.matrix; metadata: the position, as JSON,
// and checksums of all.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { exists } from '@lin/files';
import { assignTensors, SafetensorsError, tensorsOf, type NamedTensor } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import type { Optimiser } from '../optimisers/optimiser.js';
import { checkpointMetadata, parseCheckpoint, type CheckpointState } from './checkpoint-metadata.js';
import { checksumsOf, damagedTensor, nonFiniteTensor } from './checksums.js';
import { DamagedCheckpointError } from './damaged-checkpoint-error.js';
import type { Training } from './training-steps.js';

/** What has named parameters: a Linearizer, or anything else that is trained. */
export interface Parameterised {
  namedVariables(): ReadonlyMap<string, tf.Variable>;
}

export interface SaveCheckpointOptions {
  model: Parameterised;
  optimiser: Optimiser;
  /** What trains the model at this moment, if anything does: it is asked for the parameters of the last step. */
  training?: Pick<Training, 'synchronise'>;
  state: CheckpointState;
}

/**
 * Writes model, optimiser and position, all that a run needs to go on exactly where it stood, as one safetensors file,
 * replaced whole or not at all.
 * @param path Its folder is made where it is missing.
 * @throws SafetensorsError where the file cannot be written.
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Adam, loadCheckpoint, saveCheckpoint, START } from '@lin/train';
 *
 * const parameters = new Map([['w', tf.variable(tf.tensor1d([1, 2]))]]);
 * const [model, optimiser] = [{ namedVariables: () => parameters }, new Adam(parameters)];
 * const path = `${await mkdtemp(`${tmpdir()}/`)}/latest.safetensors`;
 * await saveCheckpoint(path, { model, optimiser, state: { position: START, seconds: 0, dataSeconds: 0 } });
 * parameters.get('w')!.assign(tf.tensor1d([0, 0]));
 * const { position } = await loadCheckpoint(path, { model, optimiser });
 * console.log(position, parameters.get('w')!.dataSync());
 * ```
 * ```text
 * { step: 0, data: { epoch: 0, batch: 0 } } Float32Array(2) [ 1, 2 ]
 * ```
 */
export async function saveCheckpoint(
  path: string,
  { model, optimiser, training, state }: SaveCheckpointOptions,
): Promise<void> {
  await training?.synchronise();
  const updates = (await optimiser.count.data())[0]!;
  await mkdir(dirname(path), { recursive: true });
  const tensors = await tensorsOf(variablesOf(model, optimiser));
  const metadata = checkpointMetadata({ state, optimiser: optimiser.name, updates, checksums: checksumsOf(tensors) });
  await writeSafetensors(path, { tensors, metadata });
}

export interface LoadCheckpointOptions {
  model: Parameterised;
  /** Left out where only the model is wanted. */
  optimiser?: Optimiser;
  /**
   * What the model is made: the parameters as they were trained, the default, or their moving averages, where `Averaged` trained it; of
   * another checkpoint, and of what has no average, the trained ones. Without an optimiser only.
   */
  weights?: 'trained' | 'averaged';
  /** Told what the checkpoint at `path` says before anything is assigned; what it throws refuses the checkpoint. */
  check?: (state: CheckpointState, path: string) => void;
}

/**
 * Sets model and optimiser from a checkpoint, of this format or an earlier one; returns where the run stood.
 * @throws SafetensorsError, with nothing assigned, where it is of another model, optimiser or format: the message names the version that
 * wrote it where that is known; DamagedCheckpointError, which is one, where it is damaged.
 * @example
 * ```ts
 * import { loadCheckpoint } from '@lin/train';
 *
 * const model = { namedVariables: () => new Map() };
 * await loadCheckpoint('no-such.safetensors', { model }).catch((error: Error) => console.log(error.message));
 * ```
 * ```text
 * no-such.safetensors cannot be read (ENOENT); check the path.
 * ```
 */
export async function loadCheckpoint(
  path: string,
  { model, optimiser, weights = 'trained', check }: LoadCheckpointOptions,
): Promise<CheckpointState> {
  const { tensors, parsed } = await readCheckpoint(path);
  if (optimiser && optimiser.name !== parsed.optimiser) {
    throw new SafetensorsError(
      `${path} was trained with ${parsed.optimiser}, not with ${optimiser.name}; load it with that.`,
    );
  }
  check?.(parsed.state, path);
  const isState = (name: string) => name.startsWith(`${parsed.optimiser}.`);
  const ofModel = () => new Map([...tensors].filter(([name]) => !isState(name)));
  const averages = weights === 'averaged' && parsed.updates > 0 ? averagesIn(tensors, parsed.optimiser) : [];
  const wanted = optimiser ? tensors : new Map([...ofModel(), ...averages]);
  assignTensors(variablesOf(model, optimiser), wanted, parsed.writer ? `${path} (written by ${parsed.writer})` : path);
  if (optimiser) optimiser.step = parsed.updates;
  return parsed.state;
}

/** What a whole checkpoint holds. @throws SafetensorsError, DamagedCheckpointError */
async function readCheckpoint(path: string) {
  const { tensors, metadata } = await readSafetensors(path).catch(async (error: Error) => {
    const isDamaged = error instanceof SafetensorsError && (await exists(path));
    throw isDamaged ? new DamagedCheckpointError(error.message) : error;
  });
  const parsed = parseCheckpoint(metadata);
  if ('problem' in parsed) {
    const Refusal = parsed.isDamage ? DamagedCheckpointError : SafetensorsError;
    throw new Refusal(`${path} ${parsed.problem}`);
  }
  refuseDamage(path, tensors, parsed.checksums);
  return { tensors, parsed };
}

/** What `Averaged` kept beside the parameters, by their names. */
function averagesIn(tensors: ReadonlyMap<string, NamedTensor>, optimiser: string): [string, NamedTensor][] {
  const prefix = `${optimiser}.average.`;
  return [...tensors].flatMap(([name, tensor]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as [string, NamedTensor]] : [],
  );
}

function refuseDamage(
  path: string,
  tensors: ReadonlyMap<string, NamedTensor>,
  checksums: Readonly<Record<string, string>> | undefined,
): void {
  const damaged = checksums && damagedTensor(tensors, checksums);
  const nonFinite = nonFiniteTensor(tensors);
  const problem =
    damaged !== undefined
      ? `"${damaged}" is damaged: its bytes are not those that were written`
      : nonFinite !== undefined && `"${nonFinite}" holds values that are not finite`;
  if (problem) throw new DamagedCheckpointError(`${path}: tensor ${problem}. Take an older copy, or train again.`);
}

function variablesOf(model: Parameterised, optimiser?: Optimiser): Map<string, tf.Variable> {
  const state = [...(optimiser?.namedState() ?? [])].map(
    ([slot, variable]) => [`${optimiser!.name}.${slot}`, variable] as const,
  );
  return new Map([...model.namedVariables(), ...state]);
}
