// The section data.augment: what a run trains on beside the images as they are. The teacher embeds each such picture, once.
import { z } from 'zod';

const share = z.number().min(0).max(1);
const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([from, to]) => from <= to, 'expected two rising numbers');

/** What alters an image so that its embedding is another: done in `variants`, which the teacher has embedded. */
const alterations = {
  /** Another training image blended in: the image's own share is drawn from the range `share`. */
  mix: z.strictObject({ probability: share.default(1), share: range(0.01, 1).default([0.5, 1]) }),
  rotate: z.strictObject({ degrees: z.number().gt(0).max(180), probability: share.default(1) }),
  crop: z.strictObject({
    probability: share.default(1),
    area: range(0.01, 1).default([0.8, 1]),
    ratio: range(0.1, 10).default([0.9, 1.1]),
  }),
  colour: z.strictObject({
    brightness: share.default(0),
    contrast: share.default(0),
    saturation: share.default(0),
  }),
  grey: share,
  blur: z.strictObject({ probability: share, sigma: range(0.1, 16).default([0.5, 2]) }),
  erase: z.strictObject({
    probability: share,
    area: range(0.001, 1).default([0.02, 0.2]),
    ratio: range(0.1, 10).default([0.3, 3.3]),
  }),
  jpeg: z.strictObject({ probability: share, quality: range(1, 100).default([20, 80]) }),
};

const augmentKeys = z.strictObject({
  /**
   * Share of the training images that are mirrored, the teacher's embedding of the mirror image being the target. Of `variants`, where
   * there are some, that share is mirrored.
   */
  flip: share.default(0),
  /** Altered copies of each image that the teacher embeds, once: an epoch shows each image as it is or as one of them, in turn. */
  variants: z.number().int().min(0).max(999).default(0),
  mix: alterations.mix.nullable().default(null),
  rotate: alterations.rotate.nullable().default(null),
  crop: alterations.crop.nullable().default(null),
  colour: alterations.colour.nullable().default(null),
  grey: alterations.grey.nullable().default(null),
  blur: alterations.blur.nullable().default(null),
  erase: alterations.erase.nullable().default(null),
  jpeg: alterations.jpeg.nullable().default(null),
});

/** An alteration without variants, or variants that alter nothing, would be ignored without a word. */
export const augment = augmentKeys.superRefine(({ variants, flip, ...rest }, { addIssue }) => {
  const set = Object.entries(rest).find(([, value]) => value !== null)?.[0];
  if (variants === 0 && set)
    addIssue({ code: 'custom', path: [set], message: 'expected null where data.augment.variants is 0' });
  if (variants > 0 && !set && flip === 0)
    addIssue({ code: 'custom', path: ['variants'], message: 'expected 0 where nothing else of data.augment is set' });
});
