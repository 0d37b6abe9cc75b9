import { afterAll, expect, test } from 'vitest';
import { drawIdentity } from './draw-identity.js';
import { DrawingThreads } from './drawing-threads.js';

const threads = new DrawingThreads(2);
afterAll(() => threads.close());

test('drawing threads draw what the caller’s own thread would, several identities at once', async () => {
  const identities = [0, 1, 2, 3].map((identity) => ({ seed: 4, identity, images: 2 }));
  const drawn = await Promise.all(identities.map((identity) => threads.draw(identity)));
  const here = await Promise.all(identities.map(drawIdentity));
  expect(drawn.map((jpegs) => jpegs.map((jpeg) => Buffer.from(jpeg).toString('base64')))).toEqual(
    here.map((jpegs) => jpegs.map((jpeg) => Buffer.from(jpeg).toString('base64'))),
  );
});

test('what cannot be drawn is an error of its own, and the next one is drawn', async () => {
  await expect(threads.draw({ seed: 0, identity: -1, images: 1 })).rejects.toThrow('sampleFace: identity is -1');
  expect(await threads.draw({ seed: 0, identity: 1, images: 1 })).toHaveLength(1);
});

test('after their end nothing waits for ever', async () => {
  const ended = new DrawingThreads(1);
  const waiting = ended.draw({ seed: 0, identity: 0, images: 1000 });
  const outcome = expect(waiting).rejects.toThrow('a drawing thread ended with code');
  await ended.close();
  await outcome;
  await expect(ended.draw({ seed: 0, identity: 0, images: 1 })).rejects.toThrow('a drawing thread ended');
});
