// What is in a set, from its index, its labels and a sample of its images.
import { stat } from 'node:fs/promises';
import { openRecords } from '../records/open-records.js';
import type { RecordSet } from '../records/record-set.js';
import { evenly, SAMPLE_SIZE, sampleKinds, type ImageSample } from './image-sample.js';

export interface RecordsReport {
  path: string;
  layout: RecordSet['layout'];
  bytes: number;
  images: number;
  identities: number;
  /** Smallest and largest label, and how many between them no image has. */
  labels: { from: number; to: number; missing: number };
  /** Identities whose images are not together under one label: their keys are interrupted by other identities'. */
  scattered: number;
  /** Images whose label is 2²⁴ or more, where float32 makes neighbours one. */
  roundedLabels: number;
  /** The index was made from the records: there is no .idx, or one by ranks. */
  indexRebuilt: boolean;
  /** Identity records that the images' own labels contradict: people are told apart by their own labels. */
  contradicting: number;
  imagesPerIdentity: {
    min: number;
    median: number;
    mean: number;
    max: number;
    histogram: { from: number; to: number; identities: number }[];
  };
  sample: ImageSample;
  /** Where the property file contradicts the records; empty where it does not, or there is none. */
  propertyMismatches: string[];
  /** What could not be read when the set was opened, with places. */
  damaged: string[];
}

/** Opens the set, past damage, and reads 1,000 images at even distances. @throws RecordError where it cannot be opened at all. */
export async function inspectRecords(source: string): Promise<RecordsReport> {
  const records = await openRecords(source, { onCorrupt: 'skip' });
  try {
    const counts = countByLabel(records.labels);
    const keys = evenly(records.imageCount, SAMPLE_SIZE).map((position) => records.keys[position]!);
    const unread: string[] = [];
    const images = (await records.readMany(keys, { onSkip: ({ error }) => unread.push(error.message) })).map(
      ({ image }) => image,
    );
    const sample = await sampleKinds(images);
    const labels = [...counts.keys()].sort((a, b) => a - b);
    return {
      path: records.path,
      layout: records.layout,
      bytes: (await stat(records.path)).size,
      images: records.imageCount,
      identities: counts.size,
      labels: { from: labels[0]!, to: labels.at(-1)!, missing: labels.at(-1)! - labels[0]! + 1 - labels.length },
      contradicting: records.contradicting,
      roundedLabels: records.roundedLabels,
      indexRebuilt: records.indexRebuilt,
      scattered: countScattered(records.labels),
      imagesPerIdentity: distribution([...counts.values()]),
      sample,
      propertyMismatches: await propertyMismatches(records, counts.size, sample),
      damaged: [...records.damaged.map(({ message }) => message), ...unread],
    };
  } finally {
    await records.close();
  }
}

function countByLabel(labels: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Identities of which a run of images begins a second time. */
function countScattered(labels: Int32Array): number {
  const begun = new Set<number>();
  const again = new Set<number>();
  labels.forEach((label, i) => {
    if (label === labels[i - 1]) return;
    if (begun.has(label)) again.add(label);
    begun.add(label);
  });
  return again.size;
}

/** Bars 1, 2, 3–4, 5–8, …: identities in such sets differ by powers of two rather than by sums. */
function distribution(counts: number[]): RecordsReport['imagesPerIdentity'] {
  const sorted = Uint32Array.from(counts).sort();
  const max = sorted.at(-1)!;
  const histogram = [];
  for (let from = 1, to = 1; from <= max; from = to + 1, to *= 2) {
    histogram.push({ from, to, identities: counts.filter((count) => count >= from && count <= to).length });
  }
  const middle = (sorted.length - 1) / 2;
  return {
    min: sorted[0]!,
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    mean: counts.reduce((sum, count) => sum + count, 0) / counts.length,
    max,
    histogram,
  };
}

async function propertyMismatches(records: RecordSet, identities: number, sample: ImageSample): Promise<string[]> {
  const property = await records.property().catch((error: Error) => error.message);
  if (property === undefined) return [];
  if (typeof property === 'string') return [property];
  const mismatches = [];
  if (property.identities !== identities)
    mismatches.push(`property says ${property.identities} identities, the records have ${identities}`);
  if (property.images !== undefined && property.images !== records.imageCount) {
    mismatches.push(`property says ${property.images} images, the records have ${records.imageCount}`);
  }
  const size = `${property.width}×${property.height}`;
  const others = sample.kinds
    .filter(({ kind }) => !kind.split(' ').includes(size))
    .reduce((sum, { images }) => sum + images, 0);
  if (others > 0)
    mismatches.push(`property says ${size}, ${others} of ${sample.images} sampled images are of another size`);
  return mismatches;
}
