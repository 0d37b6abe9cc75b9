import { describe, expect, test } from 'vitest';
import { EmbeddingProgress } from './embedding-progress.js';

function written(isTTY: boolean, steps: readonly number[], total: number, found = 0): string {
  let text = '';
  const progress = new EmbeddingProgress('Embedding', {
    isTTY,
    write: (piece: string | Uint8Array) => ((text += piece as string), true),
  });
  for (const images of steps) progress.update({ images, total, found });
  return text;
}

describe('the progress of embedding', () => {
  test('is at most 21 plain lines where there is no terminal, each with rate and time to go', () => {
    const lines = written(
      false,
      Array.from({ length: 1000 }, (_, i) => (i + 1) * 256),
      256_000,
    )
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(21);
    for (const line of lines) expect(line).toMatch(/^Embedding: \d+\/256000 {2}\d+ images\/s {2}ETA [\d:]+$/);
    expect(lines.at(-1)).toContain('256000/256000');
  });

  test('is one line that is written over on a terminal', () => {
    const text = written(true, [256, 512, 600], 600);
    expect(text.split('\r')).toHaveLength(4);
    expect(text.match(/\n/g)).toHaveLength(1);
  });

  test('counts as speed only what this session did', () => {
    expect(written(false, [1000], 1000, 1000)).toContain('1000/1000  0 images/s');
  });
});
