import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../src/config/schema.js';

const page = await readFile(new URL('../../../docs/app.md', import.meta.url), 'utf8');

/** Leaves of the schema's defaults by dotted path. */
function leaves(values: object, prefix = ''): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leaves(value as object, `${prefix}${key}.`)
      : [[prefix + key, value] as [string, unknown]],
  );
}

describe("the application's page", () => {
  test('lists every key of the configuration with its default, and no other', () => {
    const rows = [...page.matchAll(/^\| `([a-z0-9_.]+\.[a-z0-9_.]+)` \| `([^`]*)` \|/gm)].map(([, key, value]) => [
      key,
      load(value!),
    ]);
    expect(rows).toEqual(leaves(configSchema.parse({})));
  });
});
