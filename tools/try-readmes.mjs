// Each published package as a stranger meets it: an empty folder, the README's own `npm install` line, and the README's first example word
// for word. It has to compile in strict TypeScript, in Node (NodeNext) and with a bundler, to run as plain JavaScript on each Node asked
// for, and to print what the README shows. Nothing is installed that the line does not name, so a missing dependency is found, too.
// Needs `nx run-many -t build`. Usage: node tools/try-readmes.mjs [--node 22,24] [PACKAGE …, such as safetensors; all by default]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({ options: { node: { type: 'string' } }, allowPositionals: true });
const nodes = values.node?.split(',') ?? [];

const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  skipLibCheck: true, // of tfjs-core, whose own types fail with lib ES2023
};
const RESOLUTIONS = {
  NodeNext: { module: 'NodeNext', moduleResolution: 'NodeNext' },
  Bundler: { module: 'ESNext', moduleResolution: 'Bundler', noEmit: true },
};

const folder = mkdtempSync(join(tmpdir(), 'lin-readmes-'));
// onnxruntime-node's script would fetch its CUDA half.
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const published = readdirSync(join(root, 'packages'))
    .map((name) => ({ name, directory: join(root, 'packages', name), manifest: manifestOf(name) }))
    .filter(({ manifest }) => !manifest.private);
  const tarballs = Object.fromEntries(published.map(({ manifest, directory }) => [manifest.name, pack(directory)]));
  for (const { name, directory } of published)
    if (positionals.length === 0 || positionals.includes(name)) tryReadme(name, directory, tarballs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryReadme(name, directory, tarballs) {
  const readme = readFileSync(join(directory, 'README.md'), 'utf8');
  const { code, output } = firstExample(readme);
  const wanted = /^npm install (.+)$/m.exec(readme)[1].split(/\s+/);
  const consumer = join(folder, name);
  mkdirSync(consumer);
  const files = Object.fromEntries(Object.entries(tarballs).map(([ours, path]) => [ours, `file:${path}`]));
  const dependencies = Object.fromEntries(wanted.map((one) => [one, files[one] ?? versionOf(one)]));
  const overrides = Object.fromEntries(Object.entries(files).filter(([ours]) => !(ours in dependencies)));
  const devDependencies = { typescript: versionOf('typescript'), '@types/node': versionOf('@types/node') };
  writeJson(join(consumer, 'package.json'), {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies,
    devDependencies,
    overrides,
  });
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--prefer-offline'], consumer);
  writeFileSync(join(consumer, 'example.ts'), code);
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    writeJson(join(consumer, 'tsconfig.json'), { compilerOptions: { ...STRICT, ...options }, files: ['example.ts'] });
    try {
      run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], consumer);
    } catch (error) {
      throw new Error(`${name}'s first example does not compile with ${resolution}:\n${error.stdout}`);
    }
  }
  assert.equal(run(process.execPath, ['example.js'], consumer).trimEnd(), output, `${name} on ${process.version}`);
  for (const version of nodes) {
    const printed = run('npx', ['-y', `node@${version}`, 'example.js'], consumer);
    assert.equal(printed.trimEnd(), output, `${name} on Node ${version}`);
  }
  const also = nodes.length === 0 ? '' : `, ${nodes.join(', ')}`;
  process.stdout.write(
    `@lin/${name}: installed alone, strict in NodeNext and Bundler, runs on ${process.version}${also}\n`,
  );
}

/** The first `ts` block that is followed by what it prints. */
function firstExample(readme) {
  const [, code, output] = /^```ts\n(.*?)^```\s+(?:prints\s+)?```text\n(.*?)^```/ms.exec(readme);
  return { code, output: output.trimEnd() };
}

function pack(directory) {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder, directory], root));
  return join(folder, filename.replace('@', '').replace('/', '-'));
}

/** The version that this checkout has been tested with. */
function versionOf(dependency) {
  const [, name, version] = /^(@?[^@]+)(?:@(.+))?$/.exec(dependency);
  return version ?? JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
}

function writeJson(path, value) {
  writeFileSync(path, JSON.stringify(value, null, 2));
}
