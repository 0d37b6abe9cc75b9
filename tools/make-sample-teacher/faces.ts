// The faces that the sample teacher learns from and is judged on: drawn sets of different seeds, so that no identity is in two of them.
import { join } from 'node:path';
import { ensureSampleSet, openRecords, type RecordSet } from '@lin/data';

export interface FaceSet {
  seed: number;
  identities: number;
  imagesPerIdentity: number;
}

/** Far from the small seeds that a user's own sample set has. */
export const TRAINING_FACES: FaceSet = { seed: 0x5a3c_1e7d, identities: 6000, imagesPerIdentity: 10 };
export const UNSEEN_FACES: FaceSet = { seed: 0x2b91_f04c, identities: 300, imagesPerIdentity: 10 };
/** What `nx train app` draws by default: unseen, too. */
export const APP_FACES: FaceSet = { seed: 0, identities: 420, imagesPerIdentity: 10 };

/** Draws the set into `folder` unless it is there. */
export async function openFaces(folder: string, { seed, identities, imagesPerIdentity }: FaceSet): Promise<RecordSet> {
  const path = join(folder, `faces-${seed}-${identities}x${imagesPerIdentity}`);
  await ensureSampleSet(path, { seed, identities, imagesPerIdentity });
  return openRecords(path);
}
