// docs/notebook.md keeps to what there is: files that a run leaves, commands, pages, and the numbers of notebook.yaml.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { exists } from '@lin/files';
import * as commands from '../src/commands/all.js';
import { AppFolder } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const page = await readFile(join(ROOT, 'docs/notebook.md'), 'utf8');
const all = (pattern: RegExp) => [...new Set([...page.matchAll(pattern)].map(([, found]) => found!))];

describe("the page of the authors' notebook", () => {
  let app: AppFolder;
  beforeAll(async () => {
    app = await AppFolder.withSharedData();
    await app.takeRun('encoder');
  });

  test.each(all(/`npx nx (\w+) app/g))('names a command that exists: %s', (name) => {
    expect(Object.values(commands).map((command) => command.name)).toContain(name);
  });

  test.each(all(/\]\(([^)#:]+)/g))('links to a file that exists: %s', async (link) => {
    expect(await exists(join(ROOT, 'docs', link))).toBe(true);
  });

  test.each([...all(/`((?:report|metrics|summary|config|environment)[\w/.-]*)`/g)])(
    'names what a run with the notebook’s encoder leaves: %s',
    async (name) => {
      const path = app.file('runs', 'encoder', name);
      const kinds = name.includes('.') ? [''] : ['.svg', '.png'];
      for (const kind of kinds) expect(await exists(path + kind), path + kind).toBe(true);
    },
  );
});
