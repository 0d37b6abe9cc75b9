import { expect, test } from 'vitest';
import { openInOrder } from './open-in-order.js';

const failing = (reasons: Record<string, string>) => (provider: string) => {
  if (reasons[provider]) throw new Error(reasons[provider]);
  return `a session on ${provider}`;
};

test('the first provider that works is taken, and each one before it gives its reason', async () => {
  const open = failing({
    tensorrt: 'OrtSessionOptionsAppendExecutionProvider_TensorRT: Failed to load shared library\nmore',
    cuda: 'no device',
  });
  const { session, provider, skipped } = await openInOrder(['tensorrt', 'cuda', 'webgpu', 'cpu'], open);
  expect([session, provider]).toEqual(['a session on webgpu', 'webgpu']);
  expect(skipped).toEqual([
    {
      provider: 'tensorrt',
      reason: expect.stringMatching(/^its library, or one that this needs, is not installed/) as string,
    },
    { provider: 'cuda', reason: 'no device' },
  ]);
});

test('where none works, all reasons are given', async () => {
  await expect(openInOrder(['cuda', 'cpu'], failing({ cuda: 'no device', cpu: 'no such operator' }))).rejects.toThrow(
    'cuda: no device; cpu: no such operator',
  );
  await expect(openInOrder(['cpu'], failing({ cpu: 'no such operator' }))).rejects.toThrow(/^no such operator$/);
});
