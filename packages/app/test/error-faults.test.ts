import { describe, expect, test } from 'vitest';
import { exitCodeOf, messageOf } from '@lin/command-line';

/** Every package whose errors the app may print. */
const PACKAGES = [
  'command-line',
  'data',
  'engine',
  'figures',
  'files',
  'invertible',
  'linearizer',
  'operator',
  'safetensors',
  'teacher',
  'train',
  'verification',
];

type ErrorClass = new (...args: never[]) => Error;

const found = await Promise.all(
  PACKAGES.map(async (name) => {
    const exported = (await import(`@lin/${name}`)) as Record<string, unknown>;
    return Object.entries(exported)
      .filter(([key, value]) => /^[A-Z]\w*Error$/.test(key) && typeof value === 'function')
      .map(([key, value]) => [`${key} of @lin/${name}`, value as ErrorClass] as const);
  }),
);
const classes = [
  ...found.flat(),
  ['RunFolderError of app', (await import('../src/run/run-folder.js')).RunFolderError] as const,
];

describe('every exported error says whose fault it is', () => {
  test('and there are some', () => {
    expect(classes.length).toBeGreaterThan(10);
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
