import { expect, test } from 'vitest';
import { joinEmbeddings } from './joined-embeddings.js';

/** Rows that say whose they are. */
const embeddingsOf = (name: number) => ({
  embeddingSize: 2,
  rows: async (positions: ArrayLike<number>) =>
    Float32Array.from(Array.from(positions, (position) => [name, position]).flat()),
});

test('the embeddings of two sets are found by their place among the images of both, in any order', async () => {
  const joined = joinEmbeddings([embeddingsOf(1), embeddingsOf(2)], 3);
  expect(joined.embeddingSize).toBe(2);
  expect([...(await joined.rows([6, 0, 3, 2]))]).toEqual([2, 3, 1, 0, 2, 0, 1, 2]);
  expect([...(await joined.rows([4]))]).toEqual([2, 1]);
  expect(await joined.rows([])).toEqual(new Float32Array(0));
});

test('those of one set are its own', () => {
  const only = embeddingsOf(1);
  expect(joinEmbeddings([only], 3)).toBe(only);
});
