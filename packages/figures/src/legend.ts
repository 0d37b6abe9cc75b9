// Names of series above a plot, in as many rows as they need, and where the plot may begin below them.
import type { ChartOption } from './figure.js';

export interface LegendPlace {
  /** Of the first row. */
  top: number;
  /** Room from left to right. */
  width: number;
  /** Default: each row is centred in the figure. */
  left?: number;
  fontSize?: number;
  /** Between names. */
  gap: number;
}

export interface Legend {
  option: ChartOption['legend'];
  /** How much lower than with one row everything below has to begin. */
  extra: number;
}

const SYMBOL = 35; // width of a series' symbol and what is left beside it
const ROW = 20;

/** A letter of DejaVu Sans is this wide on average, relative to its size: 0.52 in plain English, 0.54 in bold, and some reserve. */
const LETTER = 0.58;

/** An estimate from above. */
export const textWidth = (text: string, fontSize: number): number => LETTER * fontSize * text.length;

export function legendOf(names: readonly string[], { top, width, left, fontSize = 12, gap }: LegendPlace): Legend {
  const rows: string[][] = [[]];
  let used = 0;
  for (const name of names) {
    const own = SYMBOL + textWidth(name, fontSize);
    if (used > 0 && used + gap + own > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(name);
    used += own + (used > 0 ? gap : 0);
  }
  return {
    option: rows.map((row, i) => ({
      top: top + i * ROW,
      ...(left !== undefined && { left }),
      itemGap: gap,
      textStyle: { fontSize, width: width - SYMBOL, overflow: 'truncate' as const },
      data: row,
    })),
    extra: (rows.length - 1) * ROW,
  };
}
