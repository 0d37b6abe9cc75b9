// Records and images per second from a face set in the page cache, and what an index of a million rows costs, beside Python on the same files.
// The set is the sample set; name another .rec, with its .idx beside it, as the first argument.
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { batches, ensureSampleSet, openRecords, Random, type RecordSet } from '../src/index.js';
import { parseIndex } from '../src/recordio/parse-index.js';
import { openRecordFile } from '../src/recordio/record-file.js';
import { TaskQueue } from '../src/task-queue.js';

const RUNS = 3;
const MILLION = 1_000_000;
const WORKERS = [1, 2, 4, 8];
const IN_FLIGHT = [1, 8];

interface Peer {
  peer: string;
  imageBytes: number;
  randomReads: number;
  sequentialReads: number;
  decoded: number | null;
  indexRows: number;
}

/** `count` things a second in the best of three runs. */
async function perSecond(count: number, task: () => Promise<unknown> | unknown): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await task();
    best = Math.min(best, performance.now() - start);
  }
  return (1000 * count) / best;
}

async function readAll(records: RecordSet, keys: Float64Array, inFlight: number): Promise<number> {
  const queue = new TaskQueue(inFlight);
  let bytes = 0;
  const readOne = async (key: number) => {
    const { image } = await records.read(key);
    bytes += image.length;
  };
  await Promise.all(Array.from(keys, (key) => queue.add(() => readOne(key))));
  return bytes;
}

async function decodeAll(records: RecordSet, workers: number): Promise<void> {
  let bytes = 0;
  for await (const { images } of batches(records, { batchSize: 64, shuffle: { seed: 0, epoch: 0 }, workers })) bytes += images.length;
  if (bytes === 0) throw new Error('no images');
}

/** face2rec2's order: images, key 0, identities. */
function millionRows(): string {
  const offset = (row: number) => 5444 * row;
  return Array.from({ length: MILLION }, (_, row) => `${row === MILLION - 1000 ? 0 : row < MILLION - 1000 ? row + 1 : row}\t${offset(row)}\n`).join('');
}

/** Bytes that stay in memory after `make`, garbage collected. */
async function memoryOf(make: () => unknown): Promise<number> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const inUse = async () => {
    for (let round = 0; round < 3; round++) {
      collect();
      await sleep(50); // buffers are freed by another thread
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await inUse();
  const kept = await make();
  const after = await inUse();
  return kept ? after - before : 0;
}

const folder = await mkdtemp(join(tmpdir(), 'lin-data-bench-'));
try {
  if (!process.argv[2]) await ensureSampleSet(join(folder, 'sample'));
  const records = await openRecords(process.argv[2] ?? join(folder, 'sample'));
  const order = new Random(0).shuffle(records.keys.slice());
  const imageBytes = await readAll(records, order, 8);

  const randomReads: Record<string, number> = {};
  for (const inFlight of IN_FLIGHT) randomReads[inFlight] = await perSecond(order.length, () => readAll(records, order, inFlight));
  const sequentialReads = await perSecond(order.length, () => readAll(records, records.keys, 1));

  await copyFile(records.path, join(folder, 'alone.rec'));
  const scanned = await perSecond(records.imageCount, async () => (await openRecords(join(folder, 'alone.rec'))).close());

  const decoded: Record<string, number> = {};
  for (const workers of WORKERS) decoded[workers] = await perSecond(records.imageCount, () => decodeAll(records, workers));

  const millionPath = join(folder, 'million.idx');
  await writeFile(millionPath, millionRows());
  const huge = { path: 'million.rec', size: 5444 * MILLION };
  const millionFile = await openRecordFile(millionPath);
  const indexRows = await perSecond(MILLION, () => parseIndex(millionFile, huge));
  const indexBytes = await memoryOf(() => parseIndex(millionFile, huge));
  await millionFile.close();

  const script = fileURLToPath(new URL('./peer_recordio.py', import.meta.url));
  const { status, stdout } = spawnSync('python3', [script, records.path, records.path.replace(/\.rec$/, '.idx'), millionPath], { encoding: 'utf8' });
  const peer = status === 0 ? (JSON.parse(stdout) as Peer) : null;
  if (peer && peer.imageBytes !== imageBytes) throw new Error(`Python read ${peer.imageBytes} image bytes, Lin ${imageBytes}.`);
  await records.close();

  const best = Math.max(...Object.values(decoded));
  const ratio = peer && {
    randomReads: randomReads[8]! / peer.randomReads,
    randomReadsOneAtATime: randomReads[1]! / peer.randomReads,
    sequentialReads: sequentialReads / peer.sequentialReads,
    decodedOneAtATime: peer.decoded && decoded[1]! / peer.decoded,
    decoded: peer.decoded && best / peer.decoded,
    indexRows: indexRows / peer.indexRows,
  };

  const size = (imageBytes / records.imageCount / 1000).toFixed(1);
  console.log(`${records.imageCount} images of ${size} KB, in the page cache, ${availableParallelism()} cores; a second, best of ${RUNS}`);
  console.log(peer ? `Beside them one process of ${peer.peer}, one image after the other.` : 'For a peer beside them, put python3 on the path.');
  if (peer?.decoded === null) console.log('For the peer’s decoding: pip install opencv-python-headless');
  const line = (name: string, ...columns: string[]) => console.log(`${name.padEnd(48)}${columns.map((column) => column.padStart(9)).join('')}`);
  const row = (name: string, lin: number, python?: number | null) =>
    line(name, lin.toFixed(0), python ? python.toFixed(0) : '–', python ? (lin / python).toFixed(2) : '–');
  line('', 'Lin', 'Python', 'ratio');
  for (const inFlight of IN_FLIGHT) row(`records, random order, ${inFlight} at once`, randomReads[inFlight]!, peer?.randomReads);
  row('records, in order, 1 at once', sequentialReads, peer?.sequentialReads);
  row('images of a set opened without its .idx', scanned);
  for (const workers of WORKERS) row(`images decoded into batches of 64, ${workers} at once`, decoded[workers]!, peer?.decoded);
  row('rows of an .idx of a million', indexRows, peer?.indexRows);
  console.log(`That index is loaded in ${Math.round((1000 * MILLION) / indexRows)} ms and keeps ${(indexBytes / 1e6).toFixed(1)} MB.`);
  const { imageCount: images } = records;
  const measured = { images, randomReads, sequentialReads, scanned, decoded, indexRows, indexBytes };
  console.log(JSON.stringify({ bench: 'data', node: process.version, ...measured, peer, ratio }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
