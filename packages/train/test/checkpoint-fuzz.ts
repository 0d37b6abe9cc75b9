// Fuzz targets of checkpoints: what was damaged is refused, with nothing assigned, or loads as what was written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { decodeSafetensors, encodeSafetensors, SafetensorsError, type SafetensorsContent } from '@lin/safetensors';
import type { Random } from '../../../tools/random-for-tests.js';
import { filesInMemory } from '../../../tools/fuzz/files-in-memory.js';
import { mutate } from '../../../tools/fuzz/mutate.js';
import { FuzzFailure, type FuzzTarget } from '../../../tools/fuzz/target.js';
import { loadCheckpoint, saveCheckpoint } from '../src/training/checkpoint.js';
import { withChecksum, type CheckpointState } from '../src/training/checkpoint-metadata.js';
import { newSession, parametersOf, temporaryFolder, type Session } from './toy.js';

const STATE: CheckpointState = {
  position: { step: 6, data: { epoch: 1, batch: 2, image: 8, skipped: 0 } },
  seconds: 1.5,
  dataSeconds: 0.25,
  origin: { data: 'a fingerprint', teacher: 'another' },
};

type Damage = (content: SafetensorsContent, random: Random) => Uint8Array;

/** What has checksums: whatever is done to it, it is what was written or is refused. */
const DAMAGES: Record<string, Damage> = {
  bytes: (content, random) => mutate(encodeSafetensors(content), random),
  bits: (content, random) => {
    const bytes = encodeSafetensors(content);
    for (let n = 1 + random.integer(8); n > 0; n--) bytes[random.integer(bytes.length)]! ^= 1 << random.integer(8);
    return bytes;
  },
  cut: (content, random) => {
    const bytes = encodeSafetensors(content);
    return bytes.subarray(0, random.integer(bytes.length));
  },
  'zeroed range': (content, random) => {
    const bytes = encodeSafetensors(content);
    const start = random.integer(bytes.length);
    return bytes.fill(0, start, start + 1 + random.integer(bytes.length - start));
  },
  'header alone': (content, random) => {
    const bytes = Buffer.from(encodeSafetensors(content));
    const end = 8 + Number(bytes.readBigUInt64LE(0));
    return withHeader(mutate(bytes.subarray(8, end), random), bytes.subarray(end));
  },
  'swapped tensors': (content, random) => {
    const [one, other] = [pick([...content.tensors.keys()], random), pick([...content.tensors.keys()], random)];
    const [first, second] = [content.tensors.get(one)!, content.tensors.get(other)!];
    content.tensors.set(one, second).set(other, first);
    return encodeSafetensors(content);
  },
  'another tensor': (content, random) => {
    const name = pick([...content.tensors.keys()], random);
    const tensor = content.tensors.get(name)!;
    const length = random.integer(2 * tensor.data.length + 1);
    const data = Float32Array.from({ length }, (_, i) => Number(tensor.data[i % tensor.data.length]));
    if (random.uniform() < 0.5) content.tensors.set(name, { dtype: 'F32', shape: [length], data });
    else content.tensors.set(`${name}${pick(TEXTS, random)}`, tensor);
    if (random.uniform() < 0.2) content.tensors.delete(name);
    return encodeSafetensors(content);
  },
  metadata: (content, random) => {
    edit(content.metadata, random);
    return encodeSafetensors(content);
  },
};

const TEXTS = ['', ' ', '0', '-1', '1e400', 'null', '{}', '[]', '"', '\n', '\u001b[2J', '__proto__', 'adam', 'sgd'];
const FORMATS = ['lin.checkpoint.1', 'lin.checkpoint.2', 'lin.checkpoint.3', 'lin.checkpoint.4', 'lin.linearizer.1'];

function edit(metadata: Record<string, string>, random: Random): void {
  for (let n = 1 + random.integer(3); n > 0; n--) {
    const key = pick(Object.keys(metadata), random) ?? 'format';
    const value = metadata[key] ?? '';
    const what = random.uniform();
    if (what < 0.15) delete metadata[key];
    else if (what < 0.3) metadata[key] = pick(TEXTS, random);
    else if (what < 0.4) metadata['format'] = pick(FORMATS, random);
    else if (what < 0.7) metadata[key] = value.replace(/\d+/g, (digits) => numberFor(digits, random));
    else if (what < 0.8) metadata[`${key}${pick(TEXTS, random)}`] = value;
    else metadata[key] = mutate(Buffer.from(value), random).toString('utf8');
  }
}

const numberFor = (digits: string, random: Random) =>
  random.uniform() < 0.6
    ? digits
    : pick(['0', '7', '-1', '1.5', '1e300', '99999999999999999999', 'null', '"6"'], random);

function withHeader(header: Uint8Array, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)]!;

/** Whatever is done to a checkpoint that has checksums: 'read' means that all is as it was written. */
export async function damagedCheckpoints(): Promise<FuzzTarget> {
  const { path, whole, saved, other } = await sessions();
  const written = JSON.stringify(holdingsOf(saved));
  return {
    name: 'checkpoint',
    async run(random) {
      const kind = pick(Object.keys(DAMAGES), random);
      const state = await load(path, DAMAGES[kind]!(decodeSafetensors(whole), random), other, kind);
      if (!state) return 'refused';
      const found = JSON.stringify(holdingsOf(other));
      if (found !== written || JSON.stringify(state) !== JSON.stringify(STATE))
        throw new FuzzFailure(`${kind}: it is loaded as something else: ${JSON.stringify(state)}`);
      return 'read';
    },
  };
}

/** Checkpoints whose metadata were edited and sealed again, or of formats without checksums: what is loaded is what the file says. */
export async function editedCheckpoints(): Promise<FuzzTarget> {
  const { path, whole, saved, other } = await sessions();
  const written = JSON.stringify(parametersOf(saved.model));
  return {
    name: 'edited checkpoint',
    async run(random) {
      const content = decodeSafetensors(whole);
      const { metadata } = content;
      if (random.uniform() < 0.5) {
        metadata['format'] = 'lin.checkpoint.2';
        delete metadata['tensors'];
        delete metadata['checksum'];
      }
      if (random.uniform() < 0.1) content.tensors.get('A.matrix')!.data[random.integer(24)] = NaN;
      edit(metadata, random);
      const sealed = 'checksum' in metadata ? withChecksum(metadata) : metadata;
      const state = await load(path, encodeSafetensors({ ...content, metadata: sealed }), other, 'edited');
      if (!state) return 'refused';
      if (JSON.stringify(parametersOf(other.model)) !== written) throw new FuzzFailure('it has other parameters');
      const { step, data } = state.position;
      const counts = [step, data.epoch, data.batch, data.image ?? 0, data.skipped ?? 0, other.optimiser.step];
      if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0))
        throw new FuzzFailure(`it has impossible counts: ${counts.join(', ')}`);
      if (metadata['format'] !== 'lin.checkpoint.1' && metadata['updates'] !== String(other.optimiser.step))
        throw new FuzzFailure(`${metadata['updates']} updates are read as ${other.optimiser.step}`);
      if (!Object.values(state.origin ?? {}).every((value) => typeof value === 'string'))
        throw new FuzzFailure(`it has an impossible origin: ${JSON.stringify(state.origin)}`);
      return 'read';
    },
  };
}

async function sessions() {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [newSession(1), newSession(2)];
  saved.optimiser.step = 6;
  for (const variable of saved.optimiser.namedState().values()) variable.assign(tf.randomUniform(variable.shape));
  await saveCheckpoint(path, { ...saved, state: STATE });
  return { path, whole: readFileSync(path), saved, other };
}

/** Everything that a checkpoint sets. */
const holdingsOf = ({ model, optimiser }: Session) => ({
  parameters: parametersOf(model),
  state: [...optimiser.namedState()].map(([name, variable]) => [name, [...variable.dataSync()]]),
  step: optimiser.step,
});

/** Into a session of other values; undefined where it was refused as it should be. */
async function load(
  path: string,
  bytes: Uint8Array,
  session: Session,
  kind: string,
): Promise<CheckpointState | undefined> {
  filesInMemory.set(path, bytes);
  session.optimiser.step = 1;
  session.model
    .namedVariables()
    .get('A.matrix')!
    .assign(tf.zeros([6, 4]));
  const before = { held: tf.memory().numTensors, holdings: JSON.stringify(holdingsOf(session)) };
  const outcome = await loadCheckpoint(path, session).catch((error: unknown) => error);
  if (tf.memory().numTensors !== before.held) throw new FuzzFailure(`${kind}: tensors are left over`);
  if (!(outcome instanceof Error)) return outcome as CheckpointState;
  if (!(outcome instanceof SafetensorsError)) throw outcome;
  if (!isOneSentence(outcome.message, path)) throw new FuzzFailure(`${kind}: not one sentence: ${outcome.message}`);
  if (JSON.stringify(holdingsOf(session)) !== before.holdings)
    throw new FuzzFailure(`${kind}: refused, but something was assigned`);
  return undefined;
}

/** A message that names the file, in printable characters, of a length that a person reads. */
const isOneSentence = (message: string, path: string) =>
  // eslint-disable-next-line no-control-regex
  message.startsWith(path) && message.endsWith('.') && message.length < 600 && !/[\u0000-\u001f\u007f]/.test(message);
