import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/toy.js';
import { TensorBoardWriter } from './tensorboard.js';

/** CRC-32C bit by bit (RFC 3720 appendix B.4: reflected polynomial 0x82f63b78), masked as TFRecord does. */
function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  crc = ~crc >>> 0;
  return ((((crc >>> 15) | (crc << 17)) >>> 0) + 0xa282ead8) >>> 0;
}

/** The records of an event file, their checksums checked. */
function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

test('the file is TFRecords of Event messages that TensorBoard reads', async () => {
  const folder = await temporaryFolder();
  const writer = await TensorBoardWriter.create(folder, { firstStep: 3 });
  await writer.scalars(4, { loss: 0.5 });
  await writer.close();
  const [name] = await readdir(folder);
  expect(name).toMatch(/^events\.out\.tfevents\.\d+\./);
  const [version, start, scalars] = recordsOf(await readFile(join(folder, name!)));

  // Protobuf by hand: tag = field << 3 | wire type; event.proto: wall_time 1 (double), step 2, file_version 3, summary 5, session_log 7.
  const afterWallTime = (record: Buffer | undefined) => {
    expect(record![0]).toBe((1 << 3) | 1);
    return record!.subarray(9).toString('hex');
  };
  expect(afterWallTime(version)).toBe('1a0d' + Buffer.from('brain.Event:2').toString('hex'));
  expect(afterWallTime(start)).toBe('1003' + '3a020801'); // step 3, SessionLog.START: what was logged from step 3 on is void
  expect(afterWallTime(scalars)).toBe(
    '1004' + '2a0d' + '0a0b' + '0a04' + Buffer.from('loss').toString('hex') + '15' + '0000003f',
  );
});
