// A sound recogniser damaged in many ways, each of which must be refused in one sentence that names the file.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { noiseImages, pickModel, temporaryFolder } from './tiny-models.js';
import { TeacherError } from '../src/errors.js';
import { decodeModel, encodeModel, type OnnxModel } from '../src/onnx/schema.js';
import { addIResNet } from '../src/stand-in/iresnet.js';
import { LayerGraph } from '../src/stand-in/layer-graph.js';
import { loadTeacher } from '../src/recognition/load-teacher.js';

/** A small IResNet, of some 70 layers' and weights' structure. */
const graph = new LayerGraph(1);
const stages = [
  [8, 2],
  [8, 2],
  [8, 2],
  [8, 2],
] as const;
addIResNet(graph, { stem: 8, stages }, { input: 'input', output: 'embedding', side: 112, embeddingSize: 16 });
const WHOLE = encodeModel(graph.finish([['input', 'N', 3, 112, 112]], [['embedding', 'N', 16]]));

function changed(change: (graph: OnnxModel['graph'], at: number) => void, at: number): Uint8Array {
  const model = decodeModel(WHOLE);
  change(model.graph, at);
  return encodeModel(model);
}

/** Each damages a sound model for good; `at` says where. */
const DAMAGES: Record<string, (at: number) => Uint8Array> = {
  'cut short': (at) => WHOLE.subarray(0, Math.floor((WHOLE.length * (at + 0.5)) / 60)),
  'begins with zeros': (at) => Uint8Array.from(WHOLE).fill(0, 0, at + 1),
  'begins with noise': (at) => Uint8Array.from(WHOLE, (byte, i) => (i < 40 ? (byte * 31 + at + i) & 255 : byte)),
  'lacks a weight': (at) => changed((graph) => graph.initializer.splice(at * 3, 1), at),
  'has a weight of another length': (at) =>
    changed((graph) => (graph.initializer[at]!.raw_data = graph.initializer[at]!.raw_data.subarray(4)), at),
  'has a weight of another shape': (at) =>
    changed((graph) => (graph.initializer[at]!.dims = [7, ...graph.initializer[at]!.dims]), at),
  'has an unknown operator': (at) => changed((graph) => (graph.node[at * 2]!.op_type = `NoSuch${at}`), at),
  'has an unconnected layer': (at) => changed((graph) => (graph.node[at]!.input[0] = 'nowhere'), at),
  'has a loop': (at) => changed((graph) => (graph.node[at]!.input[0] = graph.node[at + 5]!.output[0]!), at),
};
/** How many of a kind there are. */
const COUNTS: Record<string, number> = { 'cut short': 60, 'begins with zeros': 20, 'begins with noise': 20 };
const FEW = 17; // of the others: each costs onnxruntime a thread

export const damagesOf = (kind: string) => Array.from({ length: COUNTS[kind] ?? FEW }, (_, at) => ({ kind, at }));
export const KINDS = Object.keys(DAMAGES);

/** Loads each of them, two at a time, beside a teacher that goes on; how many there were. */
export async function refuseAll(damages: readonly { kind: string; at: number }[]): Promise<number> {
  const folder = await temporaryFolder();
  const sound = join(folder, 'sound.onnx');
  await writeFile(sound, encodeModel(pickModel({ picks: [{ row: 1, column: 2, channel: 0 }] })));
  const teacher = await loadTeacher({ model: sound });
  const before = await teacher.embed(noiseImages(2));
  const refused = async ({ kind, at }: { kind: string; at: number }, file: number) => {
    const path = join(folder, `damaged-${file}.onnx`);
    await writeFile(path, DAMAGES[kind]!(at));
    const error = await loadTeacher({ model: path, batchSize: 1, threads: 1 }).then(
      (loaded) => loaded.close(),
      (reason: unknown) => reason,
    );
    expect(error, `${kind} at ${at}`).toBeInstanceOf(TeacherError);
    expect((error as Error).message).toContain(path);
    expect((error as Error).message).not.toContain('\n');
  };
  for (let i = 0; i < damages.length; i += 2)
    await Promise.all(damages.slice(i, i + 2).map((damage, k) => refused(damage, i + k)));
  expect(await teacher.embed(noiseImages(2))).toEqual(before);
  await teacher.close();
  return damages.length;
}
