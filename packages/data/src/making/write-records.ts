// Chosen images of a set as a set of its own, in InsightFace's layout: read in blocks ahead of the writer, identities renumbered from 0.
import { join } from 'node:path';
import { replaceFile } from '@lin/files';
import type { FaceRecord, RecordSet, SkippedRecord } from '../records/record-set.js';
import { RecordWriter } from '../records/record-writer.js';
import { orderedMap } from '../order/ordered-map.js';

export interface WriteRecordsOptions {
  /** A damaged record is an error, or is left out and given here. */
  onSkip?: ((skipped: SkippedRecord) => void) | undefined;
  /** Images so far, damaged ones included. */
  onProgress?: ((done: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface WrittenSet {
  images: number;
  identities: number;
}

/** One read-ahead block: neighbours in the file share reads, and a block is a few MB. */
const BLOCK = 512;
const BLOCKS_AHEAD = 2;

/**
 * Writes train.rec, train.idx and property, and identities.tsv: "label, label in the source, images" for each identity.
 * `keys` come identity by identity. An identity of which every record is damaged gets no number.
 * @throws RecordError for a damaged record where there is no `onSkip`, or where no image is left.
 */
export async function writeRecords(
  records: RecordSet,
  keys: Float64Array,
  folder: string,
  { onSkip, onProgress, signal }: WriteRecordsOptions = {},
): Promise<WrittenSet> {
  const property = await records.property().catch(() => undefined); // it is not needed to read, so a bad one stops nothing
  const writer = await RecordWriter.open({
    folder,
    ...(property && { imageSize: [property.height, property.width] as const }),
  });
  const identities: { source: number; images: number }[] = [];
  const add = async ({ label, image }: FaceRecord) => {
    if (identities.at(-1)?.source !== label) {
      writer.startIdentity();
      identities.push({ source: label, images: 0 });
    }
    identities.at(-1)!.images++;
    await writer.addImage(image);
  };
  try {
    let done = 0;
    for await (const { size, block } of orderedMap(blocks(keys), BLOCKS_AHEAD, async (keys) => ({
      size: keys.length,
      block: await readBlock(records, keys, onSkip),
    }))) {
      signal?.throwIfAborted();
      for (const record of block) await add(record);
      onProgress?.((done += size));
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const lines = identities.map(({ source, images }, label) => `${label}\t${source}\t${images}\n`);
  await replaceFile(join(folder, 'identities.tsv'), `label\tsource_label\timages\n${lines.join('')}`);
  return { images: identities.reduce((sum, { images }) => sum + images, 0), identities: identities.length };
}

function* blocks(keys: Float64Array): Generator<Float64Array> {
  for (let at = 0; at < keys.length; at += BLOCK) yield keys.subarray(at, at + BLOCK);
}

const readBlock = (records: RecordSet, keys: Float64Array, onSkip: WriteRecordsOptions['onSkip']) =>
  records.readMany(keys, onSkip ? { onSkip } : {});
