// A teacher that is not an ONNX file: one file, and one line of the registry.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from './tiny-models.js';

const PACKAGE = resolve(import.meta.dirname, '..');

const TOY = `import { createHash } from 'node:crypto';
import { CROP_BYTES } from '../face-crop.js';
import type { TeacherNetwork } from './teacher.js';

/** The mean colour of a crop. */
export async function openMeanColour(): Promise<TeacherNetwork> {
  return {
    name: 'mean colour',
    path: 'mean colour',
    sha256: createHash('sha256').update('mean colour, version 1').digest('hex'),
    embeddingSize: 3,
    async run(crops) {
      const sums = new Float32Array((crops.length / CROP_BYTES) * 3);
      crops.forEach((byte, i) => (sums[Math.floor(i / CROP_BYTES) * 3 + (i % 3)]! += byte / (CROP_BYTES / 3)));
      return sums;
    },
    async close() {},
  };
}
`;

const USE = `import { loadTeacher, TEACHERS } from '@lin/teacher';
const teacher = await loadTeacher({ kind: 'mean-colour' });
const crops = new Uint8Array(2 * 112 * 112 * 3).map((_, i) => (i % 3 === 0 ? 30 : i % 3 === 1 ? 40 : 0));
const { embeddings, norms } = await teacher.embedWithNorms(crops);
console.log(JSON.stringify({ kinds: Object.keys(TEACHERS), embeddings: [...embeddings], norms: [...norms], name: teacher.name }));
await teacher.close();
`;

test('a toy teacher, added to a copy of the package, is loaded by its name', async () => {
  const folder = await temporaryFolder();
  const copy = join(folder, 'teacher');
  await cp(join(PACKAGE, 'src'), join(copy, 'src'), { recursive: true });
  await cp(join(PACKAGE, 'package.json'), join(copy, 'package.json'));
  await symlink(resolve(PACKAGE, '../../node_modules'), join(folder, 'node_modules'));
  await mkdir(join(copy, 'node_modules/@lin'), { recursive: true });
  await symlink(copy, join(copy, 'node_modules/@lin/teacher'));

  await writeFile(join(copy, 'src/recognition/mean-colour.ts'), TOY); // the file
  const registry = join(copy, 'src/recognition/teachers.ts');
  const text = await readFile(registry, 'utf8');
  const added = text
    .replace(
      '\nexport const TEACHERS = {',
      "import { openMeanColour } from './mean-colour.js';\n\nexport const TEACHERS = {",
    )
    .replace('  onnx: openOnnxTeacher,', "  onnx: openOnnxTeacher,\n  'mean-colour': openMeanColour,"); // the line
  await writeFile(registry, added);

  const use = join(copy, 'use.mts');
  await writeFile(use, USE);
  const args = ['--conditions=@lin/source', '--import', 'tsx', use];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PACKAGE, timeout: 50_000 });
  const { kinds, embeddings, norms, name } = JSON.parse(stdout) as Record<string, number[]>;
  expect([kinds, name]).toEqual([['onnx', 'mean-colour'], 'mean colour']);
  [0.6, 0.8, 0, 0.6, 0.8, 0].forEach((value, i) => expect(embeddings![i]).toBeCloseTo(value, 3));
  norms!.forEach((norm) => expect(norm).toBeCloseTo(50, 1));
});
