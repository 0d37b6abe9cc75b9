// TensorBoard event files: TFRecord framing (u64 length | masked crc32c of it | Event | masked crc32c of that;
// tensorflow/core/lib/io/record_writer.h) around the Event message of tensorflow/core/util/event.proto.
import { open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import protobuf from 'protobufjs';

const Event = protobuf
  .parse(
    `
    syntax = "proto3";
    message Value { string tag = 1; float simple_value = 2; }
    message Summary { repeated Value value = 1; }
    message SessionLog { int32 status = 1; }
    message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
  `,
    { keepCase: true },
  )
  .root.lookupType('Event');

const SESSION_START = 1;
const CRC_MASK_DELTA = 0xa282ead8;

/**
 * Writes scalars as a TensorBoard event file (https://www.tensorflow.org/tensorboard), one file for each process; a resumed run adds a file
 * of its own, whose start hides what an earlier file logged from that step on.
 * @example
 * ```ts
 * import { mkdtemp, readdir } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { TensorBoardWriter } from '@lin/train';
 *
 * const folder = await mkdtemp(`${tmpdir()}/`);
 * const writer = await TensorBoardWriter.create(folder);
 * await writer.scalars(1, { loss: 0.5 });
 * await writer.close();
 * const [file] = await readdir(folder); // show it with: tensorboard --logdir folder
 * console.log(file!.startsWith('events.out.tfevents.'));
 * ```
 * ```text
 * true
 * ```
 */
export class TensorBoardWriter {
  private constructor(private readonly file: FileHandle) {}

  /** `firstStep`: the step that is logged next. */
  static async create(folder: string, { firstStep = 0 }: { firstStep?: number } = {}): Promise<TensorBoardWriter> {
    const seconds = Math.floor(Date.now() / 1000);
    const file = await open(join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`), 'a');
    const writer = new TensorBoardWriter(file);
    await writer.write({ file_version: 'brain.Event:2' });
    await writer.write({ step: firstStep, session_log: { status: SESSION_START } });
    return writer;
  }

  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    await this.write({
      step,
      summary: { value: Object.entries(values).map(([tag, value]) => ({ tag, simple_value: value })) },
    });
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async write(event: object): Promise<void> {
    await this.file.appendFile(frame(Event.encode(Event.create({ wall_time: Date.now() / 1000, ...event })).finish()));
  }
}

function frame(data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, maskedCrc(length), data, maskedCrc(data)]);
}

function maskedCrc(data: Uint8Array): Buffer {
  const crc = crc32c(Buffer.from(data));
  const masked = (((crc >>> 15) | (crc << 17)) + CRC_MASK_DELTA) >>> 0;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(masked);
  return bytes;
}
