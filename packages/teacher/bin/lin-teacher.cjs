#!/usr/bin/env node
// The built command where there is one, as in the published package; in a fresh checkout, its source.
// CommonJS, because by the time a module's first line runs libuv has its threads, which sharp works on, and no longer asks how many.
/* global __dirname, process */
const { existsSync } = process.getBuiltinModule('node:fs');
const { availableParallelism } = process.getBuiltinModule('node:os');
const { join } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

const urlOf = (path) => pathToFileURL(join(__dirname, path)).href;

async function main() {
  if (existsSync(join(__dirname, '../dist/cli.js'))) return import(urlOf('../dist/cli.js'));
  const { register } = await import('tsx/esm/api');
  register();
  return import(urlOf('../src/cli.ts'));
}

void main();
