// The sample teacher: a small network that Lin trained on drawn faces (tools/make-sample-teacher), for where no pack is installed.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TeacherError } from './errors.js';

/** What the file in `models/` is: 2,966,822 bytes. */
export const SAMPLE_TEACHER_SHA256 = 'ba0d380ef9ee7f430a8effcb8a08c8a65cdc62812347c9fa8020a19cf21317fe';
export const SAMPLE_TEACHER_NAME = 'sample teacher (trained on synthetic faces; it knows no real people)';

const PATH = fileURLToPath(new URL('../models/sample-teacher.onnx', import.meta.url));

/**
 * The path of the sample teacher's file, for `loadTeacher({ model })`. It tells apart the drawn faces of @lin/data's sample sets, also
 * people that it never saw (99 % of pairs), and has learnt nothing about real ones. Embeddings of 512.
 * @throws TeacherError where the file is not there, or not the published one.
 */
export async function sampleTeacher(): Promise<string> {
  const bytes = await readFile(PATH).catch((error: NodeJS.ErrnoException) => {
    throw new TeacherError(`${PATH} cannot be read (${error.code}); install @lin/teacher again.`);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === SAMPLE_TEACHER_SHA256) return PATH;
  throw new TeacherError(
    `${PATH} (${bytes.length} bytes, SHA-256 ${sha256}) is not the sample teacher that Lin publishes; install @lin/teacher again.`,
  );
}
