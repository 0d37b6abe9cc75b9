// JPEGs with a part of their data wiped: decoders that read on give another picture for them.

export interface Hole {
  /** Where it begins, from 0 at the beginning of the first scan to 1 at the end of the file. */
  at: number;
  bytes: number;
  fill: number;
}

/** undefined where it would lie outside the data. */
export function withHole(jpeg: Buffer, { at, bytes, fill }: Hole): Buffer | undefined {
  const scan = jpeg.indexOf(Buffer.of(0xff, 0xda)) + 14;
  const start = scan + Math.floor(at * (jpeg.length - 2 - scan));
  if (start + bytes > jpeg.length - 2) return undefined;
  const damaged = Buffer.from(jpeg);
  damaged.fill(fill, start, start + bytes);
  return damaged;
}
