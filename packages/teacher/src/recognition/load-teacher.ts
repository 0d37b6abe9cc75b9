// A teacher by its kind: what a program asks for.
import { TeacherError } from '../errors.js';
import type { OnnxTeacherOptions } from './onnx-teacher.js';
import { teacherOf } from './teacher-of.js';
import { TEACHERS, type TeacherKind } from './teachers.js';
import type { Teacher } from './teacher.js';

export interface LoadTeacherOptions extends OnnxTeacherOptions {
  /** What computes it. Every kind gets the other options. */
  kind?: TeacherKind;
  /** Length of the embedding that is expected. */
  embeddingSize?: number;
}

/** @throws TeacherError where there is no such model, or it is damaged, not a face recogniser, or of another embedding size. */
export async function loadTeacher({
  kind = 'onnx',
  embeddingSize,
  ...options
}: LoadTeacherOptions = {}): Promise<Teacher> {
  if (!Object.hasOwn(TEACHERS, kind))
    throw new TeacherError(`Unknown kind of teacher ${kind}; choose one of ${Object.keys(TEACHERS).join(', ')}.`);
  const network = await TEACHERS[kind](options);
  if (embeddingSize === undefined || network.embeddingSize === embeddingSize) return teacherOf(network);
  await network.close();
  throw new TeacherError(
    `${network.path} gives embeddings of ${network.embeddingSize}, but model.embedding_size is ${embeddingSize}; ` +
      `set it to ${network.embeddingSize}.`,
  );
}
