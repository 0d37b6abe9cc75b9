import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lin-pack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const published = readdirSync(join(ROOT, 'packages')).filter(
  (name) => existsSync(join(ROOT, 'packages', name, 'README.md')) && !manifestOf(name).private,
);
type Manifest = { private?: boolean; bugs: { url: string } };
function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as Manifest;
}
const addressOf = (name: string) => manifestOf(name).bugs.url.replace(/issues$/, '');
const targetsOf = (text: string) => [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);

/** A package's README and licence, packed by npm in a copy of its folder. */
function pack(name: string): { packed: string; licence: string; afterwards: string } {
  const copy = join(folder, 'packages', name);
  for (const file of ['package.json', 'README.md', 'LICENSE'])
    cpSync(join(ROOT, 'packages', name, file), join(copy, file));
  cpSync(join(ROOT, 'tools/pack-readme.mjs'), join(folder, 'tools/pack-readme.mjs'));
  const options = { cwd: copy, encoding: 'utf8' } as const;
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts=false'], options)) as [
    { filename: string },
  ];
  const read = (file: string) => execFileSync('tar', ['xzOf', filename, `package/${file}`], options);
  return {
    packed: read('README.md'),
    licence: read('LICENSE'),
    afterwards: readFileSync(join(copy, 'README.md'), 'utf8'),
  };
}

test('a packed README has links that hold without the repository, and the one in the repository is unchanged', () => {
  const { packed, licence, afterwards } = pack('engine');
  const own = readFileSync(join(ROOT, 'packages/engine/README.md'), 'utf8');
  expect(targetsOf(packed).filter((target) => !/^(https:|#)/.test(target))).toEqual([]);
  expect(targetsOf(packed)).toContain(`${addressOf('engine')}blob/main/docs/engine.md#webgpu`);
  expect(afterwards).toBe(own);
  expect(licence).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
}, 60_000);

test('what the READMEs of the packages link to in the repository is there', () => {
  expect(published.length).toBeGreaterThan(8);
  const missing = published.flatMap((name) =>
    targetsOf(readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8'))
      .filter((target) => !/^(https?:|#)/.test(target))
      .filter((target) => !existsSync(join(ROOT, 'packages', name, target.split('#')[0]!)))
      .map((target) => `${name}: ${target}`),
  );
  expect(missing).toEqual([]);
});
