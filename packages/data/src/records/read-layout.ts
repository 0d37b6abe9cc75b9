// What the records of a .rec are: InsightFace's face2rec2 puts a header under key 0 and one record per identity after the images; im2rec
// only images.
import { RecordError } from '../errors.js';
import type { ImageRecord } from '../recordio/image-record.js';
import { im2recLayout } from './im2rec-layout.js';
import type { Layout } from './layout.js';
import { insightFaceLayout } from './insightface-layout.js';
import { fail } from '../recordio/parse-index.js';
import { readImageRecord } from '../recordio/read-image.js';
import type { RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';

export interface LayoutOptions {
  /** Is given what is damaged and then left out; what it throws ends the reading. */
  onCorrupt: (error: RecordError) => void;
  /** The index lacks something: that identity records hold images together cannot be relied on. */
  isDamaged: boolean;
}

/**
 * Reads the header and identity records; in im2rec's layout, without identity records, where the images' own labels contradict these, and
 * in a damaged set, each image's own label.
 * @throws RecordError where no images are left.
 */
export async function readLayout(
  rec: RecordFile,
  index: RecordIndex,
  { onCorrupt = fail, isDamaged = false }: Partial<LayoutOptions> = {},
): Promise<Layout> {
  const report = (error: unknown) => {
    if (!(error instanceof RecordError)) throw error;
    onCorrupt(error);
  };
  const header = index.keys[0] === 0 ? await headerRecord(rec, index).catch(report) : undefined;
  const hasIdentities = header !== undefined && !endsWithImages(index, header);
  const described = hasIdentities && !isDamaged ? await insightFaceLayout(rec, index, header).catch(report) : undefined;
  const byOwnLabels = () => im2recLayout(rec, index, { onCorrupt, hasIdentityRecords: header !== undefined });
  const layout =
    described && described.contradicting === 0
      ? described
      : {
          ...(await byOwnLabels()),
          ...(described && { name: described.name, contradicting: described.contradicting }),
        };
  if (layout.keys.length === 0) throw new RecordError(`${rec.path} holds no images.`, { file: rec.path });
  return layout;
}

/** Many converters write key 0 = [N + 1, classes] or the like and no identity records: the last image's key is then N. */
function endsWithImages(index: RecordIndex, header: ImageRecord): boolean {
  return index.keys.at(-1) === header.labels[0]! - 1;
}

/** The record of key 0 where it has labels and no image: in im2rec's layout it is an image, if with many labels. */
async function headerRecord(rec: RecordFile, index: RecordIndex): Promise<ImageRecord | undefined> {
  const record = await readImageRecord(rec, index, 0);
  return record.flag > 0 && record.image.length === 0 ? record : undefined;
}
