import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
  type NamedTensor,
  type SafetensorsContent,
} from './index.js';

/** A file put together by the published format: u64 little-endian length, header, data. `length` overrides what the file claims. */
function fileOf(header: string | Uint8Array, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const tensors = (...entries: [string, NamedTensor][]): SafetensorsContent => ({
  tensors: new Map(entries),
  metadata: {},
});

const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

const namedTensor = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(ARRAYS) as (keyof typeof ARRAYS)[])),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
  })
  .chain(({ dtype, shape }) => {
    const TypedArray = ARRAYS[dtype];
    const length = shape.reduce((product, size) => product * size, 1) * TypedArray.BYTES_PER_ELEMENT;
    // Any bit pattern: NaNs with payloads and −0 have to survive too.
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes): NamedTensor => ({ dtype, shape, data: new TypedArray(bytes.slice().buffer) }));
  });
const name = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', '0', '', 'gx.0', '层.σ.🧑🏽‍🔬', '"\\', '\u0000', '\ufeff'),
  )
  .filter((text) => text !== '__metadata__');
const content: fc.Arbitrary<SafetensorsContent> = fc.record({
  tensors: fc
    .uniqueArray(fc.tuple(name, namedTensor), { selector: ([key]) => key, maxLength: 6 })
    .map((entries) => new Map(entries)),
  metadata: fc
    .dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 4 })
    .map((entries) => ({ ...entries })),
});

const bytesOf = ({ data }: NamedTensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
const byName = ([a]: unknown[], [b]: unknown[]) => ((a as string) < (b as string) ? -1 : 1);
const comparable = ({ tensors: named, metadata }: SafetensorsContent) => ({
  tensors: [...named]
    .map(([key, tensor]) => [key, tensor.dtype, tensor.shape, tensor.data.constructor.name, bytesOf(tensor)])
    .sort(byName),
  metadata: Object.entries(metadata).sort(byName),
});

/** Either a right answer or the package's own error, whatever the bytes. */
function decodesOrRefuses(bytes: Uint8Array): void {
  try {
    const decoded = decodeSafetensors(bytes);
    expect(comparable(decodeSafetensors(encodeSafetensors(decoded)))).toEqual(comparable(decoded));
  } catch (error) {
    expect(error).toBeInstanceOf(SafetensorsError);
    expect((error as Error).message).not.toContain('\n');
  }
}

describe('safetensors', () => {
  test('of any types, shapes and names come back bit for bit', () => {
    fc.assert(
      fc.property(content, (original) => {
        expect(comparable(decodeSafetensors(encodeSafetensors(original)))).toEqual(comparable(original));
      }),
      { numRuns: 300 },
    );
  });

  test('come back from a view into a larger buffer, as from a Buffer, and are then their own', () => {
    const file = encodeSafetensors(tensors(['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]));
    const larger = new Uint8Array(file.length + 11).fill(255);
    larger.set(file, 3); // at an odd offset: float32 could not be viewed in place
    const view = Buffer.from(larger.buffer, 3, file.length);
    const { data } = decodeSafetensors(view).tensors.get('a')!;
    view.fill(0);
    expect([...data]).toEqual([1, 2]);
  });

  test('are written as the format says, byte by byte', () => {
    const file = encodeSafetensors({
      tensors: new Map<string, NamedTensor>([
        ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, -2) }],
        ['b', { dtype: 'I32', shape: [1, 1], data: Int32Array.of(258) }],
      ]),
      metadata: { k: 'v' },
    });
    const header =
      '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"I32","shape":[1,1],"data_offsets":[8,12]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
    expect(Buffer.from(file).toString('hex')).toBe(
      Buffer.from(fileOf(padded, [0, 0, 128, 63, /* 1.0 */ 0, 0, 0, 192, /* −2.0 */ 2, 1, 0, 0 /* 258 */])).toString(
        'hex',
      ),
    );
  });

  test('that another program wrote are read: any order, no padding, no metadata, empty tensors, escaped names', () => {
    const [late, a, none, zero] = [
      entry('U8', [2], [4, 6]),
      entry('F32', [], [0, 4]),
      entry('F64', [0, 3], [6, 6]),
      entry('F32', [0], [0, 0]),
    ];
    const header = `{"late":${late},"\\u0061":${a}, "none":${none},"zero":${zero}}\n `;
    const { tensors: read, metadata } = decodeSafetensors(fileOf(header, [0, 0, 192, 63, 7, 8]));
    expect(metadata).toEqual({});
    expect(Object.fromEntries(read)).toEqual({
      a: { dtype: 'F32', shape: [], data: Float32Array.of(1.5) },
      late: { dtype: 'U8', shape: [2], data: Uint8Array.of(7, 8) },
      none: { dtype: 'F64', shape: [0, 3], data: new Float64Array(0) },
      zero: { dtype: 'F32', shape: [0], data: new Float32Array(0) },
    });
  });
});

describe('tensors that cannot be written are refused', () => {
  test.each<[string, SafetensorsContent, RegExp]>([
    [
      'too few values',
      tensors(['w', { dtype: 'F32', shape: [2, 2], data: new Float32Array(3) }]),
      /"w": 3 values in Float32Array are not F32 \[2, 2\]/,
    ],
    [
      'another type of array',
      tensors(['w', { dtype: 'F32', shape: [2], data: new Int32Array(2) }]),
      /in Int32Array are not F32 \[2\]/,
    ],
    [
      'the format’s own name',
      tensors(['__metadata__', { dtype: 'U8', shape: [0], data: new Uint8Array(0) }]),
      /cannot be named "__metadata__"/,
    ],
  ])('%s', (_, bad, message) => {
    expect(() => encodeSafetensors(bad)).toThrow(SafetensorsError);
    expect(() => encodeSafetensors(bad)).toThrow(message);
  });
});

describe('bytes that are not a safetensors file are refused in a sentence that names the source', () => {
  const four = [0, 0, 0, 0];
  const one = (offsets: unknown, shape: unknown = [1], dtype = 'F32') => `{"a":${entry(dtype, shape, offsets)}}`;
  const two = (a: [number, number], b: [number, number]) => `{"a":${entry('F32', [1], a)},"b":${entry('F32', [1], b)}}`;
  test.each<[string, Uint8Array, RegExp]>([
    ['no bytes', new Uint8Array(0), /0 bytes are too few/],
    ['seven bytes', new Uint8Array(7), /7 bytes are too few/],
    ['a header of length 0', fileOf(''), /header at offset 8 is not a JSON object/],
    [
      'a header longer than the file',
      fileOf('{}', [], 3n),
      /header length at offset 0 is 3, but the file has 10 bytes/,
    ],
    [
      'a header length of 2⁶⁴ − 1',
      fileOf('{}', [], 2n ** 64n - 1n),
      /header length at offset 0 is 18446744073709551615/,
    ],
    ['a header length whose float64 would be the file’s', fileOf('{}', [], 2n ** 63n), /header length/],
    ['a header that is not JSON', fileOf('{"a":'), /not a JSON object/],
    ['a header that is an array', fileOf('[]'), /not a JSON object/],
    ['a header that is null', fileOf('null'), /not a JSON object/],
    ['a header that begins with a space', fileOf(' {}'), /not a JSON object/],
    ['a header that begins with a byte order mark', fileOf('\ufeff{}'), /not a JSON object/],
    [
      'a header that is not UTF-8',
      fileOf(Uint8Array.from([...Buffer.from('{"'), 0xff, ...Buffer.from('":1}')])),
      /not a JSON object/,
    ],
    [
      'a name given twice',
      fileOf(`{"a":${entry('F32', [1], [0, 4])},"a":${entry('F32', [1], [0, 4])}}`, four),
      /has the key "a" twice/,
    ],
    [
      'a name given twice, escaped once',
      fileOf(`{"a":${entry('F32', [0], [0, 0])},"\\u0061":${entry('F32', [0], [0, 0])}}`),
      /has the key "a" twice/,
    ],
    [
      'a shape given twice',
      fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', four),
      /has the key "shape" twice/,
    ],
    ['metadata that hold a number', fileOf('{"__metadata__":{"a":1}}'), /__metadata__ is not a mapping of strings/],
    [
      'metadata that are an array of strings',
      fileOf('{"__metadata__":["a"]}'),
      /__metadata__ is not a mapping of strings/,
    ],
    ['metadata that are null', fileOf('{"__metadata__":null}'), /__metadata__ is not a mapping of strings/],
    ['an entry that is a number', fileOf('{"a":1}'), /entry of "a" is not \{dtype, shape, data_offsets\}/],
    ['an entry without a shape', fileOf('{"a":{"dtype":"F32","data_offsets":[0,4]}}', four), /entry of "a" is not/],
    ['a negative size', fileOf(one([0, 4], [-1]), four), /entry of "a" is not/],
    ['a fractional size', fileOf(one([0, 4], [0.5]), four), /entry of "a" is not/],
    ['three offsets', fileOf(one([0, 4, 4]), four), /entry of "a" is not/],
    ['a negative offset', fileOf(one([-4, 0]), four), /entry of "a" is not/],
    ['an offset beyond 2⁵³', fileOf(one([0, 2 ** 60]), four), /entry of "a" is not/],
    ['an offset beyond the file', fileOf(one([0, 8], [2]), four), /"a" of shape \[2\] claims bytes 0 to 8 of 4/],
    [
      'an offset of 2⁵² for a shape of that size',
      fileOf(one([0, 2 ** 52], [2 ** 52], 'U8'), four),
      /claims bytes 0 to 4503599627370496 of 4/,
    ],
    ['offsets that fall', fileOf(one([4, 0]), four), /claims bytes 4 to 0/],
    [
      'sizes whose product is no number',
      fileOf(one([0, 0], [...Array<number>(20).fill(2 ** 53 - 1), 0])),
      /expected NaN bytes/,
    ],
    ['fewer bytes than the shape needs', fileOf(one([0, 4], [2]), four), /expected 8 bytes from 0/],
    ['the byte size of another dtype', fileOf(one([0, 4], [1], 'F64'), four), /expected 8 bytes from 0/],
    ['tensors that overlap', fileOf(two([0, 4], [2, 6]), [...four, 0, 0]), /"b" .* claims bytes 2 to 6 .* from 4/],
    ['tensors that share their bytes', fileOf(two([0, 4], [0, 4]), four), /"b" .* claims bytes 0 to 4/],
    ['a gap between tensors', fileOf(two([0, 4], [5, 9]), [...four, 0, ...four]), /"b" .* claims bytes 5 to 9/],
    ['a gap before the first tensor', fileOf(one([1, 5]), [...four, 0]), /"a" .* claims bytes 1 to 5 .* from 0/],
    ['bytes after the last tensor', fileOf(one([0, 4]), [...four, 9]), /1 bytes after the last tensor belong to none/],
    [
      'a dtype that Lin does not read',
      fileOf(one([0, 1], [1], 'F8_E4M3'), [0]),
      /dtype F8_E4M3; Lin reads F64, F32, F16, BF16, I64, .*BOOL, convert it/,
    ],
    [
      'a dtype named like a property of every object',
      fileOf(one([0, 4], [1], 'toString'), four),
      /dtype toString; Lin reads/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'weights.safetensors')).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes, 'weights.safetensors')).toThrow(message);
    expect(() => decodeSafetensors(bytes, 'weights.safetensors')).toThrow(/^weights\.safetensors: .*\.$/);
  });

  test('a file cut short anywhere', () => {
    fc.assert(
      fc.property(content, fc.nat(), (original, at) => {
        const whole = encodeSafetensors(original);
        expect(() => decodeSafetensors(whole.subarray(0, at % whole.length))).toThrow(SafetensorsError);
      }),
      { numRuns: 200 },
    );
  });

  test('random bytes, random headers, and true files with bytes changed: refused, or read without contradiction', () => {
    const bytes = fc.uint8Array({ maxLength: 64 });
    const jsonFile = fc.tuple(fc.json(), bytes).map(([json, data]) => fileOf(json, data));
    const nearlyRight = fc
      .tuple(
        fc.dictionary(
          fc.string(),
          fc.record({
            dtype: fc.constantFrom('F32', 'U8', 'F16'),
            shape: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 2 }),
            data_offsets: fc.array(fc.integer({ min: -1, max: 16 }), { maxLength: 3 }),
          }),
        ),
        bytes,
      )
      .map(([header, data]) => fileOf(JSON.stringify(header), data));
    const changed = fc
      .tuple(content, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
      .map(([original, changes]) => {
        const file = encodeSafetensors(original);
        for (const [at, value] of changes) file[at % file.length] = value;
        return file;
      });
    fc.assert(fc.property(fc.oneof(bytes, jsonFile, nearlyRight, changed), decodesOrRefuses), { numRuns: 1500 });
  });

  test('an entry whose name holds a line break, in one line all the same', () => {
    expect(() => decodeSafetensors(fileOf('{"a\\nb":1}'), 'w')).toThrow(
      /^w: the header's entry of "a\\nb" is not .*\.$/,
    );
  });

  test('a header that is nested a million deep', () => {
    expect(() => decodeSafetensors(fileOf(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`))).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(fileOf(`{"a":${'['.repeat(1e6)}`))).toThrow(SafetensorsError);
  });
});

/** Runs a script of Python's own safetensors package; undefined where it is not installed. */
function python(script: string, input: Uint8Array | string): string | undefined {
  const { status, stdout, error } = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' });
  return error || status !== 0 ? undefined : stdout.trim();
}

const hasPeer = python('import safetensors.numpy', '') !== undefined;

describe.skipIf(!hasPeer)(
  'beside the reference implementation (for python3 with: pip install safetensors numpy)',
  () => {
    const ours: [string, NamedTensor][] = [
      ['σ "quoted"', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-40) }],
      ['f64', { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) }],
      ['i32', { dtype: 'I32', shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) }],
      ['i64', { dtype: 'I64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) }],
      ['empty', { dtype: 'U8', shape: [0, 5], data: new Uint8Array(0) }],
      ['bool', { dtype: 'BOOL', shape: [], data: Uint8Array.of(1) }],
    ];

    const types = { F32: 'float32', F64: 'float64', I64: 'int64', I32: 'int32', U8: 'uint8', BOOL: 'bool' };
    const expected = ours
      .map(([key, tensor]) => [key, types[tensor.dtype as keyof typeof types], tensor.shape, bytesOf(tensor)])
      .sort(byName);

    test('it reads what Lin writes', () => {
      const read = python(
        'import json,sys\nfrom safetensors.numpy import load\n' +
          'print(json.dumps(sorted([n,str(t.dtype),t.shape,t.tobytes().hex()] for n,t in load(sys.stdin.buffer.read()).items())))',
        encodeSafetensors(tensors(...ours)),
      );
      expect(JSON.parse(read ?? 'null')).toEqual(expected);
    });

    test('Lin reads what it writes', () => {
      const written = python(
        'import json,sys,numpy\nfrom safetensors.numpy import save\n' +
          't={n:numpy.frombuffer(bytes.fromhex(x),d).reshape(s) for n,d,s,x in ' +
          'json.load(sys.stdin)}\nprint(save(t,{"from":"python"}).hex())',
        JSON.stringify(expected),
      );
      const read = decodeSafetensors(Buffer.from(written ?? '', 'hex'));
      expect(read.metadata).toEqual({ from: 'python' });
      expect(comparable({ ...read, metadata: {} })).toEqual(comparable(tensors(...ours)));
    });
  },
);
