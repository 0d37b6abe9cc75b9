// Face records as MS1MV2 has them, 112×112 JPEGs of quality 95 with 4:2:0 chroma: drawn faces, encoded anew.
import { join } from 'node:path';
import sharp from 'sharp';
import { ensureSampleSet, openRecords, RecordWriter } from '../src/index.js';

const IDENTITIES = 200;
const IMAGES_EACH = 10;

/** Writes the set into a folder of its own below `folder`; returns the path. */
export async function writePhotographs(folder: string): Promise<string> {
  const drawn = join(folder, 'drawn');
  await ensureSampleSet(drawn, { identities: IDENTITIES, imagesPerIdentity: IMAGES_EACH });
  const records = await openRecords(drawn);
  const path = join(folder, 'photographs');
  const writer = await RecordWriter.open({ folder: path });
  let identity = -1;
  for (const key of records.keys) {
    const { label, image } = await records.read(key);
    if (label !== identity) await writer.startIdentity();
    identity = label;
    await writer.addImage(await sharp(image).jpeg({ quality: 95, chromaSubsampling: '4:2:0' }).toBuffer());
  }
  await writer.close();
  await records.close();
  return path;
}
