// One scan of a JPEG, read without making coefficients of it: whether its data are what its blocks need, no less and no more. ITU-T T.81,
// figures F.12 to F.15 (sequential) and G.2 to G.7 (progressive). libjpeg goes on at most of what is refused here, and without a word where
// coefficients run past a block's end.
import { DamagedData, HuffmanData, type HuffmanTable } from './huffman-data.js';

const BLOCK = 64;
/** Of a grey level's 8 bits a block's DC is 1,024 at most; some encoders overshoot edges. */
const LARGEST_DC = 1536;

export interface Component {
  /** Of blocks in its own scan, and in a scan of several components, which fill whole MCUs. */
  width: number;
  height: number;
  paddedWidth: number;
  horizontal: number;
  vertical: number;
  /** Of its DC, for images of 8 bits. */
  quantum: number | undefined;
  /** Progressive alone, [blocks, 64]: 1 where a coefficient is not 0 so far. */
  known: Uint8Array | undefined;
}

export interface Scan {
  components: readonly { component: Component; dc: HuffmanTable | undefined; ac: HuffmanTable | undefined }[];
  progressive: boolean;
  /** Coefficients [start, end], and the bit that successive approximation begins and ends with. */
  start: number;
  end: number;
  high: number;
  low: number;
  /** MCUs across and down, of a scan of several components. */
  columns: number;
  rows: number;
  restartInterval: number;
}

/** The byte behind the scan's data. @throws DamagedData */
export function readScan(bytes: Uint8Array, at: number, scan: Scan): number {
  let data = new HuffmanData(bytes, at);
  const state = { predictions: scan.components.map(() => 0), run: 0 };
  const single = scan.components.length === 1 ? scan.components[0]!.component : undefined;
  const columns = single ? single.width : scan.columns;
  const units = columns * (single ? single.height : scan.rows);
  for (let unit = 0; unit < units; unit++) {
    if (scan.restartInterval > 0 && unit > 0 && unit % scan.restartInterval === 0) {
      if (state.run > 0) throw new DamagedData('a run of blocks goes on past a restart');
      data = new HuffmanData(bytes, afterRestart(bytes, data.next, (unit / scan.restartInterval - 1) % 8));
      state.predictions.fill(0);
    }
    const [x, y] = [unit % columns, Math.floor(unit / columns)];
    if (single) block(data, scan, 0, y * single.paddedWidth + x, state);
    else {
      for (let i = 0; i < scan.components.length; i++) {
        const { horizontal, vertical, paddedWidth } = scan.components[i]!.component;
        for (let v = 0; v < vertical; v++)
          for (let h = 0; h < horizontal; h++)
            block(data, scan, i, (y * vertical + v) * paddedWidth + x * horizontal + h, state);
      }
    }
    if (data.isPast) throw new DamagedData('its data end before its last pixel');
  }
  if (state.run > 0) throw new DamagedData('a run of blocks goes on past the last one');
  return data.next;
}

interface State {
  predictions: number[];
  /** Blocks to come of which no coefficient is new (EOBRUN). */
  run: number;
}

function block(data: HuffmanData, scan: Scan, i: number, index: number, state: State): void {
  const { dc, ac, component } = scan.components[i]!;
  if (!scan.progressive) {
    readDc(data, dc!, component, 0, i, state);
    data.skipAc(ac!);
  } else if (scan.start === 0) {
    if (scan.high === 0) readDc(data, dc!, component, scan.low, i, state);
    else data.bits(1);
  } else if (scan.high === 0) firstAc(data, ac!, scan, component.known!, BLOCK * index, state);
  else refineAc(data, ac!, scan, component.known!, BLOCK * index, state);
}

/** Figure F.12, with a look at where the value gets to. */
function readDc(
  data: HuffmanData,
  table: HuffmanTable,
  { quantum }: Component,
  low: number,
  i: number,
  { predictions }: State,
): void {
  const size = data.symbol(table);
  if (size > (quantum === undefined ? 15 : 11)) throw new DamagedData('a difference that is too large');
  if (size === 0) return;
  const value = data.bits(size);
  predictions[i]! += value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  if (quantum !== undefined && Math.abs(predictions[i]! << low) * quantum > LARGEST_DC + quantum)
    throw new DamagedData('brightness that no picture has');
}

/** Figure G.3. */
function firstAc(
  data: HuffmanData,
  table: HuffmanTable,
  { start, end }: Scan,
  known: Uint8Array,
  at: number,
  state: State,
): void {
  if (state.run > 0) {
    state.run--;
    return;
  }
  for (let k = start; k <= end; k++) {
    const symbol = data.symbol(table);
    const [zeros, size] = [symbol >> 4, symbol & 15];
    if (size === 0 && zeros < 15) {
      state.run = 2 ** zeros - 1 + data.bits(zeros);
      return;
    }
    k += zeros;
    if (k > end) throw new DamagedData('coefficients past the end of a block');
    if (size === 0) continue;
    data.bits(size);
    known[at + k] = 1;
  }
}

/** Figure G.7. */
function refineAc(
  data: HuffmanData,
  table: HuffmanTable,
  { start, end }: Scan,
  known: Uint8Array,
  at: number,
  state: State,
): void {
  let k = start;
  if (state.run === 0) {
    for (; k <= end; k++) {
      const symbol = data.symbol(table);
      let zeros = symbol >> 4;
      const size = symbol & 15;
      if (size > 1) throw new DamagedData('a refinement of more than one bit');
      if (size === 1) data.bits(1);
      else if (zeros < 15) {
        state.run = 2 ** zeros + data.bits(zeros);
        break;
      }
      for (; k <= end; k++) {
        if (known[at + k]) data.bits(1);
        else if (zeros-- === 0) break;
      }
      if (size === 0) continue;
      if (k > end) throw new DamagedData('coefficients past the end of a block');
      known[at + k] = 1;
    }
  }
  if (state.run > 0) {
    for (; k <= end; k++) if (known[at + k]) data.bits(1);
    state.run--;
  }
}

/** The byte behind the restart marker with the number. */
function afterRestart(bytes: Uint8Array, at: number, number: number): number {
  let next = at;
  while (bytes[next] === 0xff && bytes[next + 1] === 0xff) next++;
  if (bytes[next] !== 0xff || bytes[next + 1] !== 0xd0 + number)
    throw new DamagedData(`restart marker ${number} is not where its data end`);
  return next + 2;
}
