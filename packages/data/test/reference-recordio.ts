// RecordIO and its image records once more, byte by byte and in plain arithmetic: what the own reader and writer are held against.
// Framing after dmlc-core src/recordio.cc, image header after mxnet python/mxnet/recordio.py (struct 'IfQQ').

const MAGIC = [0x0a, 0x23, 0xd7, 0xce];

const u32 = (value: number) => [0, 8, 16, 24].map((shift) => Math.floor(value / 2 ** shift) % 256);
const isMagic = (bytes: ArrayLike<number>, at: number) => MAGIC.every((byte, i) => bytes[at + i] === byte);

/** One record. */
export function referenceFrame(payload: ArrayLike<number>): number[] {
  const parts: number[][] = [[]];
  for (let at = 0; at < payload.length;) {
    if (at % 4 === 0 && payload[at] === MAGIC[0] && isMagic(payload, at)) {
      parts.push([]);
      at += 4;
    } else {
      parts.at(-1)!.push(payload[at++]!);
    }
  }
  return parts.flatMap((part, i) => {
    const flag = parts.length === 1 ? 0 : i === 0 ? 1 : i === parts.length - 1 ? 3 : 2;
    const padding = Array<number>((4 - (part.length % 4)) % 4).fill(0);
    return [...MAGIC, ...u32(flag * 2 ** 29 + part.length), ...part, ...padding];
  });
}

/** The payloads of a whole file and where their records begin. */
export function referenceRead(file: Uint8Array): { offset: number; payload: number[] }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: { offset: number; payload: number[] }[] = [];
  for (let at = 0; at < file.length;) {
    if (!isMagic(file, at)) throw new Error(`no magic at ${at}`);
    const word = view.getUint32(at + 4, true);
    const [flag, length] = [Math.floor(word / 2 ** 29), word % 2 ** 29];
    const data = [...file.subarray(at + 8, at + 8 + length)];
    if (flag === 0 || flag === 1) records.push({ offset: at, payload: data });
    else records.at(-1)!.payload.push(...MAGIC, ...data);
    at += 8 + length + ((4 - (length % 4)) % 4);
  }
  return records;
}

/** The payload of the record that begins at `offset`, or undefined where there is none. */
export function referenceReadAt(file: Uint8Array, offset: number): number[] | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const payload: number[] = [];
  for (let at = offset, part = 0; at + 8 <= file.length && isMagic(file, at); part++) {
    const word = view.getUint32(at + 4, true);
    const [flag, length] = [Math.floor(word / 2 ** 29), word % 2 ** 29];
    if ((part === 0) !== flag < 2 || flag > 3 || at + 8 + length > file.length) return undefined;
    payload.push(...(part > 0 ? MAGIC : []), ...file.subarray(at + 8, at + 8 + length));
    if (flag === 0 || flag === 3) return payload;
    at += 8 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

/** An image record's bytes: a number as label is kept in the header (flag 0), a list after it. */
export function referencePack(label: number | readonly number[], id: number, image: Iterable<number> = []): number[] {
  const labels = typeof label === 'number' ? [] : label;
  const header = new DataView(new ArrayBuffer(24 + 4 * labels.length));
  header.setUint32(0, labels.length, true);
  header.setFloat32(4, typeof label === 'number' ? label : 0, true);
  header.setBigUint64(8, BigInt(id), true);
  labels.forEach((value, i) => header.setFloat32(24 + 4 * i, value, true));
  return [...new Uint8Array(header.buffer), ...image];
}

/** [flag, first label, labels…, id] and the image of an image record. */
export function referenceUnpack(payload: readonly number[]): {
  flag: number;
  labels: number[];
  id: number;
  image: number[];
} {
  const view = new DataView(Uint8Array.from(payload).buffer);
  const flag = view.getUint32(0, true);
  const labels =
    flag === 0 ? [view.getFloat32(4, true)] : Array.from({ length: flag }, (_, i) => view.getFloat32(24 + 4 * i, true));
  return { flag, labels, id: Number(view.getBigUint64(8, true)), image: payload.slice(24 + 4 * flag) };
}
