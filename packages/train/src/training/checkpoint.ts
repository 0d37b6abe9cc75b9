// A checkpoint: everything a run needs to go on exactly where it stood, in one safetensors file that is replaced whole or not at all.
// Tensors: the model's own names (gx.…, A.…, gy.…) and adam.m.<name>, adam.v.<name>; metadata: the position, as JSON.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import type { Encoder, Linearizer } from '@lin/linearizer';
import { assignTensors, SafetensorsError, tensorsOf } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import type { Adam } from '../optimisers/adam.js';
import type { TrainingPosition } from './steps.js';

export interface CheckpointState {
  /** The step to take next. */
  position: TrainingPosition;
  /** Seconds of training so far. */
  seconds: number;
  /** Of those, the ones in which it waited for its data. */
  dataSeconds: number;
}

const FORMAT = 'lin.checkpoint.1';
const OPTIMISER_PREFIX = 'adam.';

export interface SaveCheckpointOptions {
  model: Linearizer<Encoder>;
  optimiser: Adam;
  state: CheckpointState;
}

export async function saveCheckpoint(path: string, { model, optimiser, state }: SaveCheckpointOptions): Promise<void> {
  await optimiser.synchronise();
  await mkdir(dirname(path), { recursive: true });
  await writeSafetensors(path, {
    tensors: await tensorsOf(variablesOf(model, optimiser)),
    metadata: { format: FORMAT, state: JSON.stringify(state), adamStep: String((await optimiser.count.data())[0]) },
  });
}

export interface LoadCheckpointOptions {
  model: Linearizer<Encoder>;
  /** Left out where only the model is wanted. */
  optimiser?: Adam;
}

/** Sets model and optimiser from a checkpoint. @throws SafetensorsError, with nothing assigned, where it is damaged or of another model. */
export async function loadCheckpoint(
  path: string,
  { model, optimiser }: LoadCheckpointOptions,
): Promise<CheckpointState> {
  const { tensors, metadata } = await readSafetensors(path);
  const state = parseState(metadata, path);
  const wanted = optimiser ? tensors : new Map([...tensors].filter(([name]) => !name.startsWith(OPTIMISER_PREFIX)));
  assignTensors(variablesOf(model, optimiser), wanted, path);
  if (optimiser) optimiser.step = Number(metadata['adamStep']);
  return state;
}

function variablesOf(model: Linearizer<Encoder>, optimiser?: Adam): Map<string, tf.Variable> {
  const moments = [...(optimiser?.namedState() ?? [])].map(
    ([name, variable]) => [OPTIMISER_PREFIX + name, variable] as const,
  );
  return new Map([...model.namedVariables(), ...moments]);
}

function parseState(metadata: Record<string, string>, path: string): CheckpointState {
  try {
    const state = JSON.parse(metadata['state'] ?? '') as CheckpointState;
    const numbers = [state.seconds, state.dataSeconds, ...Object.values(state.position), Number(metadata['adamStep'])];
    if (
      metadata['format'] === FORMAT &&
      numbers.length === 7 &&
      numbers.every((value) => Number.isFinite(value) && value >= 0)
    )
      return state;
  } catch {
    // said below
  }
  throw new SafetensorsError(`${path} is not a checkpoint of format ${FORMAT}; name a file that nx train app wrote.`);
}
