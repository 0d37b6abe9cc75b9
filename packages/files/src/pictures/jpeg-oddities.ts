// A JPEG walked through from marker to marker, its picture's data included: whether all of it is there, and its bytes without what departs
// from the letter of ITU-T T.81 and changes no pixel, as some cameras and old programs write it. libjpeg warns of each such oddity and
// decodes it; a reader that takes a warning for damage refuses it.
//
// - bytes between two segments, or between the data and the next marker (sharp #4149);
// - a scan of a sequential JPEG whose spectral selection is not 0 to 63: it has no meaning there (Samsung; sharp #1578, #2780);
// - a JFIF version whose major number is not 1;
// - Adobe's colour transform with a number that does not go with the number of components: libjpeg takes the usual one.
import { DamagedData, HuffmanTable } from './huffman-data.js';
import { readScan, type Component, type Scan } from './jpeg-scan.js';

const MARKER = 0xff;
const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const QUANTISATION = 0xdb;
const HUFFMAN = 0xc4;
const RESTART_INTERVAL = 0xdd;
const APP0 = 0xe0;
const APP14 = 0xee;
/** Those without a length: TEM and RST0 … RST7. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
/** SOF0 … SOF15 less DHT, JPG and DAC, which lie between them. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== HUFFMAN && marker !== 0xc8 && marker !== 0xcc;
const PROGRESSIVE = 0xc2;
/** Baseline, extended sequential and progressive with Huffman codes; the others, rare, are left to the decoder. */
const isWalked = (frame: number) => frame <= PROGRESSIVE;

/**
 * More before a marker is a part of the picture that was lost. Cameras pad by one or two; a hole in the data leaves what its blocks would
 * have taken, tens to thousands.
 */
const MAX_STRAY_BYTES = 16;
/** A file of a few KB can announce any number. */
const MAX_BLOCKS = 2 ** 22;

/**
 * The bytes without oddities: the same where there are none, or where they are no JPEG.
 * @throws DamagedData for a JPEG that lacks a part of its data, or has data that no picture has.
 */
export function withoutOddities(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== MARKER || bytes[1] !== START_OF_IMAGE) return bytes;
  return new Walk(bytes).toEnd();
}

interface Frame {
  marker: number;
  columns: number;
  rows: number;
  components: Map<number, Component & { table: number }>;
  precision: number;
}

class Walk {
  private readonly cuts: { start: number; end: number }[] = [];
  private readonly changes: { at: number; value: number }[] = [];
  private readonly tables = new Map<number, HuffmanTable>();
  private readonly quanta = new Map<number, number>();
  private adobe: number | undefined;
  private frame: Frame | undefined;
  private restartInterval = 0;

  constructor(private readonly bytes: Uint8Array) {}

  toEnd(): Uint8Array {
    for (let at = 2; ;) {
      at = this.nextMarker(at);
      const marker = this.bytes[at + 1]!;
      if (marker === END_OF_IMAGE) return this.result();
      if (isAlone(marker)) {
        at += 2;
        continue;
      }
      const length = this.u16(at + 2);
      if (length < 2 || at + 2 + length > this.bytes.length) throw new DamagedData('the JPEG is cut short');
      const segment = this.bytes.subarray(at + 4, at + 2 + length);
      at += 2 + length;
      if (isFrame(marker)) this.readFrame(marker, segment);
      else if (marker === HUFFMAN) this.readTables(segment);
      else if (marker === QUANTISATION) this.readQuanta(segment);
      else if (marker === RESTART_INTERVAL && segment.length >= 2)
        this.restartInterval = (segment[0]! << 8) | segment[1]!;
      else if (marker === APP0) this.readJfif(segment, at - segment.length);
      else if (marker === APP14) this.readAdobe(segment, at - segment.length);
      else if (marker === START_OF_SCAN) {
        const scan = this.readScanHeader(segment, at - segment.length);
        if (!scan) return this.bytes; // of a kind that is left to the decoder
        at = readScan(this.bytes, at, scan);
      }
    }
  }

  /** From `at` on; what lies before it is stray. */
  private nextMarker(at: number): number {
    const { bytes } = this;
    let next = at;
    while (next + 1 < bytes.length && (bytes[next] !== MARKER || bytes[next + 1] === 0)) next++;
    if (next + 1 >= bytes.length) throw new DamagedData('the JPEG is cut short');
    if (next - at > MAX_STRAY_BYTES)
      throw new DamagedData(`the JPEG has ${next - at} bytes of no meaning; a part of it is damaged`);
    if (next > at) this.cuts.push({ start: at, end: next });
    while (bytes[next + 1] === MARKER) next++; // fill bytes
    if (next + 1 >= bytes.length) throw new DamagedData('the JPEG is cut short');
    return bytes[next + 1] === 0 ? this.nextMarker(next) : next;
  }

  private result(): Uint8Array {
    const usual = { 3: 1, 4: 2 }[this.frame?.components.size ?? 0];
    if (this.adobe !== undefined && usual !== undefined && ![0, usual].includes(this.bytes[this.adobe]!))
      this.changes.push({ at: this.adobe, value: usual });
    if (this.cuts.length === 0 && this.changes.length === 0) return this.bytes;
    const changed = Uint8Array.from(this.bytes);
    for (const { at, value } of this.changes) changed[at] = value;
    let [from, to] = [0, 0];
    for (const { start, end } of [...this.cuts, { start: changed.length, end: changed.length }]) {
      changed.copyWithin(to, from, start);
      to += start - from;
      from = end;
    }
    return changed.subarray(0, to);
  }

  private u16(at: number): number {
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  private readFrame(marker: number, segment: Uint8Array): void {
    const count = segment[5] ?? 0;
    if (segment.length < 6 + 3 * count) throw new DamagedData('the frame header is cut short');
    const [height, width] = [(segment[1]! << 8) | segment[2]!, (segment[3]! << 8) | segment[4]!];
    const each = Array.from({ length: count }, (_, i) => segment.subarray(6 + 3 * i, 9 + 3 * i));
    const [horizontal, vertical] = [each.map((one) => one[1]! >> 4), each.map((one) => one[1]! & 15)];
    const [mostAcross, mostDown] = [Math.max(...horizontal), Math.max(...vertical)];
    if (count === 0 || Math.min(...horizontal, ...vertical) === 0) throw new DamagedData('a frame without components');
    const [columns, rows] = [Math.ceil(width / (8 * mostAcross)), Math.ceil(height / (8 * mostDown))];
    const components = new Map<number, Component & { table: number }>();
    for (const [i, [id, , table]] of each.entries()) {
      const [h, v] = [horizontal[i]!, vertical[i]!];
      const blocks = columns * h * rows * v;
      if (blocks > MAX_BLOCKS) throw new DamagedData(`${width}×${height} pixels exceed the pixel limit`);
      components.set(id!, {
        width: Math.ceil(Math.ceil((width * h) / mostAcross) / 8),
        height: Math.ceil(Math.ceil((height * v) / mostDown) / 8),
        paddedWidth: columns * h,
        horizontal: h,
        vertical: v,
        quantum: undefined,
        known: marker === PROGRESSIVE ? new Uint8Array(64 * blocks) : undefined,
        table: table!,
      });
    }
    this.frame = { marker, columns, rows, components, precision: segment[0]! };
  }

  private readTables(segment: Uint8Array): void {
    for (let at = 0; at + 17 <= segment.length;) {
      const counts = segment.subarray(at + 1, at + 17);
      const size = counts.reduce((sum, count) => sum + count, 0);
      this.tables.set(segment[at]!, new HuffmanTable(counts, segment.subarray(at + 17, at + 17 + size)));
      at += 17 + size;
    }
  }

  /** The first of each table, the DC's. */
  private readQuanta(segment: Uint8Array): void {
    for (let at = 0; at < segment.length;) {
      const isWide = segment[at]! >> 4 > 0;
      this.quanta.set(segment[at]! & 15, isWide ? (segment[at + 1]! << 8) | segment[at + 2]! : segment[at + 1]!);
      at += 1 + (isWide ? 128 : 64);
    }
  }

  private readJfif(segment: Uint8Array, at: number): void {
    if (segment.length >= 14 && startsWith(segment, 'JFIF\0') && segment[5] !== 1)
      this.changes.push({ at: at + 5, value: 1 });
  }

  private readAdobe(segment: Uint8Array, at: number): void {
    if (segment.length >= 12 && startsWith(segment, 'Adobe')) this.adobe = at + 11;
  }

  /** undefined for a frame that is not walked through. */
  private readScanHeader(segment: Uint8Array, at: number): Scan | undefined {
    const { frame } = this;
    if (!frame) throw new DamagedData('a scan without a frame');
    if (!isWalked(frame.marker) || frame.rows === 0) return undefined;
    const count = segment[0] ?? 0;
    if (segment.length < 4 + 2 * count || count === 0) throw new DamagedData('the scan header is cut short');
    const progressive = frame.marker === PROGRESSIVE;
    const last = 1 + 2 * count;
    if (!progressive) {
      [0, 63, 0].forEach((value, i) => {
        if (segment[last + i] !== value) this.changes.push({ at: at + last + i, value });
      });
    }
    const [start, end, approximation] = progressive ? segment.subarray(last, last + 3) : [0, 63, 0];
    const [high, low] = [approximation! >> 4, approximation! & 15];
    const components = Array.from({ length: count }, (_, i) => {
      const [id, tables] = segment.subarray(1 + 2 * i, 3 + 2 * i);
      const component = frame.components.get(id!);
      if (!component) throw new DamagedData('a scan of a component that the frame lacks');
      component.quantum = frame.precision === 8 ? this.quanta.get(component.table) : undefined;
      return { component, dc: this.tables.get(tables! >> 4), ac: this.tables.get(16 + (tables! & 15)) };
    });
    const needsDc = start === 0 && high === 0;
    const needsAc = !progressive || start! > 0;
    if (components.some(({ dc, ac }) => (needsDc && !dc) || (needsAc && !ac)))
      throw new DamagedData('a scan without its Huffman tables');
    if (start! > end! || end! > 63 || (progressive && start! > 0 && count > 1))
      throw new DamagedData('a scan of impossible coefficients');
    const { columns, rows } = frame;
    const { restartInterval } = this;
    return { components, progressive, start: start!, end: end!, high, low, columns, rows, restartInterval };
  }
}

const startsWith = (bytes: Uint8Array, text: string) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, text.length)).toString('latin1') === text;
