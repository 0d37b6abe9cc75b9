// Examples, of pages and of docstrings, are run as they stand, and must print what is shown after them.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleForTests } from './bundle-for-tests.js';
import { undocumentedExports } from './undocumented-exports.js';

interface Example {
  /** Where its code begins: a line of the page, or a file and a line. */
  place: string;
  code: string;
  output: string;
}

interface ExampleOptions {
  /** Why they are not run on this machine. */
  skipped?: string | undefined;
}

interface DocExampleOptions extends ExampleOptions {
  /** Relative to the test file. */
  pages?: readonly string[];
}

/** What no example prints: stands after each in the output. */
const END_OF_EXAMPLE = '\u0004 end of example\n';
const TIMEOUT = 180_000; // ms: some of them train on the plain JavaScript backend

/**
 * Runs every `ts` or `js` block of a page that is followed by a `text` block before the next code, one after the other in one process.
 * `page` is relative to `from`, the test file's URL; examples run in a folder beside it, from where the package's imports are found.
 */
export function testExample(page: string, from: string, { skipped }: ExampleOptions = {}): void {
  test.skipIf(skipped)(
    `the examples of ${basename(page)} print what the page shows${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
    async () => expectOutputs(await examplesOfPages([page], from), from),
    TIMEOUT,
  );
}

/**
 * Runs every `@example` of the sources in `../src`, seen from `from`, the test file's URL: a `ts` block, complete with its imports, that
 * prints what the `text` block after it shows; and after them, in the same process, the examples of `pages`. And asks that each class and
 * function that an entry exports has a sentence and an example.
 */
export function testDocExamples(from: string, { pages = [], skipped }: DocExampleOptions = {}): void {
  const sources = fileURLToPath(new URL('../src', from));
  test.skipIf(skipped)(
    `the examples ${[...pages.map((page) => `of ${basename(page)}`), 'in the docstrings'].join(', ')} print what they show` +
      (skipped ? ` (SKIPPED: ${skipped})` : ''),
    async () => {
      const files = (await readdir(sources, { recursive: true }))
        .filter((file) => /(?<!\.test)\.ts$/.test(file))
        .sort();
      const examples = files.map(async (file) =>
        docCommentsOf(await readFile(`${sources}/${file}`, 'utf8')).flatMap(({ line, text }) =>
          examplesOf(text, (lineOfText) => `${file}:${line + lineOfText - 1}`),
        ),
      );
      await expectOutputs([...(await Promise.all(examples)).flat(), ...(await examplesOfPages(pages, from))], from);
    },
    TIMEOUT,
  );

  test(
    'every exported class and function has a docstring with an example',
    () => expect(undocumentedExports(fileURLToPath(new URL('..', from)))).toEqual([]),
    TIMEOUT,
  );
}

async function expectOutputs(examples: readonly Example[], from: string): Promise<void> {
  expect(examples, 'at least one example').not.toEqual([]);
  const folder = await mkdtemp(fileURLToPath(new URL('example-', from)));
  try {
    await Promise.all(examples.map(({ code }, i) => writeFile(`${folder}/example-${i}.ts`, code)));
    const turns = examples.map(
      (_, i) => `await import('./example-${i}.ts');\nprocess.stdout.write(${JSON.stringify(END_OF_EXAMPLE)});\n`,
    );
    await writeFile(`${folder}/examples.ts`, turns.join(''));
    await bundleForTests([`${folder}/examples.ts`], folder);
    const printed = execFileSync(process.execPath, ['examples.mjs'], { cwd: folder, encoding: 'utf8' });
    const parts = printed.split(END_OF_EXAMPLE).map((part) => part.trimEnd());
    const shown = (print: (i: number) => string | undefined) =>
      examples.map(({ place }, i) => `${place}:\n${print(i)}`);
    expect(shown((i) => parts[i])).toEqual(shown((i) => examples[i]!.output));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function examplesOfPages(pages: readonly string[], from: string): Promise<Example[]> {
  const examples = pages.map(async (page) =>
    examplesOf(await readFile(new URL(page, from), 'utf8'), (line) => `${basename(page)}:${line}`),
  );
  return (await Promise.all(examples)).flat();
}

function examplesOf(page: string, placeOf: (line: number) => string): Example[] {
  const blocks = [...page.matchAll(/^```(ts|js|text)\n(.*?)^```/gms)];
  return blocks.flatMap((block, i) => {
    const next = blocks[i + 1];
    if (block[1] === 'text' || next?.[1] !== 'text') return [];
    const line = page.slice(0, block.index).split('\n').length + 1;
    return [{ place: placeOf(line), code: block[2]!, output: next[2]!.trimEnd() }];
  });
}

/** The docstrings of a source without their stars, and the line that each begins in. */
function docCommentsOf(source: string): { line: number; text: string }[] {
  return [...source.matchAll(/\/\*\*(.*?)\*\//gs)].map((comment) => ({
    line: source.slice(0, comment.index).split('\n').length,
    text: comment[1]!.replaceAll(/^[ \t]*\* ?/gm, ''),
  }));
}
