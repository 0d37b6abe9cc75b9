// Reads a pickle of images and flags, protocols 0 to 5 of Python 2 and 3, by an interpreter of its own that executes nothing (Python's
// pickletools.py).
import { ByteReader } from './byte-reader.js';
import { callAllowed, CallError, setState } from './calls.js';
import { unescapeString, unescapeUnicode } from './strings.js';
import { allowedGlobal, Global, kindOf, Tuple, type PickleValue } from './values.js';

/**
 * Values, marks and memo entries over the whole file: 200,000 images as numpy arrays make 4 million. One takes up to 100 bytes, where a
 * file has one for a byte.
 */
const MAX_ENTRIES = 2 ** 22;

/**
 * The value that `bytes` describe. Bytes in it are views of `bytes` wherever the file has them as they are.
 * @throws RecordError, with the offset of the opcode, for an opcode or global that such files do not need, for bytes that end too early
 * or contradict themselves, and for a file that would take far more memory than its size.
 */
export function unpickle(bytes: Buffer, file: string): PickleValue {
  return new Machine(new ByteReader(file, bytes)).run();
}

class Machine {
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private entries = 0;
  /** Bytes that calls have made out of text. */
  private madeBytes = 0;
  /** Offset of the opcode. */
  private start = 0;

  constructor(private readonly reader: ByteReader) {}

  run(): PickleValue {
    const { reader } = this;
    for (;;) {
      this.start = reader.at;
      const opcode = String.fromCharCode(reader.u8());
      if (opcode === '.') return this.pop();
      const execute = Object.hasOwn(this.opcodes, opcode) ? this.opcodes[opcode] : undefined;
      if (!execute)
        throw this.fault(
          `the pickle opcode ${JSON.stringify(opcode)} is not among those that images and flags need; ` +
            'the file is no verification pack, or damaged',
        );
      execute();
    }
  }

  private readonly opcodes: Readonly<Record<string, () => void>> = {
    // framing
    '\x80': () => this.checkProtocol(this.reader.u8()),
    '\x95': () => this.checkFrame(this.reader.u64()),
    // the stack
    '(': () => void this.marks.push(this.counted(this.stack.length)),
    '0': () => void this.pop(),
    '1': () => void this.popToMark(),
    '2': () => this.push(this.top()),
    // the memo
    p: () => this.remember(this.decimal()),
    q: () => this.remember(this.reader.u8()),
    r: () => this.remember(this.reader.u32()),
    '\x94': () => this.remember(this.memo.size),
    g: () => this.push(this.recall(this.decimal())),
    h: () => this.push(this.recall(this.reader.u8())),
    j: () => this.push(this.recall(this.reader.u32())),
    // constants and numbers
    N: () => this.push(null),
    '\x88': () => this.push(true),
    '\x89': () => this.push(false),
    I: () => this.pushInteger(),
    L: () => this.push(this.decimal()),
    J: () => this.push(this.reader.i32()),
    K: () => this.push(this.reader.u8()),
    M: () => this.push(this.reader.u16()),
    '\x8a': () => this.push(this.long(this.reader.take(this.reader.u8()))),
    // bytes, Python 2's str among them
    S: () => this.push(this.unescaped(unescapeString)),
    T: () => this.push(this.reader.take(this.length32())),
    U: () => this.push(this.reader.take(this.reader.u8())),
    B: () => this.push(this.reader.take(this.reader.u32())),
    C: () => this.push(this.reader.take(this.reader.u8())),
    '\x8e': () => this.push(this.reader.take(this.reader.u64())),
    '\x96': () => this.push(this.reader.take(this.reader.u64())),
    // text
    V: () => this.push(this.unescaped(unescapeUnicode)),
    X: () => this.push(this.reader.take(this.reader.u32()).toString('utf8')),
    '\x8c': () => this.push(this.reader.take(this.reader.u8()).toString('utf8')),
    '\x8d': () => this.push(this.reader.take(this.reader.u64()).toString('utf8')),
    // lists and tuples
    ']': () => this.push([]),
    l: () => this.push(this.popToMark()),
    a: () => this.append([this.pop()]),
    e: () => this.append(this.popToMark()),
    ')': () => this.push(new Tuple([])),
    t: () => this.push(new Tuple(this.popToMark())),
    '\x85': () => this.pushTuple(1),
    '\x86': () => this.pushTuple(2),
    '\x87': () => this.pushTuple(3),
    // names and calls
    c: () => this.pushGlobal(this.reader.line().toString('utf8'), this.reader.line().toString('utf8')),
    '\x93': () => this.pushStackGlobal(),
    R: () => this.reduce(),
    b: () => this.build(),
  };

  private checkProtocol(protocol: number): void {
    if (protocol > 5) throw this.fault(`the pickle is of protocol ${protocol}; 0 to 5 are known`);
  }

  /** Frames are for readers of streams; one that the file cannot hold is damage. */
  private checkFrame(length: number): void {
    if (length > this.reader.bytes.length - this.reader.at)
      throw this.fault(`a frame of ${length} bytes goes past the end of the file; it was cut short: copy it again`);
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
    this.counted(0);
  }

  private top(): PickleValue {
    const floor = this.marks.at(-1) ?? 0;
    if (this.stack.length <= floor)
      throw this.fault('a value is taken from an empty stack; the file is damaged: copy it again');
    return this.stack.at(-1)!;
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.fault('a group ends that has no beginning; the file is damaged: copy it again');
    return this.stack.splice(mark);
  }

  private pushTuple(length: number): void {
    const items = Array.from({ length }, () => this.pop());
    this.push(new Tuple(items.reverse()));
  }

  private append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list))
      throw this.fault(`values are appended to ${kindOf(list)}; the file is damaged: copy it again`);
    for (const item of items) list.push(item);
  }

  private remember(index: number): void {
    this.memo.set(this.counted(index), this.top());
  }

  private recall(index: number): PickleValue {
    const value = this.memo.get(index);
    if (value === undefined)
      throw this.fault(`value ${index} is recalled, which was never kept; the file is damaged: copy it again`);
    return value;
  }

  private pushInteger(): void {
    const text = this.reader.line().toString('latin1');
    if (text === '00' || text === '01') this.push(text === '01');
    else this.push(this.parseInteger(text));
  }

  private decimal(): number {
    return this.parseInteger(this.reader.line().toString('latin1'));
  }

  private parseInteger(text: string): number {
    const value = /^-?(0|[1-9]\d{0,15})L?$/.test(text) ? parseInt(text, 10) : NaN;
    if (!Number.isSafeInteger(value))
      throw this.fault(`${JSON.stringify(text.slice(0, 40))} is in the place of an integer below 2⁵³`);
    return value;
  }

  /** Little-endian two's complement of any length. */
  private long(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    if (bytes.length > 6) throw this.fault(`an integer has ${bytes.length} bytes; flags and lengths have at most 6`);
    return bytes.readIntLE(0, bytes.length);
  }

  private length32(): number {
    const length = this.reader.i32();
    if (length < 0) throw this.fault(`a string has length ${length}; the file is damaged: copy it again`);
    return length;
  }

  private unescaped<T>(unescape: (line: string) => T | undefined): T {
    const value = unescape(this.reader.line().toString('latin1'));
    if (value === undefined)
      throw this.fault(
        'a string has no quotes, or an escape that Python does not write; the file is damaged: copy it again',
      );
    return value;
  }

  private pushStackGlobal(): void {
    const [name, module] = [this.pop(), this.pop()];
    if (typeof name !== 'string' || typeof module !== 'string')
      throw this.fault(`a global is named by ${kindOf(module)} and ${kindOf(name)}`);
    this.pushGlobal(module, name);
  }

  private pushGlobal(module: string, name: string): void {
    const allowed = allowedGlobal(`${module}.${name}`);
    if (!allowed) {
      throw this.fault(
        `the pickle asks for ${JSON.stringify(`${module}.${name}`.slice(0, 100))}, ` +
          'which images and flags do not need; nothing was executed. Do not open this file in Python unless you ' +
          'trust its source',
      );
    }
    this.push(new Global(allowed));
  }

  private reduce(): void {
    const [args, callee] = [this.pop(), this.pop()];
    const value = this.guarded(() => callAllowed(callee, args));
    if (value instanceof Uint8Array) this.madeBytes += value.length;
    // A text that is kept in the memo could be turned into bytes again and again.
    if (this.madeBytes > this.reader.bytes.length)
      throw this.fault('the pickle makes more bytes than it has; it is no verification pack');
    this.push(value);
  }

  private build(): void {
    const state = this.pop();
    this.guarded(() => setState(this.top(), state));
  }

  private guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (error instanceof CallError)
        throw this.fault(`${error.message}; the file is no verification pack, or damaged`);
      throw error;
    }
  }

  private counted<T>(value: T): T {
    if (++this.entries > MAX_ENTRIES)
      throw this.fault(`the pickle has more than ${MAX_ENTRIES} values; it is no verification pack`);
    return value;
  }

  private fault(what: string) {
    return this.reader.fault(this.start, what);
  }
}
