// Damage as it happens to files and worse: bits and bytes changed, pieces cut, put in, repeated, exchanged; numbers set to where parsers go
// wrong.
import type { Random } from '../random-for-tests.js';

const MOST_CHANGES = 5;
const BYTES = [0, 1, 2, 3, 4, 7, 8, 9, 10, 13, 32, 45, 46, 48, 57, 64, 96, 127, 128, 192, 254, 255];
const WORDS = [
  0,
  1,
  2,
  3,
  4,
  255,
  256,
  65535,
  2 ** 24,
  2 ** 26,
  2 ** 29 - 1,
  2 ** 29,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  0xced7230a,
  0x3ed7230a,
  0x7fc00000,
  0xbf800000,
];

/** A changed copy of `bytes`. */
export function mutate(bytes: Uint8Array, random: Random): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let changes = 1 + random.integer(MOST_CHANGES); changes > 0; changes--)
    mutated = CHANGES[random.integer(CHANGES.length)]!(mutated, random);
  return mutated;
}

type Change = (bytes: Buffer, random: Random) => Buffer;

const place = (bytes: Buffer, random: Random) => random.integer(Math.max(1, bytes.length));
const aligned = (bytes: Buffer, random: Random) => 4 * random.integer(Math.max(1, Math.floor(bytes.length / 4)));
/** [start, end), short more often than long. */
function piece(bytes: Buffer, random: Random): [number, number] {
  const start = random.uniform() < 0.5 ? aligned(bytes, random) : place(bytes, random);
  return [start, Math.min(bytes.length, start + Math.ceil(2 ** random.uniform(0, Math.log2(bytes.length + 1))))];
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0) bytes[place(bytes, random)]! ^= 1 << random.integer(8);
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0)
    bytes[place(bytes, random)] = random.uniform() < 0.7 ? BYTES[random.integer(BYTES.length)]! : random.integer(256);
  return bytes;
}

function setWord(bytes: Buffer, random: Random): Buffer {
  const at = aligned(bytes, random);
  if (at + 4 <= bytes.length) bytes.writeUInt32LE(WORDS[random.integer(WORDS.length)]!, at);
  return bytes;
}

function cutEnd(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, place(bytes, random));
}

function cutPiece(bytes: Buffer, random: Random): Buffer {
  const [start, end] = piece(bytes, random);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function repeatPiece(bytes: Buffer, random: Random): Buffer {
  const [start, end] = piece(bytes, random);
  const at = random.uniform() < 0.5 ? end : aligned(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(start, end), bytes.subarray(at)]);
}

function exchangePieces(bytes: Buffer, random: Random): Buffer {
  const [start, end] = piece(bytes, random);
  const other = aligned(bytes, random);
  const length = Math.min(end - start, Math.abs(other - start), bytes.length - other);
  const [one, two] = [
    Buffer.from(bytes.subarray(start, start + length)),
    Buffer.from(bytes.subarray(other, other + length)),
  ];
  bytes.set(two, start);
  bytes.set(one, other);
  return bytes;
}

function wipePiece(bytes: Buffer, random: Random): Buffer {
  const [start, end] = piece(bytes, random);
  return bytes.fill(random.uniform() < 0.5 ? 0 : random.integer(256), start, end);
}

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setWord,
  setWord,
  cutEnd,
  cutPiece,
  repeatPiece,
  exchangePieces,
  wipePiece,
];
