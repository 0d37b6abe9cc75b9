// A page's examples are run as they stand, and must print what the page says they print.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What no example prints: stands after each in the output. */
const END_OF_EXAMPLE = '\u0004 end of example\n';

/**
 * Runs every `ts` block of a page that is followed by a `text` block before the next `ts`, one after the other in one process.
 * `page` is relative to `from`, the test file's URL; examples run in a folder beside it, from where the package's imports are found.
 */
export function testExample(page: string, from: string, { skipped }: { skipped?: string | undefined } = {}): void {
  test.skipIf(skipped)(
    `the examples of ${basename(page)} print what the page shows${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
    async () => {
      const examples = examplesOf(await readFile(new URL(page, from), 'utf8'));
      expect(examples, 'a page with examples').not.toEqual([]);
      const folder = await mkdtemp(fileURLToPath(new URL('example-', from)));
      try {
        await Promise.all(examples.map(({ code }, i) => writeFile(`${folder}/example-${i}.ts`, code)));
        const turns = examples.map(
          (_, i) => `await import('./example-${i}.ts');\nprocess.stdout.write(${JSON.stringify(END_OF_EXAMPLE)});\n`,
        );
        await writeFile(`${folder}/examples.mts`, turns.join(''));
        const printed = execFileSync(
          process.execPath,
          ['--conditions=@lin/source', '--import', 'tsx', 'examples.mts'],
          { cwd: folder, encoding: 'utf8' },
        );
        const parts = printed.split(END_OF_EXAMPLE).map((part) => part.trimEnd());
        const shown = (print: (i: number) => string | undefined) =>
          examples.map(({ line }, i) => `line ${line}:\n${print(i)}`);
        expect(shown((i) => parts[i])).toEqual(shown((i) => examples[i]!.output));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    180_000,
  ); // some of them train on the plain JavaScript backend
}

interface Example {
  /** Where its code begins on the page, from 1. */
  line: number;
  code: string;
  output: string;
}

function examplesOf(page: string): Example[] {
  const blocks = [...page.matchAll(/^```(ts|text)\n(.*?)^```/gms)];
  return blocks.flatMap((block, i) => {
    const next = blocks[i + 1];
    if (block[1] !== 'ts' || next?.[1] !== 'text') return [];
    return [{ line: page.slice(0, block.index).split('\n').length + 1, code: block[2]!, output: next[2]!.trimEnd() }];
  });
}
