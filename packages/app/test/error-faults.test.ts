import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exitCodeOf, messageOf } from '@lin/command-line';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `@lin/teacher/align` and all others: what the app may print the errors of, by the `exports` of each package. */
const ENTRIES = readdirSync(ROOT)
  .filter((name) => name !== 'app')
  .flatMap((name) => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, name, 'package.json'), 'utf8')) as { exports: object };
    const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
    return entries.map((entry) => `@lin/${name}${entry.slice(1)}`);
  });

type ErrorClass = new (...args: never[]) => Error;

const found = await Promise.all(
  ENTRIES.map(async (entry) => {
    const exported = (await import(entry)) as Record<string, unknown>;
    return Object.entries(exported)
      .filter(([key, value]) => /^[A-Z]\w*Error$/.test(key) && typeof value === 'function')
      .map(([key, value]) => [`${key} of ${entry}`, value as ErrorClass] as const);
  }),
);
const classes = [
  ...found.flat(),
  ['RunFolderError of app', (await import('../src/run/run-folder.js')).RunFolderError] as const,
];

describe('every exported error says whose fault it is', () => {
  test('and there are some', () => {
    expect(classes.length).toBeGreaterThan(10);
    expect(ENTRIES).toEqual(expect.arrayContaining(['@lin/operator/linear-algebra', '@lin/safetensors/file']));
  });

  test.each(classes)('%s is printed as a sentence, and ends with the code of its fault', (_, type) => {
    const error = new type(...(['a sentence'] as never[]));
    const { fault } = error as Error & { fault?: unknown };
    expect(['input', 'environment']).toContain(fault);
    expect(messageOf(error)).toBe(error.message);
    expect(messageOf(error)).not.toMatch(/^\s+at /m);
    expect(exitCodeOf(error)).toBe(fault === 'input' ? 2 : 1);
  });
});
