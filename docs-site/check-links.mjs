// Asks that every link of the built site leads to a file of it, and to a place in that file where it names one. Prints those that do not,
// and exits with 1. What leads out of the site is not fetched.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';

const site = fileURLToPath(new URL('dist', import.meta.url));
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));
const contents = new Map(pages.map((page) => [join(site, page), readFileSync(join(site, page), 'utf8')]));
const anchors = new Map();

/** @param {string} path */
function anchorsOf(path) {
  if (!anchors.has(path))
    anchors.set(path, new Set([...contents.get(path).matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id]) => id)));
  return anchors.get(path);
}

const decode = (text) => decodeURIComponent(text.replaceAll('&amp;', '&'));
const dead = [];
let count = 0;
for (const [path, content] of contents) {
  for (const [, link] of content.matchAll(/\b(?:href|src)="([^"]*)"/g)) {
    if (/^([a-z]+:|\/\/)/.test(link)) continue;
    count++;
    const [file, anchor] = decode(link).split('#');
    const target = file === '' ? path : join(dirname(path), file);
    const found = existsSync(target) && (!anchor || !contents.has(target) || anchorsOf(target).has(anchor));
    if (!found) dead.push(`${relative(site, path)}: ${link}`);
  }
}
process.stdout.write(
  dead.length === 0 ? `${count} links on ${pages.length} pages lead somewhere\n` : `${[...new Set(dead)].join('\n')}\n`,
);
process.exitCode = dead.length === 0 && count > 0 ? 0 : 1;
