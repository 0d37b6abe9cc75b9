// A Python wheel written by hand: a zip (PKWARE APPNOTE 4.3) whose RECORD lists every file with its SHA-256 and size (PEP 427).
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';

const RECORD = 'tensorflow_cpu-2.21.0.dist-info/RECORD';

export interface WheelOptions {
  /** Changes RECORD before it is written; returning undefined leaves it out. */
  record?: (text: string) => string | undefined;
  /** Changes the finished bytes. */
  damage?: (bytes: Buffer) => Buffer;
}

export async function writeWheel(
  path: string,
  files: Record<string, Buffer>,
  { record = (text) => text, damage = (bytes) => bytes }: WheelOptions = {},
): Promise<void> {
  const lines = Object.entries(files).map(([name, bytes]) => {
    const hash = createHash('sha256').update(bytes).digest('base64url');
    return `${name},sha256=${hash},${bytes.length}`;
  });
  const text = record([...lines, `${RECORD},,`, ''].join('\n'));
  await writeFile(path, damage(zip(text === undefined ? files : { ...files, [RECORD]: Buffer.from(text) })));
}

export function zip(files: Record<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [path, bytes] of Object.entries(files)) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26); // from "version needed" to "extra length", the same in both headers
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const tail = Buffer.alloc(14); // comment length to local offset
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(centrals.length, 8);
  end.writeUInt16LE(centrals.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
