// Images per second of Teacher.embed beside Python's onnxruntime on the same file, and how long the event loop is held up meanwhile.
// The model is the stand-in's; name another ONNX file as the first argument.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureStandInTeacher, loadTeacher } from '../src/index.js';
import { noiseImages } from '../test/tiny-models.js';

const BATCHES = [16, 32];
const RUNS = 8;
const TICK_MS = 5;

interface Peer {
  peer: string;
  imagesPerSecond: Record<string, number>;
}

/** Median images per second over `RUNS` batches, and the longest that a timer of 5 ms was late. */
async function measure(model: string, batchSize: number): Promise<{ imagesPerSecond: number; eventLoopDelayMs: number }> {
  const teacher = await loadTeacher({ model, batchSize });
  const images = noiseImages(batchSize);
  await teacher.embed(images);
  let [last, eventLoopDelayMs] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    eventLoopDelayMs = Math.max(eventLoopDelayMs, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await teacher.embed(images);
    times.push(performance.now() - start);
  }
  clearInterval(timer);
  await teacher.close();
  times.sort((a, b) => a - b);
  return { imagesPerSecond: (1000 * batchSize) / ((times[RUNS / 2 - 1]! + times[RUNS / 2]!) / 2), eventLoopDelayMs };
}

function runPeer(model: string, threads: number): Peer | null {
  const script = fileURLToPath(new URL('./peer_onnxruntime.py', import.meta.url));
  const options = ['--threads', String(threads), '--runs', String(RUNS), '--batch', ...BATCHES.map(String)];
  const { status, stdout } = spawnSync('python3', [script, model, ...options], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Peer) : null;
}

const folder = await mkdtemp(join(tmpdir(), 'lin-teacher-bench-'));
try {
  const model = process.argv[2] ?? join(folder, 'stand-in.onnx');
  if (!process.argv[2]) await ensureStandInTeacher(model, { calibrationImages: () => Promise.resolve(noiseImages(32)) });
  const threads = availableParallelism();
  const peer = runPeer(model, threads);
  console.log(`Teacher.embed of ${basename(model)}, ${threads} threads${peer ? `, beside Python's ${peer.peer}` : '. For a peer beside it: pip install onnxruntime numpy'}`);
  console.log('batch    images/s    Python    Lin/Python    longest delay of the event loop');
  const rows = [];
  for (const batch of BATCHES) {
    const { imagesPerSecond, eventLoopDelayMs } = await measure(model, batch);
    const peerRate = peer?.imagesPerSecond[batch] ?? null;
    const ratio = peerRate && imagesPerSecond / peerRate;
    console.log(
      `${String(batch).padStart(5)}${imagesPerSecond.toFixed(1).padStart(12)}${(peerRate?.toFixed(1) ?? '–').padStart(10)}${(ratio?.toFixed(2) ?? '–').padStart(14)}    ${eventLoopDelayMs.toFixed(1)} ms`,
    );
    rows.push({ batch, imagesPerSecond, peerImagesPerSecond: peerRate, ratio, eventLoopDelayMs });
  }
  console.log(JSON.stringify({ bench: 'teacher', model: basename(model), peer: peer?.peer ?? null, threads, node: process.version, rows }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
