// The README's example is run as it stands, and prints what the README says it prints.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

test("the README's example prints what the README shows", async () => {
  const readme = await readFile(join(here, '../README.md'), 'utf8');
  const block = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(readme)?.[1]?.trimEnd();
  const folder = await mkdtemp(join(here, 'readme-')); // inside the package: from there its imports are found
  try {
    await writeFile(join(folder, 'example.ts'), block('ts')!);
    const printed = execFileSync(process.execPath, ['--conditions=@lin/source', '--import', 'tsx', 'example.ts'], { cwd: folder, encoding: 'utf8' });
    expect(printed.trimEnd()).toBe(block('text'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
