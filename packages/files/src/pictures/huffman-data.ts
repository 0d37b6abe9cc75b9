// The bits of a JPEG's entropy-coded data and the Huffman codes in them: ITU-T T.81, annexes C and F.2.2.

const MARKER = 0xff;
const LOOK_AHEAD = 9;
const LONGEST_CODE = 16;

/** Is not what a JPEG's data can be. */
export class DamagedData extends Error {
  override name = 'DamagedData';
}

export class HuffmanTable {
  /** By the next 9 bits: length · 256 + symbol, or 0 where the code is longer. */
  readonly short = new Uint16Array(2 ** LOOK_AHEAD);
  /** By length: the largest code, or −1, and what makes of a code the place of its symbol (figure F.16). */
  readonly largest = new Int32Array(LONGEST_CODE + 1).fill(-1);
  readonly places = new Int32Array(LONGEST_CODE + 1);
  readonly symbols: Uint8Array;

  /**
   * `counts[i]` codes have i + 1 bits; symbols are in the order of their codes.
   * @throws DamagedData where there are more than bits allow.
   */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.symbols = symbols;
    let [code, place] = [0, 0];
    for (let length = 1; length <= LONGEST_CODE; length++) {
      this.places[length] = place - code;
      for (let i = 0; i < counts[length - 1]!; i++, code++, place++) {
        if (code >= 2 ** length || place >= symbols.length) throw new DamagedData('a Huffman table has too many codes');
        if (length > LOOK_AHEAD) continue;
        const first = code << (LOOK_AHEAD - length);
        this.short.fill((length << 8) | symbols[place]!, first, first + 2 ** (LOOK_AHEAD - length));
      }
      if (counts[length - 1]! > 0) this.largest[length] = code - 1;
      code *= 2;
    }
  }
}

/** Reads from a byte on; behind a marker, or the end of the bytes, bits are 0 and `isPast` says so. */
export class HuffmanData {
  private buffer = 0;
  private held = 0;
  private made = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  /** Whether more bits were read than there are. */
  get isPast(): boolean {
    return this.made > this.held;
  }

  /** The next code's symbol. @throws DamagedData for bits that are no code of the table. */
  symbol(table: HuffmanTable): number {
    if (this.held < LONGEST_CODE) this.fill();
    const found = table.short[(this.buffer >>> (this.held - LOOK_AHEAD)) & (2 ** LOOK_AHEAD - 1)]!;
    if (found === 0) return this.longSymbol(table);
    this.held -= found >> 8;
    return found & 255;
  }

  /** Of a code that is longer than the look-ahead; 16 bits are held. */
  private longSymbol(table: HuffmanTable): number {
    for (let length = LOOK_AHEAD + 1; length <= LONGEST_CODE; length++) {
      const code = (this.buffer >>> (this.held - length)) & (2 ** length - 1);
      if (code > table.largest[length]!) continue;
      this.held -= length;
      return table.symbols[code + table.places[length]!]!;
    }
    throw new DamagedData('bits that are no Huffman code');
  }

  /** The next `count` bits, at most 16. */
  bits(count: number): number {
    if (this.held < count) this.fill();
    this.held -= count;
    return (this.buffer >>> this.held) & (2 ** count - 1);
  }

  /**
   * Reads a block's AC coefficients (figure F.13), nine tenths of a JPEG: with the state in local variables, in a third of the time.
   * @throws DamagedData for bits that are no code, and for coefficients past the block's end.
   */
  skipAc(table: HuffmanTable): void {
    const { bytes } = this;
    const { short } = table;
    let { buffer, held, at, made } = this;
    for (let k = 1; k < 64; k++) {
      while (held <= 24) {
        const byte = at < bytes.length ? bytes[at]! : MARKER;
        if (byte !== MARKER) {
          buffer = (buffer << 8) | byte;
          at++;
        } else if (bytes[at + 1] === 0) {
          buffer = (buffer << 8) | MARKER;
          at += 2;
        } else {
          buffer <<= 8;
          made += 8;
        }
        held += 8;
      }
      const found = short[(buffer >>> (held - LOOK_AHEAD)) & (2 ** LOOK_AHEAD - 1)]!;
      let symbol = found & 255;
      if (found !== 0) held -= found >> 8;
      else {
        Object.assign(this, { buffer, held, at, made });
        symbol = this.longSymbol(table);
        held = this.held;
      }
      const size = symbol & 15;
      if (size === 0) {
        if (symbol !== 0xf0) break;
        k += 15;
      } else {
        k += symbol >> 4;
        held -= size; // 16 bits of a code and 15 of a value may be more than are held
        if (held < 0) {
          Object.assign(this, { buffer, held: held + size, at, made });
          this.bits(size);
          ({ buffer, held, at, made } = this);
        }
      }
      if (k >= 64) throw new DamagedData('coefficients past the end of a block');
    }
    this.buffer = buffer;
    this.held = held;
    this.at = at;
    this.made = made;
  }

  /** The byte after the one that the last bit is in. */
  get next(): number {
    let next = this.at;
    for (let whole = Math.floor(Math.max(0, this.held - this.made) / 8); whole > 0; whole--)
      next -= this.bytes[next - 1] === 0 && this.bytes[next - 2] === MARKER ? 2 : 1;
    return next;
  }

  private fill(): void {
    const { bytes } = this;
    while (this.held <= 24) {
      const byte = bytes[this.at];
      if (byte === undefined || (byte === MARKER && bytes[this.at + 1] !== 0)) {
        this.buffer <<= 8;
        this.made += 8;
      } else {
        this.buffer = (this.buffer << 8) | byte;
        this.at += byte === MARKER ? 2 : 1;
      }
      this.held += 8;
    }
  }
}
