// Images per second of Teacher.embed beside Python's onnxruntime on the same file, round after round in turn, and how late the caller's
// timers are meanwhile.
// The model is the stand-in of w600k_r50.onnx's shape (IResNet-50); name another ONNX file as the first argument. --batch 16, --rounds 6,
// --runs 3.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureEmbedding } from '../src/recognition/measure-embedding.js';
import { loadTeacher } from '../src/index.js';
import { writeStandInRecogniser } from '../src/stand-in.js';
import { Peer } from './peer.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '6' },
    runs: { type: 'string', default: '3' },
  },
});
const [batch, rounds, runs] = [values.batch, values.rounds, values.runs].map(Number) as [number, number, number];
const threads = availableParallelism();
const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

const folder = await mkdtemp(join(tmpdir(), 'lin-teacher-bench-'));
try {
  const model = positionals[0] ?? join(folder, 'iresnet50.onnx');
  if (!positionals[0]) await writeStandInRecogniser(model, { network: 'iresnet50' });
  const teacher = await loadTeacher({ model, batchSize: batch, threads });
  const peer = await Peer.start(model, threads);
  console.error(
    `${basename(model)}, batch ${batch}, ${threads} threads, ${rounds} rounds of ${runs} ` +
      `runs${peer ? `, in turn with Python's ${peer.name}` : '. For a peer beside it: pip install onnxruntime numpy'}`,
  );
  const [own, theirs, slips]: number[][] = [[], [], []] as never;
  for (let round = 0; round < rounds; round++) {
    const isFirst = round % 2 === 0; // neither is always the one after the other
    if (peer && !isFirst) theirs!.push(await peer.round(batch, runs));
    const { imagesPerSecond, maxSlipMs } = await measureEmbedding(teacher, { batch, runs });
    own!.push(imagesPerSecond);
    slips!.push(maxSlipMs);
    if (peer && isFirst) theirs!.push(await peer.round(batch, runs));
    console.error(
      `  ${imagesPerSecond.toFixed(2)} images/s${peer ? `, Python ${theirs!.at(-1)!.toFixed(2)}` : ''}, ` +
        `timers at most ${maxSlipMs.toFixed(1)} ms late`,
    );
  }
  peer?.stop();
  await teacher.close();
  const result = {
    bench: 'teacher',
    model: basename(model),
    batch,
    threads,
    node: process.version,
    peer: peer?.name ?? null,
    embed: {
      imgPerS: median(own!),
      peerImgPerS: peer ? median(theirs!) : null,
      ratioToPeer: peer ? median(own!.map((rate, i) => rate / theirs![i]!)) : null,
    },
    eventLoop: { maxSlipMs: Math.max(...slips!) },
  };
  console.log(
    JSON.stringify(result, (_, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
    ),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
