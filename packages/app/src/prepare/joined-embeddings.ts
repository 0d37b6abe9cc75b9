// The embeddings of two record sets as those of one, in the order of `joinRecords`.
import type { Embeddings } from './embeddings-on-demand.js';

type Rows = Omit<Embeddings, 'close'>;

/**
 * @param ofSets Of each set, one or two.
 * @param count Images of the first.
 */
export function joinEmbeddings([first, second]: readonly Rows[], count: number): Rows {
  if (!second) return first!;
  const { embeddingSize } = first!;
  return {
    embeddingSize,
    async rows(positions) {
      const rows = new Float32Array(positions.length * embeddingSize);
      const places = [...Array.from(positions).entries()];
      const fill = async (of: Rows, own: typeof places, from: number) => {
        const found = await of.rows(own.map(([, position]) => position - from));
        for (const [row, [place]] of own.entries())
          rows.set(found.subarray(row * embeddingSize, (row + 1) * embeddingSize), place * embeddingSize);
      };
      const ofFirst = places.filter(([, position]) => position < count);
      const ofSecond = places.filter(([, position]) => position >= count);
      await fill(first!, ofFirst, 0);
      await fill(second, ofSecond, count);
      return rows;
    },
  };
}
