#!/usr/bin/env node
// The built command where there is one, as in the published package; in a fresh checkout, its source.
// CommonJS, because libuv reads the number of its threads, which sharp works on, before a module's first line would run.
const { existsSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()));

const urlOf = (path) => pathToFileURL(join(__dirname, path)).href;

async function main() {
  if (existsSync(join(__dirname, '../dist/cli.js'))) return import(urlOf('../dist/cli.js'));
  const { register } = await import('tsx/esm/api');
  register();
  return import(urlOf('../src/cli.ts'));
}

void main();
