// What a checkpoint says beside its tensors, in the format that is written now and in the one before.
import { VERSION } from '../version.js';
import type { DataPosition, TrainingPosition } from './training-data.js';

export interface CheckpointState {
  /** The step to take next. */
  position: TrainingPosition;
  /** Seconds of training so far. */
  seconds: number;
  /** Of those, the ones in which it waited for its data. */
  dataSeconds: number;
}

export const FORMAT = 'lin.checkpoint.2';
export const WRITER = `@lin/train ${VERSION}`;
/** Of the first 0.1.0: the position flat, `adamStep` for `updates`, no `writer`. */
const FIRST_FORMAT = 'lin.checkpoint.1';
const ANY_FORMAT = /^lin\.checkpoint\.\d+$/;

interface Parsed {
  state: CheckpointState;
  /** The optimiser's name, with which those of its tensors begin. */
  optimiser: string;
  /** Its updates so far. */
  updates: number;
  /** The version that wrote it, where it says so and is not this one. */
  writer?: string;
}

/** `problem`: what is wrong, as the end of a sentence which begins with the file's name. */
export function parseCheckpoint(metadata: Record<string, string>): Parsed | { problem: string } {
  const { format = '', writer = 'a version that does not say which it is' } = metadata;
  if (ANY_FORMAT.test(format) && format !== FORMAT && format !== FIRST_FORMAT) {
    return {
      problem:
        `was written as ${format} by ${writer}; ` +
        `${WRITER} reads ${FIRST_FORMAT} and ${FORMAT}: install the version that wrote it, or train again.`,
    };
  }
  const parsed =
    format === FIRST_FORMAT ? parseFirst(metadata) : format === FORMAT ? parseCurrent(metadata) : undefined;
  if (parsed && metadata['writer'] && writer !== WRITER) return { ...parsed, writer };
  return parsed ?? { problem: `is not a checkpoint of format ${FORMAT}; name a file that saveCheckpoint wrote.` };
}

function parseCurrent({ state: text, optimiser, updates: updatesText }: Record<string, string>): Parsed | undefined {
  const state = parseJson<CheckpointState>(text);
  const updates = Number(updatesText);
  const { step, data } = state?.position ?? {};
  const { image = 0, skipped = 0 } = data ?? {};
  if (
    !state ||
    !optimiser ||
    !areCounts(step, data?.epoch, data?.batch, image, skipped, state.seconds, state.dataSeconds, updates)
  )
    return undefined;
  return { state, optimiser, updates };
}

function parseFirst({ state: text, adamStep }: Record<string, string>): Parsed | undefined {
  type FirstPosition = { epoch: number; stepInEpoch: number; step: number; skipped: number };
  const first = parseJson<Omit<CheckpointState, 'position'> & { position: FirstPosition }>(text);
  const { epoch, stepInEpoch, step, skipped } = first?.position ?? {};
  const updates = Number(adamStep);
  if (!first || !areCounts(epoch, stepInEpoch, step, skipped, first.seconds, first.dataSeconds, updates))
    return undefined;
  const data = { epoch, batch: stepInEpoch, skipped } as DataPosition;
  return { state: { ...first, position: { step: step!, data } }, optimiser: 'adam', updates };
}

function parseJson<T>(text = ''): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

const areCounts = (...values: (number | undefined)[]) =>
  values.every((value) => typeof value === 'number' && Number.isFinite(value) && value >= 0);
