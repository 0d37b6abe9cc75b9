import { expect, test } from 'vitest';
import { duration } from './duration.js';
import { Progress } from './progress.js';

test('where there is no terminal, progress is a line now and then', () => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (line: string) => lines.push(line) } as unknown as NodeJS.WriteStream;
  const progress = new Progress({ unit: 'MB', scale: 1e6, label: 'Downloading', stream, lineEveryMs: 0 });
  progress.update({ done: 1_500_000, total: 9_400_000 });
  progress.close();
  expect(lines).toEqual(['Downloading: 1 of 10 MB\n']);
  const quiet = new Progress({ unit: 'images', stream });
  quiet.update({ done: 1, total: 2 });
  quiet.close();
  expect(lines).toHaveLength(1);
});

test.each([
  [0, '0:00'],
  [65, '1:05'],
  [7200, '2:00:00'],
  [Infinity, '–'],
])('%s seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
