import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordError } from '../../errors.js';
import { unpickle } from './unpickle.js';
import { Tuple } from './values.js';

const read = (...parts: (string | Uint8Array)[]) =>
  unpickle(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
    'x.bin',
  );
const refusal = (...parts: (string | Uint8Array)[]): RecordError => {
  try {
    read(...parts);
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    return error as RecordError;
  }
  throw new Error('it was read');
};
const u32 = (value: number) => Buffer.from([value, value >> 8, value >> 16, value >>> 24]);

describe('the opcodes of images and flags (as Python documents them in pickletools)', () => {
  test.each([
    ['NONE', 'N.', null],
    ['NEWTRUE', '\x88.', true],
    ['NEWFALSE', '\x89.', false],
    ['INT', 'I-12\n.', -12],
    ['INT of a bool', 'I01\n.', true],
    ['INT of a bool', 'I00\n.', false],
    ['LONG', 'L7L\n.', 7],
    ['BININT', 'J\xfe\xff\xff\xff.', -2],
    ['BININT1', 'K\xff.', 255],
    ['BININT2', 'M\x01\x02.', 0x201],
    ['LONG1', '\x8a\x02\x00\xff.', -256],
    ['LONG1 of no bytes', '\x8a\x00.', 0],
    ['UNICODE', 'Va\\u0041\\U0001F600\xe9\n.', 'aA😀é'],
    ['UNICODE with other backslashes', 'Va\\x\\\\u0041\n.', 'a\\x\\\\u0041'],
    ['SHORT_BINUNICODE', '\x8c\x02\xc3\xa9.', 'é'],
    ['EMPTY_LIST', '].', []],
    ['APPEND', ']K\x01a.', [1]],
    ['APPENDS', '](K\x01K\x02e.', [1, 2]],
    ['LIST', '(K\x01K\x02l.', [1, 2]],
    ['POP and POP_MARK', '](K\x01K\x02K\x030(K\x041e.', [1, 2]],
    ['DUP', '](K\x052e.', [5, 5]],
    ['MEMOIZE and BINGET', '](K\x07\x94h\x00e.', [7, 7]],
    ['PUT and GET', '](K\x07p300\ng300\ne.', [7, 7]],
    ['BINPUT and LONG_BINGET', '](K\x07q\x05j\x05\x00\x00\x00e.', [7, 7]],
    ['PROTO and FRAME', '\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00K\x01.', 1],
  ])('%s', (_, pickle, value) => {
    expect(read(pickle)).toEqual(value);
  });

  test('TUPLE, EMPTY_TUPLE, TUPLE1, TUPLE2 and TUPLE3', () => {
    expect(read('(K\x01K\x02K\x03K\x04t.')).toEqual(new Tuple([1, 2, 3, 4]));
    expect(read(').')).toEqual(new Tuple([]));
    expect(read('K\x01\x85.')).toEqual(new Tuple([1]));
    expect(read('K\x01K\x02\x86.')).toEqual(new Tuple([1, 2]));
    expect(read('K\x01K\x02K\x03\x87.')).toEqual(new Tuple([1, 2, 3]));
  });

  test.each([
    ['BINSTRING', 'T\x03\x00\x00\x00'],
    ['SHORT_BINSTRING', 'U\x03'],
    ['BINBYTES', 'B\x03\x00\x00\x00'],
    ['SHORT_BINBYTES', 'C\x03'],
    ['BINBYTES8', '\x8e\x03\x00\x00\x00\x00\x00\x00\x00'],
    ['BYTEARRAY8', '\x96\x03\x00\x00\x00\x00\x00\x00\x00'],
  ])('%s is a view of the file, not a copy', (_, header) => {
    const file = Buffer.from(`${header}abc.`, 'latin1');
    const bytes = unpickle(file, 'x.bin') as Buffer;
    expect(bytes.toString()).toBe('abc');
    expect(bytes.buffer).toBe(file.buffer);
  });

  test.each([
    ["S'a\\x00\\n\\\\\\'\"'\n.", 'a\0\n\\\'"'],
    ['S"it\'s"\n.', "it's"],
    ["S''\n.", ''],
  ])('STRING %j is what its repr says', (pickle, value) => {
    expect(Buffer.from(read(pickle) as Uint8Array).toString('latin1')).toBe(value);
  });

  test('bytes below protocol 3 are text encoded as latin1', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const text = Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf8');
        const value = read('c_codecs\nencode\nX', u32(text.length), text, 'X\x06\x00\x00\x00latin1\x86R.');
        expect([...(value as Uint8Array)]).toEqual([...bytes]);
      }),
    );
  });
});

describe('what such files do not need is refused, by name and offset, and nothing is executed', () => {
  test.each([
    ['os.system, in protocol 0', "cos\nsystem\n(S'true'\ntR.", 0, /"os\.system"/],
    ['builtins.eval, by STACK_GLOBAL', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', 18, /"builtins\.eval"/],
    ['a name that hides behind a prototype', 'cconstructor\nprototype\n.', 0, /"constructor\.prototype"/],
    ['BUILD on a list', '])b.', 2, /a state is set on a list/],
    ['INST', "(S'x'\nios\nsystem\n.", 6, /opcode "i"/],
    ['NEWOBJ', ')\x81.', 1, /opcode/],
    ['PERSID', 'Px\n.', 0, /opcode "P"/],
    ['EXT1', '\x82\x01.', 0, /opcode/],
    ['BINFLOAT', 'G\0\0\0\0\0\0\0\0.', 0, /opcode "G"/],
    ['EMPTY_DICT', '}.', 0, /opcode "}"/],
    ['protocol 6', '\x80\x06.', 0, /protocol 6/],
    ['a class that is called', 'cnumpy\nndarray\n)R.', 16, /numpy\.ndarray is called/],
    ['a list that is called', '])R.', 2, /a list is called/],
    ['an array of another class', 'cnumpy.core.multiarray\n_reconstruct\n(NNNtR.', 41, /an array is made of None/],
    [
      'an array of a state of another numpy',
      'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nNNtR(K\x09NNNNtb.',
      64,
      /state of version 9/,
    ],
    ['a frame beyond the end', '\x80\x04\x95\x04\x00\x00\x00\x00\x00\x00\x00K\x01.', 2, /frame of 4 bytes/],
    ['another encoding', 'c_codecs\nencode\nX\x01\0\0\0aX\x05\0\0\0utf-8\x86R.', 33, /encoded as utf-8/],
    ['text beyond latin1', 'c_codecs\nencode\nX\x03\0\0\0\xe2\x82\xacX\x06\0\0\0latin1\x86R.', 36, /U\+20ac/],
    ['an integer beyond 2⁵³', 'I99999999999999999\n.', 0, /integer below/],
  ])('%s', (_, pickle, offset, message) => {
    const error = refusal(pickle);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^x\.bin at byte \d+: [^\n]+\.$/);
    expect(error).toMatchObject({ file: 'x.bin', offset });
  });

  test.each([
    ['cut in a length', 'T\x03\0', 1],
    ['cut in a string', 'T\x03\0\0\0ab', 5],
    ['cut before its end', ']', 1],
    ['cut in a line', 'I1', 1],
    ['with an announced exabyte', '\x8e\0\0\0\0\0\0\0\x10', 9],
  ])('a file %s', (_, pickle, offset) => {
    expect(refusal(pickle)).toMatchObject({ offset });
  });

  test.each([
    ['a value taken from below a mark', '](0.', 2],
    ['a group without a beginning', 'K\x01t.', 2],
    ['nothing to keep', 'q\x00.', 0],
    ['what was never kept', 'h\x09.', 0],
    ['an append to a tuple', ')K\x01a.', 3],
    ['a negative length', 'T\xff\xff\xff\xff.', 0],
    ['an unknown escape', "S'\\q'\n.", 0],
    ['a short \\u', 'Va\\u00\n.', 0],
    ['a string without quotes', 'Sabc\n.', 0],
    ['a global named by a number', 'K\x01K\x02\x93.', 4],
  ])('%s', (_, pickle, offset) => {
    expect(refusal(pickle)).toMatchObject({ offset });
  });
});

describe('a small file cannot take much memory', () => {
  test.each([
    ['lists', ']'],
    ['marks', '('],
  ])('by millions of %s', (_, opcode) => {
    expect(refusal(']', Buffer.alloc(5_000_000, opcode)).message).toMatch(/more than 4194304 values/);
  });

  test('by memo entries beside millions of others', () => {
    const { message, offset } = refusal(']', Buffer.alloc(4_000_000, '2'), Buffer.alloc(500_000, '\x94', 'latin1'));
    expect(message).toMatch(/more than 4194304 values/);
    expect(offset).toBe(4_194_304);
  });

  test('by one text that is made into bytes again and again', () => {
    const text = Buffer.alloc(10_000, 'x');
    const head = [']q\x03c_codecs\nencode\nq\x00X', u32(text.length), text, 'q\x01X\x06\0\0\0latin1q\x02000'] as const;
    const again = 'h\x03h\x00h\x01h\x02\x86Ra';
    expect((read(...head, again, '.') as unknown[]).length).toBe(1);
    expect(refusal(...head, again.repeat(1000), '.').message).toMatch(/makes more bytes than it has/);
  });
});
