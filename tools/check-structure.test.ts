// The rule against circles fails where there is one, of types, too.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const RULE = fileURLToPath(new URL('check-structure.mjs', import.meta.url));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lin-structure-'));
});
afterEach(() => rm(root, { recursive: true }));

async function check(files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'packages', path)), { recursive: true });
    await writeFile(join(root, 'packages', path), text);
  }
  return spawnSync(process.execPath, [RULE, root], { encoding: 'utf8' });
}

test('imports that go one way pass', async () => {
  const { status, stdout } = await check({
    'a/src/x/one.ts': `import { two } from '../y/two.js'; export const one = two;`,
    'a/src/y/two.ts': `export const two = 2;`,
  });
  expect(stdout).toBe('no circle in 1 imports\n');
  expect(status).toBe(0);
});

test('two files that import each other fail, by types alone', async () => {
  const { status, stdout } = await check({
    'a/src/x/one.ts': `import type { Two } from './two.js'; export type One = Two;`,
    'a/src/x/two.ts': `import type { One } from './one.js'; export type Two = One[];`,
  });
  expect(stdout).toContain(`Circle of files:
  packages/a/src/x/one.ts → packages/a/src/x/two.ts
  packages/a/src/x/two.ts → packages/a/src/x/one.ts`);
  expect(status).toBe(1);
});

test('two folders that import each other fail, where no two files do', async () => {
  const { status, stdout } = await check({
    'a/src/x/one.ts': `import type { Two } from '../y/two.js'; export type One = Two;`,
    'a/src/x/three.ts': `export type Three = 3;`,
    'a/src/y/two.ts': `export type Two = 2;`,
    'a/src/y/four.ts': `import type { Three } from '../x/three.js'; export type Four = Three;`,
  });
  expect(stdout).toMatch(/^Circle of folders packages\/a\/src\/[xy], packages\/a\/src\/[xy]:$/m);
  expect(stdout).not.toContain('Circle of files');
  expect(status).toBe(1);
});

test('rooms within a room are held, too', async () => {
  const { status } = await check({
    'a/src/room/x/one.ts': `import type { Two } from '../y/two.js'; export type One = Two;`,
    'a/src/room/x/three.ts': `export type Three = 3;`,
    'a/src/room/y/two.ts': `export type Two = 2;`,
    'a/src/room/y/four.ts': `import type { Three } from '../x/three.js'; export type Four = Three;`,
  });
  expect(status).toBe(1);
});
