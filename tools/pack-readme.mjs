// npm's site shows a package's README without the repository around it: links to ../../docs would lead nowhere. While a package is packed
// its README has absolute links, made from the address in its package.json; afterwards it is itself again.
// Usage, in a package's folder (its scripts prepack and postpack): node ../../tools/pack-readme.mjs absolute | restore
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import process from 'node:process';

const README = 'README.md';
const OWN = '.README.md.own'; // the README as it is in the repository, while the other one is in its place
/** The target of a link or picture in Markdown, but not of one to a heading of the page, or to an address. */
const RELATIVE_TARGET = /(\]\()(?!#|[a-z]+:)([^)\s]+)(?=\))/g;
const PICTURE = /\.(svg|png|jpg)$/;

/** @param {string} text @param {{ repository: { url: string, directory: string } }} manifest */
export function withAbsoluteLinks(text, { repository }) {
  const address = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return text.replace(RELATIVE_TARGET, (_, before, target) => {
    const [path, heading] = target.split('#');
    const inRepository = posix.join(repository.directory, path);
    const isFile = posix.extname(inRepository) !== '';
    const kind = PICTURE.test(inRepository) ? 'raw' : isFile ? 'blob' : 'tree';
    return `${before}${address}/${kind}/main/${inRepository}${heading === undefined ? '' : `#${heading}`}`;
  });
}

/** Also where an earlier packing was killed half-way. */
function restore() {
  if (existsSync(OWN)) renameSync(OWN, README);
}

if (basename(process.argv[1] ?? '') === 'pack-readme.mjs') {
  restore();
  if (process.argv[2] === 'absolute') {
    const own = readFileSync(README, 'utf8');
    writeFileSync(OWN, own);
    writeFileSync(README, withAbsoluteLinks(own, JSON.parse(readFileSync('package.json', 'utf8'))));
  }
}
