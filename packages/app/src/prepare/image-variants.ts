// Which pictures of the images a run trains on: as they are, mirrored, or altered in a few fixed ways that the teacher has embedded.
import { createHash } from 'node:crypto';
import type { Augmentation, BatchesOptions } from '@lin/data';
import type { CacheVariant } from '@lin/teacher';
import type { Config } from '../config/schema.js';

export interface ImageVariant {
  /** Of its cache. */
  name: CacheVariant;
  /** Such as `mirrored images`. */
  title: string;
  /** What `batches` of @lin/data is told to give these pictures. */
  options: Pick<BatchesOptions, 'augment' | 'variants'>;
}

/**
 * Those that training needs, the images as they are first.
 * @param pool Keys of the training images, of which mixtures are made.
 */
export function imageVariants({ data }: Pick<Config, 'data'>, pool: Float64Array): ImageVariant[] {
  const plain: ImageVariant = { name: 'plain', title: 'images', options: {} };
  const { variants, flip } = data.augment;
  if (variants > 0) return [plain, ...Array.from({ length: variants }, (_, i) => altered(i + 1, data, pool))];
  return flip > 0
    ? [plain, { name: 'mirrored', title: 'mirrored images', options: { augment: { flip: 1 } } }]
    : [plain];
}

/** Counted from 1. Its name says what is drawn and how, so that caches of other settings stand beside it. */
function altered(number: number, { augment, seed }: Config['data'], pool: Float64Array): ImageVariant {
  const alteration = alterationOf(augment, pool);
  const { mix, ...others } = alteration;
  const settings = createHash('sha256').update(JSON.stringify([others, seed, ...(mix ? [augment.mix] : [])]));
  if (mix) settings.update(mix.with);
  return {
    name: `altered-${settings.digest('hex').slice(0, 8)}-${number}`,
    title: `images of variant ${number} of ${augment.variants}`,
    options: { augment: alteration, variants: { seed, of: () => number } },
  };
}

/** What alters a variant, in one order of keys. */
export function alterationOf(
  { flip, variants: _, mix, ...alterations }: Config['data']['augment'],
  pool: Float64Array,
): Augmentation {
  const set = Object.entries(alterations).filter(([, value]) => value !== null);
  return {
    flip,
    ...(mix && { mix: { ...mix, with: pool } }),
    ...Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/**
 * Which variant an epoch shows of the image at `position`: 0, as it is, to `variants`. Over variants + 1 epochs each image is shown in
 * every way once, and in each epoch the same number of images in each way.
 */
export const variantAt = (position: number, epoch: number, variants: number) => (position + epoch) % (variants + 1);
