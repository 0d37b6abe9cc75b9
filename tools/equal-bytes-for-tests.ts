// Buffers and typed arrays of the same bytes are equal at once: expect would compare their elements one by one, at 5 µs each, which is
// seconds for a checkpoint. Where bytes differ, it still does, and says where.
import { expect } from 'vitest';

expect.addEqualityTesters([haveEqualBytes]);

function haveEqualBytes(a: unknown, b: unknown): true | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return;
  return bytesOf(a).equals(bytesOf(b)) || undefined;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);
