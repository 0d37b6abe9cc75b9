// Of which steps TensorBoard shows a loss: those that were logged, without what a later session's start makes void.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Summary.Value's tag, field 1. */
const LOSS = Buffer.from('\n\x04loss');

/** TensorBoard's rule (event_accumulator.py): a SessionLog.START of step s purges what was read before it of steps ≥ s. */
export async function shownSteps(folder: string): Promise<number[]> {
  let steps: number[] = [];
  const names = (await readdir(folder)).filter((name) => name.startsWith('events.out.tfevents.')).sort();
  for (const name of names) {
    for (const { step, isStart, hasLoss } of eventsOf(await readFile(join(folder, name)))) {
      if (isStart) steps = steps.filter((shown) => shown < step);
      if (hasLoss) steps.push(step);
    }
  }
  return steps;
}

/** TFRecords: u64 length, its checksum, an Event, its checksum. */
function* eventsOf(file: Buffer) {
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    yield fieldsOf(file.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
}

/** Event: wall_time 1 (double), step 2 (varint), file_version 3, summary 5, session_log 7. */
function fieldsOf(event: Buffer) {
  let [step, isStart] = [0, false];
  for (let at = 0; at < event.length;) {
    const [field, type] = [event[at]! >> 3, event[at]! & 7];
    at++;
    if (type === 1) at += 8;
    else {
      let [value, shift] = [0, 0];
      for (;;) {
        const byte = event[at++]!;
        value += (byte & 127) * 2 ** shift;
        shift += 7;
        if (byte < 128) break;
      }
      if (field === 2) step = value;
      isStart ||= field === 7;
      if (type === 2) at += value;
    }
  }
  return { step, isStart, hasLoss: event.includes(LOSS) };
}
