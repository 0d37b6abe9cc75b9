// The safetensors format (huggingface.co/docs/safetensors): u64 little-endian header length, JSON header, the tensors' bytes.

/** What Lin writes and reads; F16 and BF16 are read by no part of Lin and are refused by name. */
const DTYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array, BOOL: Uint8Array } as const;

export type SafetensorsDtype = keyof typeof DTYPES;

export interface NamedTensor {
  dtype: SafetensorsDtype;
  shape: number[];
  data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

export interface SafetensorsContent {
  tensors: Map<string, NamedTensor>;
  /** The header's `__metadata__`: strings by name. */
  metadata: Record<string, string>;
}

/** Bytes that are not a safetensors file; the message says where and what was expected. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
}

const LENGTH_BYTES = 8;
const MAX_HEADER_LENGTH = 100_000_000; // the reference implementation's own limit: 100 MB of JSON is no header
const ALIGNMENT = 8; // the header is padded with spaces so that float64 data can be viewed in place

export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  file.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerLength;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/** @throws SafetensorsError naming `source` where the bytes are not a whole, consistent file. */
export function decodeSafetensors(file: Uint8Array, source = 'safetensors data'): SafetensorsContent {
  const fail = (reason: string): never => {
    throw new SafetensorsError(`${source}: ${reason}; the file is damaged or not safetensors, write it again.`);
  };
  if (file.length < LENGTH_BYTES) fail(`${file.length} bytes are too few for the 8-byte header length at offset 0`);
  const headerLength = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (headerLength > MAX_HEADER_LENGTH || LENGTH_BYTES + Number(headerLength) > file.length) {
    fail(`the header length at offset 0 is ${headerLength}, but the file has ${file.length} bytes`);
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  const header = parseHeader(file.subarray(LENGTH_BYTES, dataStart)) ?? fail('the header at offset 8 is not a JSON object');
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  if (!isStringMap(metadata)) fail('__metadata__ is not a mapping of strings');

  const tensors = new Map<string, NamedTensor>();
  let expectedStart = 0;
  const ordered = Object.entries(entries).map(([name, entry]) => {
    if (!isEntry(entry)) throw fail(`the header's entry of "${name}" is not {dtype, shape, data_offsets}`);
    return [name, entry] as const;
  });
  ordered.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  for (const [name, { dtype, shape, data_offsets: [start, end] }] of ordered) {
    if (!Object.hasOwn(DTYPES, dtype)) fail(`tensor "${name}" has dtype ${dtype}, expected one of ${Object.keys(DTYPES).join(', ')}`);
    const TypedArray = DTYPES[dtype as SafetensorsDtype];
    const bytes = shape.reduce((product, size) => product * size, TypedArray.BYTES_PER_ELEMENT);
    if (start !== expectedStart || end - start !== bytes || dataStart + end > file.length) {
      fail(`tensor "${name}" of shape [${shape.join(', ')}] claims bytes ${start} to ${end} of ${file.length - dataStart}, expected ${bytes} bytes from ${expectedStart}`);
    }
    const copy = Uint8Array.prototype.slice.call(file, dataStart + start, dataStart + end); // a Buffer's own slice is a view
    tensors.set(name, { dtype: dtype as SafetensorsDtype, shape, data: new TypedArray(copy.buffer, 0, bytes / TypedArray.BYTES_PER_ELEMENT) });
    expectedStart = end;
  }
  if (dataStart + expectedStart !== file.length) fail(`${file.length - dataStart - expectedStart} bytes after the last tensor belong to none`);
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseHeader(bytes: Uint8Array): object | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof header === 'object' && header !== null && !Array.isArray(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

function isEntry(value: unknown): value is HeaderEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const areSizes = (list: unknown): list is number[] => Array.isArray(list) && list.every((x) => Number.isSafeInteger(x) && x >= 0);
  return typeof dtype === 'string' && areSizes(shape) && areSizes(offsets) && offsets.length === 2;
}

function isStringMap(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string');
}
