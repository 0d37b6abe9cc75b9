// What a fresh g_x takes from data: actnorms and batch normalisations start from moments of images (Kingma & Dhariwal 2018, section 3.1).
import { imagesToTensor, START, type DistillationBatch, type TrainingData } from '@lin/train';
import type { Gx } from '../prepare/model.js';

/** One image has no variance. */
const FEWEST_IMAGES = 2;

/** Initialises `gx` by the first batch; where it has one image (`batch_size: 1`, or the others are damaged), by the next ones too. */
export async function initializeFromData(
  gx: Pick<Gx, 'imageShape' | 'initialize'>,
  data: Pick<TrainingData<DistillationBatch>, 'batches'>,
): Promise<void> {
  const bytes: Uint8Array[] = [];
  let count = 0;
  for await (const { images, size } of data.batches(START.data)) {
    bytes.push(Uint8Array.from(images));
    count += size;
    if (count >= FEWEST_IMAGES) break;
  }
  const x = imagesToTensor(Buffer.concat(bytes), [count, ...gx.imageShape]);
  gx.initialize(x);
  x.dispose();
}
