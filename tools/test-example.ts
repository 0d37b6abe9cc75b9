// A page's first example is run as it stands, and must print what the page says it prints.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** `page` is relative to `from`, the test file's URL; the example runs in a folder beside it, from where the package's imports are found. */
export function testExample(page: string, from: string, { skipped }: { skipped?: string | undefined } = {}): void {
  test.skipIf(skipped)(`the example of ${basename(page)} prints what the page shows${skipped ? ` (SKIPPED: ${skipped})` : ''}`, async () => {
    const text = await readFile(new URL(page, from), 'utf8');
    const block = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(text)?.[1]?.trimEnd();
    const folder = await mkdtemp(fileURLToPath(new URL('example-', from)));
    try {
      await writeFile(`${folder}/example.ts`, block('ts')!);
      const printed = execFileSync(process.execPath, ['--conditions=@lin/source', '--import', 'tsx', 'example.ts'], { cwd: folder, encoding: 'utf8' });
      expect(printed.trimEnd()).toBe(block('text'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 180_000); // one of them trains on the plain JavaScript backend
}
