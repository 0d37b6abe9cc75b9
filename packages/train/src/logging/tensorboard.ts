// TensorBoard event files: TFRecord framing (u64 length | masked crc32c of it | Event | masked crc32c of that;
// tensorflow/core/lib/io/record_writer.h) around the Event message of tensorflow/core/util/event.proto.
import { open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import protobuf from 'protobufjs';
import type { LogOutcome, Logger } from './logger.js';

const { root } = protobuf.parse(
  `
    syntax = "proto3";
    message PluginData { string plugin_name = 1; bytes content = 2; }
    message Metadata { PluginData plugin_data = 1; }
    message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
    message Value { string tag = 1; oneof value { float simple_value = 2; Image image = 4; } Metadata metadata = 9; }
    message Summary { repeated Value value = 1; }
    message SessionLog { int32 status = 1; }
    message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }

    message Setting { oneof kind { double number_value = 2; string string_value = 3; bool boolean_value = 4; } }
    message SessionStart { map<string, Setting> hparams = 1; double start_time_secs = 5; }
    message SessionEnd { int32 status = 1; double end_time_secs = 2; }
    message HParams { int32 version = 1; SessionStart session_start_info = 3; SessionEnd session_end_info = 4; }
  `,
  { keepCase: true },
);
const Event = root.lookupType('Event');
/** tensorboard/plugins/hparams/plugin_data.proto; its tags are in metadata.py beside it. */
const HParams = root.lookupType('HParams');
const END_STATUS = { finished: 1, interrupted: 2, failed: 2 } as const;

const SESSION_START = 1;
const CRC_MASK_DELTA = 0xa282ead8;

/**
 * Writes scalars, images and hyperparameters as a TensorBoard event file (https://www.tensorflow.org/tensorboard), one file for each
 * process; a resumed run adds a file of its own, whose start hides what an earlier file logged from that step on.
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
export class TensorBoardWriter implements Logger {
  private hasHyperparameters = false;

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

  /** For the page HPARAMS. */
  async hyperparameters(values: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    this.hasHyperparameters = true;
    const hparams = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { [`${typeof value}_value`]: value }]),
    );
    await this.writeHParams('session_start_info', { hparams, start_time_secs: Date.now() / 1000 });
  }

  /** Names as TensorBoard has them: dots become slashes, by which it groups, and capitals underscores: `operator/closed_form`. */
  async scalars(step: number, values: Readonly<Record<string, number>>): Promise<void> {
    await this.write({
      step,
      summary: {
        value: Object.entries(values).map(([name, value]) => ({ tag: tagOf(name), simple_value: value })),
      },
    });
  }

  /** @throws RangeError for bytes that are no PNG. */
  async image(step: number, name: string, png: Uint8Array): Promise<void> {
    const image = { ...sizeOfPng(png), encoded_image_string: png };
    await this.write({ step, summary: { value: [{ tag: name, image }] } });
  }

  async close(outcome: LogOutcome = 'finished'): Promise<void> {
    if (this.hasHyperparameters)
      await this.writeHParams('session_end_info', { status: END_STATUS[outcome], end_time_secs: Date.now() / 1000 });
    await this.file.close();
  }

  private async writeHParams(kind: 'session_start_info' | 'session_end_info', info: object): Promise<void> {
    const content = HParams.encode(HParams.fromObject({ [kind]: info })).finish();
    const metadata = { plugin_data: { plugin_name: 'hparams', content } };
    await this.write({ summary: { value: [{ tag: `_hparams_/${kind}`, metadata }] } });
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

const tagOf = (name: string) => name.replaceAll('.', '/').replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Channels by PNG's type of colour (w3.org/TR/png, IHDR): what TensorBoard calls the colour space. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

function sizeOfPng(png: Uint8Array): { width: number; height: number; colorspace: number } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (bytes.length < 26 || !bytes.subarray(0, 8).equals(PNG))
    throw new RangeError('TensorBoardWriter.image: expected a PNG.');
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), colorspace: CHANNELS[bytes[25]!] ?? 3 };
}
