// The few fields of TensorFlow's ConfigProto that the engine sets (tensorflow/core/protobuf/config.proto), in protobuf wire format.

export interface SessionConfig {
  /** Threads within one op and across ops; undefined leaves TensorFlow's default, one per core. */
  threads?: number;
  /** false hides every GPU from TensorFlow. */
  gpu: boolean;
}

const INTRA_OP_THREADS = 2 << 3;
const INTER_OP_THREADS = 5 << 3;
const DEVICE_COUNT = (1 << 3) | 2; // map<string, int32>
const GPU_OPTIONS = (6 << 3) | 2;
const ALLOW_GROWTH = 4 << 3;

/** Serialises `config`. GPU memory grows as needed rather than being taken whole. */
export function configProto({ threads, gpu }: SessionConfig): Uint8Array {
  const bytes: number[] = [];
  if (threads !== undefined) bytes.push(INTRA_OP_THREADS, ...varint(threads), INTER_OP_THREADS, ...varint(threads));
  if (!gpu) {
    const entry = [(1 << 3) | 2, 3, ...Buffer.from('GPU'), 2 << 3, 0];
    bytes.push(DEVICE_COUNT, entry.length, ...entry);
  }
  bytes.push(GPU_OPTIONS, 2, ALLOW_GROWTH, 1);
  return Uint8Array.from(bytes);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
