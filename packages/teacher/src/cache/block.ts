// One block of an embedding cache as bytes: embeddings, their lengths, and the checksum of both.
import { crc32 } from 'node:zlib';
import { HALF_VALUES, toHalfBits } from '../session/half.js';
import { CRC_BYTES, type CachePrecision } from './layout.js';

/** Of unit embeddings [n, size] and the lengths [n] that they had. */
export function encodeBlock(embeddings: Float32Array, norms: Float32Array, precision: CachePrecision): Buffer {
  const rows = encodeRows(embeddings, precision);
  const block = Buffer.concat([rows, bytesOf(norms), Buffer.alloc(CRC_BYTES)]);
  block.writeUInt32LE(crc32(block.subarray(0, -CRC_BYTES)), block.length - CRC_BYTES);
  return block;
}

/** Whether its bytes are those that were written. */
export const isIntact = (block: Buffer) =>
  block.readUInt32LE(block.length - CRC_BYTES) === crc32(block.subarray(0, -CRC_BYTES));

export function decodeRows(bytes: Buffer, precision: CachePrecision): Float32Array {
  if (precision === 'float32') return floatsOf(bytes);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => HALF_VALUES[bytes.readUInt16LE(2 * i)]!);
}

export const floatsOf = (bytes: Buffer) =>
  Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));

function encodeRows(rows: Float32Array, precision: CachePrecision): Buffer {
  return precision === 'float32' ? bytesOf(rows) : bytesOf(Uint16Array.from(rows, toHalfBits));
}

/** Every machine that Node runs on is little-endian. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
