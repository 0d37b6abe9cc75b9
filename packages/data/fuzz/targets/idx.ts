// A damaged .idx of a good .rec: an image may be missing, but none is another key's.
import { checkSet } from '../check-set.js';
import { mutate } from '../../../../tools/fuzz/mutate.js';
import { GOOD_SETS } from '../sets.js';
import type { FuzzTarget } from '../../../../tools/fuzz/target.js';

export const idxTarget: FuzzTarget = {
  name: 'idx',
  run(random) {
    const { rec, idx, images } = GOOD_SETS[random.integer(GOOD_SETS.length)]!;
    return checkSet(rec, mutate(idx, random), random, {
      allowsLabel: (label, { key, own, layout }) =>
        label === images.get(key)?.label || (layout === 'im2rec' && label === own),
      offsetOf: (key) => images.get(key)?.offset,
      imageOf: (key) => images.get(key)?.image,
    });
  },
};
