// A damaged .rec, with its good .idx or without one.
import { checkSet } from '../check-set.js';
import { mutate } from '../../../../tools/fuzz/mutate.js';
import { GOOD_SETS } from '../sets.js';
import type { FuzzTarget } from '../../../../tools/fuzz/target.js';

export const recTarget: FuzzTarget = {
  name: 'rec',
  run(random) {
    const { rec, idx, images } = GOOD_SETS[random.integer(GOOD_SETS.length)]!;
    const hasIdx = random.uniform() < 0.5;
    return checkSet(mutate(rec, random), hasIdx ? idx : undefined, random, {
      // InsightFace's identities are said twice, im2rec's labels only by the record itself.
      allowsLabel: (label, { key, own, layout }) =>
        label === images.get(key)?.label || (label === own && (layout === 'im2rec' || !hasIdx)),
    });
  },
};
