// A name for exactly these records: SHA-256 of size, index and bytes.
import { createHash } from 'node:crypto';
import { readBytes, type RecordFile } from './record-file.js';
import type { RecordIndex } from './record-index.js';

const WHOLE_BYTES = 2 ** 30;
const SAMPLED_BLOCKS = 1024;
const BLOCK_BYTES = 2 ** 18;

/** 64 hexadecimal digits. The index counts because it says which image is which. */
export async function fingerprint(rec: RecordFile, { keys, offsets }: RecordIndex): Promise<string> {
  const hash = createHash('sha256').update(`${rec.size}\n`).update(keys);
  for (const bytes of offsets.bytes) hash.update(bytes);
  if (rec.size <= WHOLE_BYTES) {
    for (let at = 0; at < rec.size; at += BLOCK_BYTES) hash.update(await readBytes(rec, at, BLOCK_BYTES));
    return hash.digest('hex');
  }
  for (let block = 0; block < SAMPLED_BLOCKS; block++) {
    const at = Math.floor((block / (SAMPLED_BLOCKS - 1)) * (rec.size - BLOCK_BYTES));
    hash.update(await readBytes(rec, at, BLOCK_BYTES));
  }
  return hash.digest('hex');
}
