// Holds what the published packages have in common: the address, the licence, and the fields by which npm shows and checks a package.
// The address is the root package.json's: `repository`, `homepage`, `bugs`. Usage: node tools/manifests.mjs [--write], which also sets
// them in every package and copies the licence; without it, prints what differs and exits with 1.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const write = process.argv.includes('--write');

const LEAST_KEYWORDS = 5;
const DESCRIPTION_LIMIT = 140; // characters: npm's search results show no more
const PACK = {
  prepack: 'node ../../tools/pack-readme.mjs absolute',
  postpack: 'node ../../tools/pack-readme.mjs restore',
};

/** Texts of the root that name the address. */
const TEXTS = ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'CITATION.cff'];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The fields that are the same in every package, but for its folder. */
function commonFields(rootManifest, folder) {
  const { repository, homepage, bugs, license, engines } = rootManifest;
  return {
    license,
    repository: { ...repository, directory: `packages/${folder}` },
    homepage: `${homepage.replace(/#.*/, '')}/tree/main/packages/${folder}#readme`,
    bugs,
    type: 'module',
    engines,
    sideEffects: false,
    publishConfig: { access: 'public', provenance: true },
  };
}

/** What is wrong with a manifest that no tool can set right. */
function* faultsOf(manifest) {
  const { description = '', keywords = [], files = [], exports = {}, scripts = {}, version } = manifest;
  if (description === '' || description.length > DESCRIPTION_LIMIT)
    yield `description has ${description.length} characters; expected 1 to ${DESCRIPTION_LIMIT}`;
  if (new Set(keywords).size < LEAST_KEYWORDS) yield `keywords: expected at least ${LEAST_KEYWORDS} different ones`;
  for (const file of ['dist', 'README.md', 'LICENSE']) if (!files.includes(file)) yield `files: ${file} is missing`;
  for (const [name, script] of Object.entries(PACK))
    if (scripts[name] !== script) yield `scripts.${name}: expected "${script}"`;
  if (exports['./package.json'] !== './package.json') yield 'exports: ./package.json is missing';
  for (const [entry, target] of Object.entries(exports)) {
    if (entry === './package.json') continue;
    const conditions = Object.keys(target);
    if (!same(conditions, ['@lin/source', 'types', 'import']))
      yield `exports["${entry}"]: expected the conditions @lin/source, types, import, in this order; found ${conditions.join(', ')}`;
  }
  for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies }))
    if (name.startsWith('@lin/') && range !== version)
      yield `${name} is wanted as ${range}, but all packages are released together as ${version}`;
}

const rootManifest = readJson(join(root, 'package.json'));
const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
const addressOf = (manifest) => manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
const address = addressOf(rootManifest);
const faults = [];
let published = 0;
let former; // the address that the packages had before they are written
for (const folder of readdirSync(join(root, 'packages')).sort()) {
  const directory = join(root, 'packages', folder);
  const path = join(directory, 'package.json');
  if (!existsSync(path)) continue; // a folder that another branch has left
  const manifest = readJson(path);
  if (manifest.private) continue;
  published++;
  former ??= manifest.repository && addressOf(manifest);
  const expected = commonFields(rootManifest, folder);
  if (write) {
    const files = [...new Set([...(manifest.files ?? []), 'LICENSE'])];
    writeFileSync(
      path,
      `${JSON.stringify({ ...manifest, ...expected, files, scripts: { ...manifest.scripts, ...PACK } }, null, 2)}\n`,
    );
    writeFileSync(join(directory, 'LICENSE'), licence);
    continue;
  }
  for (const [field, value] of Object.entries(expected))
    if (!same(manifest[field], value))
      faults.push(
        `packages/${folder}/package.json: ${field} is ${JSON.stringify(manifest[field])}, expected ${JSON.stringify(value)}`,
      );
  const licencePath = join(directory, 'LICENSE');
  if (!existsSync(licencePath) || readFileSync(licencePath, 'utf8') !== licence)
    faults.push(`packages/${folder}/LICENSE is not the root's`);
  for (const fault of faultsOf(manifest)) faults.push(`packages/${folder}/package.json: ${fault}`);
}

for (const text of TEXTS) {
  const path = join(root, text);
  const now = readFileSync(path, 'utf8');
  if (write && former) writeFileSync(path, now.replaceAll(former, address));
  else if (!now.includes(address)) faults.push(`${text} does not name ${address}`);
}

const remedy = '`node tools/manifests.mjs --write` sets the fields that all packages share, and copies the licence';
process.stdout.write(
  faults.length === 0 ? `${published} published packages have one shape\n` : `${faults.join('\n')}\n${remedy}\n`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
