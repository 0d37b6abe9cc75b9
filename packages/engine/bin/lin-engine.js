#!/usr/bin/env node
// The built command where there is one, as in the published package; in a fresh checkout, its source.
import { existsSync } from 'node:fs';
import { URL } from 'node:url';

const built = new URL('../dist/cli.js', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('../src/cli.ts', import.meta.url).href);
}
