import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LEAST = 8; // characters of a piece that say anything

/** All sources, without the line breaks by which long messages are put together. */
function sources(): string {
  return readdirSync(join(ROOT, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[a-z-]+\/src\/.*(?<!\.test)\.ts$/.test(path))
    .map((path) => readFileSync(join(ROOT, 'packages', path), 'utf8').replaceAll(/[`'] \+\s*[`']/g, ''))
    .join('\n');
}

test('the messages that the page on troubleshooting explains are ones that Lin prints', () => {
  const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
  const messages = [...page.matchAll(/^### `(.+)`$/gm)].map(([, message]) => message!);
  expect(messages.length).toBeGreaterThan(15);
  const all = sources();
  const unknown = messages.filter((message) => {
    const pieces = message.split('…').map((piece) => piece.trim());
    return (
      !pieces.some((piece) => piece.length >= LEAST) ||
      pieces.some((piece) => piece.length >= LEAST && !all.includes(piece))
    );
  });
  expect(unknown).toEqual([]);
});

test('what the pages link to is there, headings included', () => {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path));
  const texts = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...pages];
  const missing = texts.flatMap((page) =>
    linksOf(readFileSync(join(ROOT, page), 'utf8')).flatMap((link) => {
      const [path, heading] = link.split('#') as [string, string?];
      const target = path === '' ? join(ROOT, page) : join(ROOT, page, '..', path);
      try {
        if (heading === undefined) return readOrList(target) === undefined ? [`${page}: ${link}`] : [];
        return headingsOf(readFileSync(target, 'utf8')).has(heading) ? [] : [`${page}: ${link}`];
      } catch {
        return [`${page}: ${link}`];
      }
    }),
  );
  expect(missing).toEqual([]);
});

function readOrList(path: string): unknown {
  return path.endsWith('/') || !/\.[a-z]+$/.test(path) ? readdirSync(path).length : readFileSync(path).length;
}

/** Relative links, outside of code. */
function linksOf(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`/g, '`');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that GitHub gives to headings: lower case, without punctuation, spaces as hyphens. */
function headingsOf(page: string): Set<string> {
  const prose = page.replaceAll(/^```.*?^```/gms, '');
  return new Set(
    [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
