// A folder of results inside a run: one JSON file and figures, each as SVG and PNG. Written again, they replace what was there.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from '@lin/figures';
import { replaceFile } from '@lin/files';

/** Returns the paths, the JSON file's last: its presence says that the rest is whole. */
export async function writeResults(
  folder: string,
  name: string,
  result: object,
  figures: ReadonlyMap<string, Figure>,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [figure, { svg, png }] of figures) {
    for (const [extension, content] of [
      ['svg', svg],
      ['png', png],
    ] as const) {
      const path = join(folder, `${figure}.${extension}`);
      await replaceFile(path, content);
      paths.push(path);
    }
  }
  const path = join(folder, `${name}.json`);
  await replaceFile(path, `${JSON.stringify(result, null, 2)}\n`);
  return [...paths, path];
}
