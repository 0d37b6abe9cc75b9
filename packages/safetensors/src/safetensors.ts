// The safetensors format (huggingface.co/docs/safetensors): u64 little-endian header length, JSON header, the tensors' bytes.
import { DTYPES, type NamedTensor, type SafetensorsDtype } from './dtypes.js';
import { SafetensorsError } from './errors.js';
import { repeatedKey } from './repeated-key.js';

/** What a file holds. */
export interface SafetensorsContent {
  tensors: Map<string, NamedTensor>;
  /** The header's `__metadata__`: strings by name. */
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
const MAX_HEADER_LENGTH = 100_000_000; // the reference implementation's own limit: 100 MB of JSON is no header
const ALIGNMENT = 8; // the header is padded with spaces so that float64 data can be viewed in place
const METADATA = '__metadata__'; // the one name that the header keeps for itself
const OPENING_BRACE = 0x7b; // what the format says a header begins with: no byte order mark, no space

/**
 * Tensors as the bytes of a safetensors file (https://huggingface.co/docs/safetensors), in the order of the map.
 * @param content Tensors by name, each of any of the thirteen dtypes and with `data` of its array type; metadata is text by name.
 * @returns A new array: 8 bytes of length, the header, the data.
 * @throws SafetensorsError for data that do not fill their shape or are of another array type, or a tensor named `__metadata__`.
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from '@lin/safetensors';
 *
 * const w = { dtype: 'F32' as const, shape: [1, 2], data: Float32Array.of(1, 2) };
 * const bytes = encodeSafetensors({ tensors: new Map([['w', w]]), metadata: { from: 'example' } });
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * console.log(bytes.length, metadata, tensors.get('w'));
 * ```
 * ```text
 * 112 { from: 'example' } { dtype: 'F32', shape: [ 1, 2 ], data: Float32Array(2) [ 1, 2 ] }
 * ```
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  const entries: [string, unknown][] = [[METADATA, metadata]];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name === METADATA)
      throw new SafetensorsError(
        `A tensor cannot be named "${METADATA}", which the format keeps for its own; name it otherwise.`,
      );
    if (!(data instanceof DTYPES[dtype]) || data.byteLength !== bytesOf(dtype, shape)) {
      throw new SafetensorsError(
        `Tensor ${JSON.stringify(name)}: ${data.length} values in ${data.constructor.name} are not ${dtype} ` +
          `[${shape.join(', ')}]; give it ${bytesOf(dtype, shape)} bytes.`,
      );
    }
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries))); // defines even "__proto__" as a key of its own
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

/**
 * The tensors of a safetensors file, copied out of its bytes. Nothing in the file is trusted: repeated names, gaps, overlaps, bytes left
 * over and headers above 100 MB are refused.
 * @param file All bytes of the file.
 * @param source Names the file in errors.
 * @throws SafetensorsError with `source`, the place and what was expected there, where the bytes are not a whole, consistent file.
 * @example
 * ```ts
 * import { decodeSafetensors } from '@lin/safetensors';
 *
 * const header = '{"w":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}';
 * const bytes = Uint8Array.from([header.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header), 7, 8, 9]);
 * console.log(decodeSafetensors(bytes).tensors.get('w')!.data);
 * try {
 *   decodeSafetensors(bytes.subarray(0, -1), 'short.safetensors');
 * } catch (error) {
 *   console.log((error as Error).message.split(';')[0]);
 * }
 * ```
 * ```text
 * Uint8Array(3) [ 7, 8, 9 ]
 * short.safetensors: tensor "w" of shape [3] claims bytes 0 to 3 of 2, expected 3 bytes from 0
 * ```
 */
export function decodeSafetensors(file: Uint8Array, source = 'safetensors data'): SafetensorsContent {
  const fail = (reason: string, remedy = 'the file is damaged or not safetensors, write it again'): never => {
    throw new SafetensorsError(`${source}: ${reason}; ${remedy}.`);
  };
  if (file.length < LENGTH_BYTES) fail(`${file.length} bytes are too few for the 8-byte header length at offset 0`);
  const headerLength = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (headerLength > MAX_HEADER_LENGTH || LENGTH_BYTES + Number(headerLength) > file.length) {
    fail(`the header length at offset 0 is ${headerLength}, but the file has ${file.length} bytes`);
  }
  const dataStart = LENGTH_BYTES + Number(headerLength);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(file.subarray(LENGTH_BYTES, dataStart), fail);
  if (!isStringMap(metadata)) fail('__metadata__ is not a mapping of strings');

  const tensors = new Map<string, NamedTensor>();
  let expectedStart = 0;
  const ordered = Object.entries(entries).map(([name, entry]) => {
    if (!isEntry(entry))
      throw fail(`the header's entry of ${JSON.stringify(name)} is not {dtype, shape, data_offsets}`);
    return [name, entry] as const;
  });
  ordered.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of ordered) {
    if (!isDtype(dtype))
      throw fail(
        `tensor ${JSON.stringify(name)} has dtype ${JSON.stringify(dtype).slice(1, -1)}`,
        `Lin reads ${Object.keys(DTYPES).join(', ')}, convert it to one of them`,
      );
    const bytes = bytesOf(dtype, shape);
    if (start !== expectedStart || end - start !== bytes || dataStart + end > file.length) {
      const room = file.length - dataStart;
      fail(
        `tensor ${JSON.stringify(name)} of shape [${shape.join(', ')}] claims bytes ${start} to ${end} of ` +
          `${room}, expected ${bytes} bytes from ${expectedStart}`,
      );
    }
    const copy = Uint8Array.prototype.slice.call(file, dataStart + start, dataStart + end); // a Buffer's own slice is a view
    tensors.set(name, { dtype, shape, data: new DTYPES[dtype](copy.buffer) });
    expectedStart = end;
  }
  if (dataStart + expectedStart !== file.length)
    fail(`${file.length - dataStart - expectedStart} bytes after the last tensor belong to none`);
  return { tensors, metadata: metadata as Record<string, string> };
}

const isDtype = (dtype: string): dtype is SafetensorsDtype => Object.hasOwn(DTYPES, dtype);
const bytesOf = (dtype: SafetensorsDtype, shape: readonly number[]) =>
  shape.reduce((product, size) => product * size, DTYPES[dtype].BYTES_PER_ELEMENT);

function parseHeader(bytes: Uint8Array, fail: (reason: string) => never): Record<string, unknown> {
  let json = '';
  let header: unknown;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(json);
  } catch {
    // said below
  }
  if (bytes[0] !== OPENING_BRACE || !header) throw fail('the header at offset 8 is not a JSON object');
  const repeated = repeatedKey(json);
  if (repeated !== undefined) fail(`the header has the key ${JSON.stringify(repeated)} twice`);
  return header as Record<string, unknown>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

function isEntry(value: unknown): value is HeaderEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const areSizes = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((x) => Number.isSafeInteger(x) && x >= 0);
  return typeof dtype === 'string' && areSizes(shape) && areSizes(offsets) && offsets.length === 2;
}

function isStringMap(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === 'string')
  );
}
