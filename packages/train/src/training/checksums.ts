// Checksums of a checkpoint's tensors: a power cut leaves zeros, a worn disk other bits, and neither is to be trained on in silence.
import { crc32c } from '@node-rs/crc32';
import type { NamedTensor } from '@lin/safetensors';

/** CRC-32C (RFC 3720, appendix B.4), eight hexadecimal digits. */
export const checksumOf = (bytes: Buffer): string => crc32c(bytes).toString(16).padStart(8, '0');

const bytesOf = ({ data }: NamedTensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

export function checksumsOf(tensors: ReadonlyMap<string, NamedTensor>): Record<string, string> {
  return Object.fromEntries([...tensors].map(([name, tensor]) => [name, checksumOf(bytesOf(tensor))]));
}

/** The name of a tensor whose bytes are not those that were written; undefined where all are. */
export function damagedTensor(
  tensors: ReadonlyMap<string, NamedTensor>,
  checksums: Readonly<Record<string, string>>,
): string | undefined {
  return [...tensors].find(([name, tensor]) => checksums[name] !== checksumOf(bytesOf(tensor)))?.[0];
}

/** The name of a tensor that holds NaN or an infinity, which no training leaves; undefined where none does. */
export function nonFiniteTensor(tensors: ReadonlyMap<string, NamedTensor>): string | undefined {
  return [...tensors].find(
    ([, { dtype, data }]) => dtype === 'F32' && !(data as Float32Array).every(Number.isFinite),
  )?.[0];
}
