// What the packages that people build on export is named in a page of docs/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const pages = readdirSync(join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'))
  .join('\n');

test.each(['train', 'verification', 'linearizer'])('each export of @lin/%s is named in docs/', (name) => {
  const entry = readFileSync(join(ROOT, 'packages', name, 'src/index.ts'), 'utf8');
  const exported = [...entry.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) =>
    names!.split(',').flatMap((one) => /(\w+)\s*$/.exec(one.trim())?.[1] ?? []),
  );
  expect(exported.length).toBeGreaterThan(20);
  expect(exported.filter((one) => !new RegExp(`\\b${one}\\b`).test(pages))).toEqual([]);
});
