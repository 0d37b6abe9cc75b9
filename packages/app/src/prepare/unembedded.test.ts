import { EmbeddingError } from '@lin/teacher';
import { expect, test } from 'vitest';
import { Unembedded } from './unembedded.js';

const failure = (position: number) => new EmbeddingError(position, 'not finite.', { image: `key ${position + 5}` });

test('images without an embedding are left out, listed, and too many of them stop the run', () => {
  const keys = Float64Array.of(5, 6, 7, 8);
  const unembedded = new Unembedded(keys, 2);
  expect(unembedded.without(keys)).toBe(keys);
  unembedded.add(failure(1));
  unembedded.add(failure(3));
  unembedded.add(failure(3));
  expect([...unembedded.without(Float64Array.of(6, 7, 8))]).toEqual([7]);
  expect(unembedded.summary()).toEqual({
    count: 2,
    images: [
      { key: 6, reason: 'key 6: not finite.' },
      { key: 8, reason: 'key 8: not finite.' },
    ],
  });
  expect(() => unembedded.add(failure(0))).toThrow(/more than 2 images \(data\.max_corrupt\); the last one: key 5/);
});
