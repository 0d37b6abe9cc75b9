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

test('tags are named as TensorBoard groups and writes them', async () => {
  const folder = await temporaryFolder();
  const writer = await TensorBoardWriter.create(folder);
  await writer.scalars(1, { gradientNorm: 1, imagesPerSecond: 2, 'validation.cosine': 3, 'operator.closedForm': 4 });
  await writer.close();
  const [name] = await readdir(folder);
  const scalars = recordsOf(await readFile(join(folder, name!)))
    .at(-1)!
    .toString('latin1');
  for (const tag of ['gradient_norm', 'images_per_second', 'validation/cosine', 'operator/closed_form'])
    expect(scalars).toContain(String.fromCharCode(tag.length) + tag);
});

test('the pictures and hyperparameters are Summary messages that TensorBoard shows', async () => {
  const folder = await temporaryFolder();
  const writer = await TensorBoardWriter.create(folder);
  await writer.hyperparameters({ rate: 0.5, name: 'x', on: true });
  const png = Buffer.concat([
    Buffer.from('89504e470d0a1a0a0000000d49484452' + '00000003' + '00000002' + '0806000000', 'hex'), // 3 × 2, RGBA
    Buffer.from('rest'),
  ]);
  await writer.image(5, 'report/flow', png);
  await writer.close('failed');
  const [name] = await readdir(folder);
  const [, , start, image, end] = recordsOf(await readFile(join(folder, name!)));
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const plain = (record: Buffer | undefined) => record!.subarray(9).toString('hex');
  // hparams' plugin_data.proto: version 1, session_start_info 3 {hparams 1: map to struct.proto's Value}, session_end_info 4 {status 1}.
  const setting = (key: string, value: string) => {
    const entry = `0a${(key.length + 0x100).toString(16).slice(1)}${hex(key)}12${(value.length / 2 + 0x100).toString(16).slice(1)}${value}`;
    return `0a${(entry.length / 2 + 0x100).toString(16).slice(1)}${entry}`;
  };
  for (const content of [
    hex('_hparams_/session_start_info'),
    `0a07${hex('hparams')}`, // plugin_name
    setting('rate', '11' + '000000000000e03f'),
    setting('name', '1a01' + hex('x')),
    setting('on', '2001'),
  ])
    expect(plain(start)).toContain(content);
  // Summary.Image: height 1, width 2, colorspace 3, encoded_image_string 4.
  const picture = `0802` + `1003` + `1804` + `22${png.length.toString(16)}${png.toString('hex')}`;
  expect(plain(image)).toContain(`0a0b${hex('report/flow')}22${(picture.length / 2).toString(16)}${picture}`);
  expect(plain(end)).toContain(hex('_hparams_/session_end_info'));
  expect(plain(end)).toContain('220b' + '0802'); // 11 bytes, of which status FAILURE
});

test('what is no PNG is refused', async () => {
  const writer = await TensorBoardWriter.create(await temporaryFolder());
  await expect(writer.image(1, 'x', Buffer.from('GIF89a'))).rejects.toThrow('expected a PNG');
  await writer.close();
});
