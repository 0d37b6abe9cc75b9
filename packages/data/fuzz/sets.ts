// Small good sets of every kind, and what is in them.
import { Random } from '../src/order/random.js';
import { assemble, idxText, im2recRecords, insightFaceRecords, type HandMadeRecord } from '../test/hand-made-sets.js';
import { referenceUnpack } from '../test/reference-recordio.js';

export interface GoodSet {
  rec: Buffer;
  idx: Buffer;
  /** By key. */
  images: Map<number, { label: number; image: Buffer; offset: number }>;
}

const MAGIC = [0x0a, 0x23, 0xd7, 0xce];

/** Longer and shorter than a header, with magics at multiples of 4 and between; never empty. */
function image(random: Random): number[] {
  const bytes = Array.from({ length: 1 + random.integer(60) }, () => random.integer(256));
  for (let magics = random.integer(4); magics > 1; magics--) bytes.splice(random.integer(bytes.length), 0, ...MAGIC);
  return bytes;
}

function goodSet(records: readonly HandMadeRecord[]): GoodSet {
  const { rec, rows } = assemble(records);
  const images = records
    .map(({ key, payload }, i) => ({ key, offset: rows[i]!.offset, ...referenceUnpack(payload) }))
    .filter(({ image }) => image.length > 0)
    .map(({ key, offset, labels, image }) => [key, { label: labels[0]!, image: Buffer.from(image), offset }] as const);
  return { rec, idx: Buffer.from(idxText(rows)), images: new Map(images) };
}

const random = new Random(2024);
const identities = Array.from({ length: 5 }, () => Array.from({ length: 1 + random.integer(4) }, () => image(random)));

export const GOOD_SETS: readonly GoodSet[] = [
  goodSet(insightFaceRecords(identities, { header: 'between' })),
  goodSet(insightFaceRecords(identities, { header: 'first' })),
  goodSet(random.shuffle(insightFaceRecords(identities))),
  goodSet(im2recRecords(Array.from({ length: 9 }, () => ({ label: random.integer(4), image: image(random) })))),
  goodSet(
    random.shuffle(
      im2recRecords(Array.from({ length: 9 }, () => ({ label: random.integer(4), image: image(random) }))),
    ),
  ),
];
