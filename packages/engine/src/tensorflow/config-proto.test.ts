// ConfigProto's bytes, read by a decoder of the wire format (protobuf's "Encoding" page) and by TensorFlow's field numbers (config.proto).
import { describe, expect, test } from 'vitest';
import { configProto } from './config-proto.js';

type Fields = Map<number, (bigint | Uint8Array)[]>;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

function decode(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      if (at >= bytes.length) throw new Error('a varint is cut short');
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire !== VARINT && wire !== LENGTH_DELIMITED)
      throw new Error(`wire type ${wire} is not used by these messages`);
    let value: bigint | Uint8Array = varint();
    if (wire === LENGTH_DELIMITED) {
      const end = at + Number(value);
      if (end > bytes.length) throw new Error('a message is cut short');
      value = bytes.subarray(at, end);
      at = end;
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

const DEVICE_COUNT = 1;
const INTRA_OP_THREADS = 2;
const INTER_OP_THREADS = 5;
const GPU_OPTIONS = 6;
const ALLOW_GROWTH = 4;

const message = (fields: Fields, number: number) => decode(fields.get(number)![0] as Uint8Array);

describe('configProto', () => {
  test.each([1, 2, 127, 128, 300, 16_384, 2 ** 31 - 1])('asks for %d threads, in an op and across ops', (threads) => {
    const fields = decode(configProto({ threads, gpu: true }));
    expect(fields.get(INTRA_OP_THREADS)).toEqual([BigInt(threads)]);
    expect(fields.get(INTER_OP_THREADS)).toEqual([BigInt(threads)]);
  });

  test("leaves TensorFlow's own threads where none are given", () => {
    const fields = decode(configProto({ gpu: true }));
    expect([fields.has(INTRA_OP_THREADS), fields.has(INTER_OP_THREADS)]).toEqual([false, false]);
  });

  test('allows no GPU at all where none may be used', () => {
    const devices = message(decode(configProto({ gpu: false })), DEVICE_COUNT); // a map entry: key 1, value 2
    expect(Buffer.from(devices.get(1)![0] as Uint8Array).toString()).toBe('GPU');
    expect(devices.get(2) ?? [0n]).toEqual([0n]);
    expect(decode(configProto({ gpu: true })).has(DEVICE_COUNT)).toBe(false);
  });

  test('lets GPU memory grow as needed', () => {
    expect(message(decode(configProto({ gpu: true })), GPU_OPTIONS).get(ALLOW_GROWTH)).toEqual([1n]);
  });
});
