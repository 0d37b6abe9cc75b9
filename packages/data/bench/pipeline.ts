// Batches from records in the page cache: images a second by decoding threads, and what more cores would give.
import { availableParallelism } from 'node:os';
import { batches, type BatchesOptions, type RecordSet } from '../src/index.js';
import { perSecond } from './measure.js';

export interface PipelineRates {
  /** Images a second by the number of decoding threads. */
  byWorkers: Record<string, number>;
  /** With flip, crop and colour, on as many threads as there are cores. */
  augmented: number;
  /** Microseconds of the JavaScript thread for an image: reading, handing over, assembling. */
  mainThreadUs: number;
  /** An estimate: the rate of one thread × 16 × the measured efficiency of two, as far as the JavaScript thread keeps up. */
  estimateOf16Cores: number;
}

const EPOCHS = 4;
const MANY = 16;

export async function measurePipeline(records: RecordSet): Promise<PipelineRates> {
  const count = EPOCHS * records.imageCount;
  const keys = Float64Array.from({ length: count }, (_, i) => records.keys[i % records.imageCount]!);
  const rate = (options: Partial<BatchesOptions>) =>
    perSecond(count, () => drain(records, { keys, batchSize: 64, shuffle: { seed: 0, epoch: 0 }, ...options }));

  await rate({ workers: 2 }); // threads begin, code is compiled
  const cores = availableParallelism();
  const byWorkers: Record<string, number> = {};
  for (const workers of new Set([1, 2, cores])) byWorkers[workers] = await rate({ workers });
  const augment = { crop: {}, flip: 0.5, colour: { brightness: 0.2, contrast: 0.2, saturation: 0.2 } };
  const augmented = await rate({ augment });

  const before = performance.eventLoopUtilization();
  await drain(records, { keys, batchSize: 64, shuffle: { seed: 0, epoch: 0 }, workers: 1 });
  const mainThreadUs = (1000 * performance.eventLoopUtilization(before).active) / count;
  const efficiency = Math.min(1, byWorkers[2]! / (2 * byWorkers[1]!));
  return {
    byWorkers,
    augmented,
    mainThreadUs,
    estimateOf16Cores: Math.min(MANY * byWorkers[1]! * efficiency, 1e6 / mainThreadUs),
  };
}

async function drain(records: RecordSet, options: BatchesOptions): Promise<void> {
  let bytes = 0;
  for await (const { images } of batches(records, options)) bytes += images.length;
  if (bytes === 0) throw new Error('no images');
}
