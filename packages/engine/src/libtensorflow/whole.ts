// Whether a shared library is as long as its own headers say. The loader maps what is missing of a cut one, and the process ends by SIGBUS
// as soon as it is read. ELF: System V ABI, chapter 4; Mach-O: <mach-o/loader.h>.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const ELF = 0x464c457f; // '\x7fELF'
const MACH_O_64 = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const MOST_HEADER_BYTES = 1 << 20; // TensorFlow's take some kB

/** undefined, or what is missing: "it ends after 1000 bytes of 2000". Of other formats, and of what is no library, the loader speaks. */
export function cutShort(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = read(file, 0, 64);
    if (head.length < 64) return undefined;
    const magic = head.readUInt32LE(0);
    const needed = magic === ELF ? endOfElf(file, head) : magic === MACH_O_64 ? endOfMachO(file, head) : 0;
    return needed > size ? `it ends after ${size} bytes of ${needed}` : undefined;
  } finally {
    closeSync(file);
  }
}

/** Of the last segment that is loaded, or of the table of sections, which linkers write last. */
function endOfElf(file: number, head: Buffer): number {
  const is64 = head[4] === 2;
  const isLittleEndian = head[5] === 1;
  if (!is64 || !isLittleEndian) return 0; // no system that TensorFlow is built for
  const programs = { at: int64(head, 0x20), size: head.readUInt16LE(0x36), count: head.readUInt16LE(0x38) };
  const sections = { at: int64(head, 0x28), size: head.readUInt16LE(0x3a), count: head.readUInt16LE(0x3c) };
  const table = read(file, programs.at, Math.min(programs.size * programs.count, MOST_HEADER_BYTES));
  let end = Math.max(programs.at + programs.size * programs.count, sections.at + sections.size * sections.count);
  for (let at = 0; at + 0x28 <= table.length && programs.size > 0; at += programs.size) {
    end = Math.max(end, int64(table, at + 0x08) + int64(table, at + 0x20));
  }
  return end;
}

function endOfMachO(file: number, head: Buffer): number {
  const commands = read(file, 32, Math.min(head.readUInt32LE(20), MOST_HEADER_BYTES));
  let end = 0;
  for (let at = 0; at + 56 <= commands.length;) {
    if (commands.readUInt32LE(at) === LC_SEGMENT_64)
      end = Math.max(end, int64(commands, at + 40) + int64(commands, at + 48));
    at += Math.max(8, commands.readUInt32LE(at + 4));
  }
  return end;
}

const int64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** Fewer bytes where the file ends. */
function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, length ? readSync(file, bytes, 0, length, position) : 0);
}
