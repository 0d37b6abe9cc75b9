import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
// @ts-expect-error: plain JavaScript, which eslint.config.js imports
import { DEPENDENCIES, PUBLISHED } from './dependencies.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const sorted = (table: Record<string, readonly string[]>) =>
  Object.fromEntries(Object.entries(table).map(([name, targets]) => [name, [...new Set(targets)].sort()]));

test('the graph of nx has the arrows of the lint’s table, and no others; examples stand on published packages', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'lin-graph-')), 'graph.json');
  const nx = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
  execFileSync(process.execPath, [nx, 'graph', `--file=${file}`], {
    cwd: ROOT,
    env: { ...process.env, NX_DAEMON: 'false' },
    stdio: 'ignore',
  });
  const { graph } = JSON.parse(readFileSync(file, 'utf8')) as {
    graph: {
      nodes: Record<string, { data: { root: string } }>;
      dependencies: Record<string, { target: string }[]>;
    };
  };
  const arrows = Object.entries(graph.dependencies).map(
    ([name, found]) => [name, found.map(({ target }) => target)] as const,
  );
  const rootOf = (name: string) => graph.nodes[name]?.data.root ?? '';
  const isExample = (name: string) => rootOf(name).startsWith('examples');
  const isPackage = (name: string) => rootOf(name).startsWith('packages/');
  expect(sorted(Object.fromEntries(arrows.filter(([name]) => isPackage(name))))).toEqual(
    sorted(DEPENDENCIES as Record<string, string[]>),
  );
  const examples = arrows.filter(([name]) => isExample(name));
  expect(examples.map(([name]) => name)).toContain('projector');
  for (const [name, targets] of examples) expect(PUBLISHED, name).toEqual(expect.arrayContaining([...targets]));
}, 120_000);

test('the table of docs/architecture.md is the lint’s, each package below what it depends on', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `packages\/([a-z-]+)` \| ([^|]*) \|/gm)].map(
    ([, name, targets]) => [name!, targets!.split(', ').filter((target) => target !== '–')] as const,
  );
  expect(sorted(Object.fromEntries(rows))).toEqual(sorted(DEPENDENCIES as Record<string, string[]>));
  const order = rows.map(([name]) => name);
  for (const [name, targets] of rows)
    for (const target of targets)
      expect(order.indexOf(target), `${target} above ${name}`).toBeLessThan(order.indexOf(name));
});

test('the files of "where to look for what" are there', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const files = [...page.matchAll(/`(packages\/[a-z-]+\/src\/[^`]+)`/g)].map(([, path]) => path!);
  expect(files.length).toBeGreaterThan(20);
  for (const path of files) expect(() => readFileSync(join(ROOT, path)), path).not.toThrow();
});
