// What a checkpoint says beside its tensors, in the format that is written now and in those before.
import { VERSION } from '../version.js';
import { checksumOf } from './checksums.js';
import type { DataPosition, TrainingPosition } from './training-data.js';

export interface CheckpointState {
  /** The step to take next. */
  position: TrainingPosition;
  /** Seconds of training so far. */
  seconds: number;
  /** Of those, the ones in which it waited for its data. */
  dataSeconds: number;
  /** What validation has found best so far, where training is looked after by one. */
  best?: BestSoFar;
  /** What it was trained with, by name, such as a fingerprint of the data: whoever goes on can compare. */
  origin?: Readonly<Record<string, string>>;
}

export interface BestSoFar {
  /** After which step. */
  step: number;
  /** What is compared, such as `cosine`, and its value then. */
  figure: string;
  value: number;
  /** Validations since then, none of which was better. */
  since: number;
}

const FORMAT = 'lin.checkpoint.3';
const WRITER = `@lin/train ${VERSION}`;
/** Without checksums. */
const SECOND_FORMAT = 'lin.checkpoint.2';
/** Of the first 0.1.0: the position flat, `adamStep` for `updates`, no `writer`. */
const FIRST_FORMAT = 'lin.checkpoint.1';
const FORMATS = [FIRST_FORMAT, SECOND_FORMAT, FORMAT];
const ANY_FORMAT = /^lin\.checkpoint\.\d+$/;

interface Parsed {
  state: CheckpointState;
  /** The optimiser's name, with which those of its tensors begin. */
  optimiser: string;
  /** Its updates so far. */
  updates: number;
  /** The version that wrote it, where it says so and is not this one. */
  writer?: string;
  /** The checksum of each tensor; undefined in formats that had none. */
  checksums?: Readonly<Record<string, string>>;
}

interface Written {
  state: CheckpointState;
  optimiser: string;
  updates: number;
  checksums: Readonly<Record<string, string>>;
}

export function checkpointMetadata({ state, optimiser, updates, checksums }: Written): Record<string, string> {
  return withChecksum({
    format: FORMAT,
    writer: WRITER,
    state: JSON.stringify(state),
    optimiser,
    updates: String(updates),
    tensors: JSON.stringify(checksums),
  });
}

/** With a checksum of every other entry, whatever their order. */
export function withChecksum(metadata: Record<string, string>): Record<string, string> {
  const entries = Object.entries(metadata).filter(([key]) => key !== 'checksum');
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...metadata, checksum: checksumOf(Buffer.from(JSON.stringify(entries))) };
}

/** What is wrong, as the end of a sentence which begins with the file's name. */
interface Refused {
  problem: string;
  /** Its bytes are not those that were written; else it is another kind of file. */
  isDamage: boolean;
}

export function parseCheckpoint(metadata: Record<string, string>): Parsed | Refused {
  const { format = '', writer = 'a version that does not say which it is' } = metadata;
  const isDamage = 'checksum' in metadata && metadata['checksum'] !== withChecksum(metadata)['checksum'];
  if (ANY_FORMAT.test(format) && !FORMATS.includes(format)) {
    return {
      isDamage,
      problem:
        `was written as ${format} by ${writer}; ` +
        `${WRITER} reads ${FIRST_FORMAT} to ${FORMAT}: install the version that wrote it, or train again.`,
    };
  }
  const isKnown = FORMATS.includes(format);
  const isSealed = format === FORMAT || (isKnown && ('checksum' in metadata || 'tensors' in metadata)); // 3 to 2 is one bit
  if (isSealed && metadata['checksum'] !== withChecksum(metadata)['checksum']) {
    return {
      isDamage: true,
      problem: 'is damaged or was edited: its metadata is not what was written. Take an older copy, or train again.',
    };
  }
  const parsed = format === FIRST_FORMAT ? parseFirst(metadata) : isKnown ? parseCurrent(metadata) : undefined;
  if (parsed && metadata['writer'] && writer !== WRITER) return { ...parsed, writer };
  return (
    parsed ?? { isDamage, problem: `is not a checkpoint of format ${FORMAT}; name a file that saveCheckpoint wrote.` }
  );
}

function parseCurrent(metadata: Record<string, string>): Parsed | undefined {
  const { format, state: text, optimiser, updates: updatesText, tensors } = metadata;
  const state = parseJson<CheckpointState>(text);
  const updates = countOf(updatesText);
  const { step, data } = state?.position ?? {};
  const { image = 0, skipped = 0 } = data ?? {};
  if (
    !state ||
    !optimiser ||
    !areCounts(step, data?.epoch, data?.batch, image, skipped, updates) ||
    !areSeconds(state.seconds, state.dataSeconds) ||
    !isOrigin(state.origin)
  )
    return undefined;
  if (format === SECOND_FORMAT) return { state, optimiser, updates };
  const checksums = parseJson<Record<string, string>>(tensors);
  return checksums && { state, optimiser, updates, checksums };
}

function parseFirst({ state: text, adamStep }: Record<string, string>): Parsed | undefined {
  type FirstPosition = { epoch: number; stepInEpoch: number; step: number; skipped: number };
  const first = parseJson<Omit<CheckpointState, 'position'> & { position: FirstPosition }>(text);
  const { epoch, stepInEpoch, step, skipped } = first?.position ?? {};
  const updates = countOf(adamStep);
  if (!first || !areCounts(epoch, stepInEpoch, step, skipped, updates) || !areSeconds(first.seconds, first.dataSeconds))
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

/** NaN where it is not written as a count is: Number of an empty text is 0. */
const countOf = (text = '') => (/^(0|[1-9]\d*)$/.test(text) ? Number(text) : NaN);

const areCounts = (...values: (number | undefined)[]) =>
  values.every((value) => Number.isSafeInteger(value) && value! >= 0);

const isOrigin = (origin: unknown) =>
  origin === undefined ||
  (typeof origin === 'object' &&
    origin !== null &&
    !Array.isArray(origin) &&
    Object.values(origin).every((value) => typeof value === 'string'));

const areSeconds = (...values: (number | undefined)[]) =>
  values.every((value) => Number.isFinite(value) && value! >= 0);
