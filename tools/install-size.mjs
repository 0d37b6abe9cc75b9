// What each published package puts on a disk: packed, installed alone by npm into an empty folder, with and without its peers.
// Needs `nx run-many -t build`. Usage: node tools/install-size.mjs [CHECKOUT, this one by default]; prints a Markdown table.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lin-sizes-'));
const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const published = readdirSync(join(root, 'packages'))
    .map((name) => ({ directory: join(root, 'packages', name), ...manifestOf(join(root, 'packages', name)) }))
    .filter((manifest) => !manifest.private)
    .sort((a, b) => a.name.localeCompare(b.name));
  const tarballs = Object.fromEntries(
    published.map(({ name, directory }) => [name, pack(directory)]), //
  );
  process.stdout.write(
    '| package | tarball, kB | installed, MB | packages | with its peers, MB |\n|---|---|---|---|---|\n',
  );
  for (const { name } of published) {
    const alone = install(name, tarballs, ['--legacy-peer-deps']); // leaves peers out
    const withPeers = install(name, tarballs, []);
    const kilobytes = (statSync(tarballs[name]).size / 1e3).toFixed(0);
    process.stdout.write(
      `| ${name} | ${kilobytes} | ${megabytes(alone)} | ${alone.packages} | ${megabytes(withPeers)} |\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

function pack(directory) {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder, directory], root));
  return join(folder, filename.replace('@', '').replace('/', '-'));
}

/** Installs one package, those of ours that it depends on from their tarballs; bytes on disk and the number of packages. */
function install(name, tarballs, options) {
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  try {
    const files = Object.fromEntries(Object.entries(tarballs).map(([ours, path]) => [ours, `file:${path}`]));
    const { [name]: wanted, ...overrides } = files;
    const manifest = { name: 'consumer', private: true, dependencies: { [name]: wanted }, overrides };
    writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', ...options], consumer);
    const installed = readdirSync(join(consumer, 'node_modules'), { recursive: true, withFileTypes: true });
    const paths = installed
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    const packages = paths.filter((path) => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(path)).length;
    return { bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0), packages };
  } finally {
    rmSync(consumer, { recursive: true, force: true });
  }
}

function megabytes({ bytes }) {
  return (bytes / 1e6).toFixed(1);
}
