// Records and images a second from a face set in the page cache, decoders against each other, and a set of MS1MV2's size, beside Python on
// the same files.
// The set is drawn and encoded as MS1MV2's images are; name another .rec, with its .idx beside it, as the first argument.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecords, Random, type RecordSet } from '../src/index.js';
import { measureDecoders } from './decoders.js';
import { forEach, perSecond } from './measure.js';
import { writePhotographs } from './photographs.js';
import { measurePipeline } from './pipeline.js';
import { measureScale } from './scale.js';

interface Peer {
  peer: string;
  imageBytes: number;
  randomReads: number;
  sequentialReads: number;
  /** Images a second of one process, by decoder. */
  decoded: { pil?: number; cv2?: number };
}

async function measureReads(records: RecordSet) {
  const order = [...new Random(0).shuffle(records.keys.slice())];
  const scan = async () => {
    for await (const { image } of records.scan()) if (image.length === 0) throw new Error('an empty image');
  };
  return {
    randomOneAtOnce: await perSecond(order.length, () => forEach(order, 1, (key) => records.read(key))),
    random32AtOnce: await perSecond(order.length, () => forEach(order, 32, (key) => records.read(key))),
    scan: await perSecond(order.length, scan),
  };
}

function measurePeer(records: RecordSet): Peer | undefined {
  const script = fileURLToPath(new URL('./peer_recordio.py', import.meta.url));
  const python = process.env['LIN_TEST_PYTHON'] ?? 'python3';
  const { status, stdout } = spawnSync(python, [script, records.path, records.path.replace(/\.rec$/, '.idx')], {
    encoding: 'utf8',
  });
  return status === 0 ? (JSON.parse(stdout) as Peer) : undefined;
}

const folder = await mkdtemp(join(tmpdir(), 'lin-data-bench-'));
try {
  const records = await openRecords(process.argv[2] ?? (await writePhotographs(folder)));
  const images: Buffer[] = [];
  for await (const { image } of records.scan()) images.push(Buffer.from(image));
  const imageBytes = images.reduce((sum, { length }) => sum + length, 0);

  const pipeline = await measurePipeline(records);
  const reads = await measureReads(records);
  const decoders = await measureDecoders(images);
  const peer = measurePeer(records);
  await records.close();
  if (peer && peer.imageBytes !== imageBytes)
    throw new Error(`Python read ${peer.imageBytes} image bytes, Lin ${imageBytes}.`);
  const scale = await measureScale();

  const cores = availableParallelism();
  const imgPerS = pipeline.byWorkers[cores]!;
  const { pil, cv2 } = peer?.decoded ?? {};
  console.log(
    `${images.length} images of ${(imageBytes / images.length / 1000).toFixed(1)} KB, in the page cache, ` +
      `${cores} cores; a second, best of some runs`,
  );
  console.log(peer ? `Beside them one process of ${peer.peer}.` : 'For a peer beside them, put python3 on the path.');
  if (peer && !pil && !cv2) console.log('For its decoding: pip install pillow opencv-python-headless');
  const row = (name: string, rate: number | undefined, python?: number) => {
    const columns = [rate?.toFixed(0), python?.toFixed(0), rate && python ? (rate / python).toFixed(2) : undefined];
    console.log(`${name.padEnd(54)}${columns.map((column) => (column ?? '–').padStart(10)).join('')}`);
  };
  console.log(`${''.padEnd(54)}${['Lin', 'Python', 'ratio'].map((name) => name.padStart(10)).join('')}`);
  row('records, random order, 1 at once', reads.randomOneAtOnce, peer?.randomReads);
  row('records, random order, 32 at once', reads.random32AtOnce, peer?.randomReads);
  row('records, in order of the file', reads.scan, peer?.sequentialReads);
  for (const [name, { imgPerS, largestDifference }] of Object.entries(decoders))
    row(`${name} (largest difference to sharp ${largestDifference})`, imgPerS);
  row('read and decoded by Pillow', undefined, pil);
  row('read and decoded by OpenCV', undefined, cv2);
  for (const [workers, rate] of Object.entries(pipeline.byWorkers))
    row(`batches of 64, ${workers} decoding (ratio to Pillow)`, rate, pil);
  row(`batches of 64, ${cores} decoding, flip, crop, colour`, pipeline.augmented, pil);
  console.log(
    `The JavaScript thread spends ${pipeline.mainThreadUs.toFixed(0)} µs an image; ` +
      `16 cores would give about ${(pipeline.estimateOf16Cores / 1000).toFixed(0)},000 images a second (an estimate).`,
  );
  if (scale)
    console.log(
      `A set of 5.9 million rows opens in ${scale.seconds.toFixed(2)} s and reads any image in ` +
        `${scale.medianMs.toFixed(2)} ms (median${scale.fromDisk ? ', from the disk' : ''}).`,
    );
  console.log(
    JSON.stringify({
      bench: 'data',
      node: process.version,
      cores,
      images: images.length,
      imageBytes,
      decode: {
        imgPerS,
        ratioToPil: pil ? imgPerS / pil : null,
        ratioToCv2: cv2 ? imgPerS / cv2 : null,
        decoders,
        ...pipeline,
      },
      reads,
      open: { seconds: scale?.seconds ?? null, rssMB: scale?.rssMB ?? null },
      randomAccess: {
        medianMs: scale?.medianMs ?? null,
        p99Ms: scale?.p99Ms ?? null,
        fromDisk: scale?.fromDisk ?? null,
      },
      peer: peer ?? null,
    }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(); // TensorFlow's own threads would keep the process for a while
