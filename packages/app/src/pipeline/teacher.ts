// The teacher of a run: an installed recogniser, or the sample teacher where there is none.
import { findInsightFace, loadTeacher, sampleTeacher, type Teacher } from '@lin/teacher';
import type { Config } from '../config/schema.js';
import { note } from '../console.js';
import { userPath } from '../workspace.js';

const BUFFALO_L = 'buffalo_l';

/** @throws TeacherError where the model that is asked for is not there, damaged, no recogniser, or of another embedding size. */
export async function openTeacher({ model }: Pick<Config, 'model'>): Promise<Teacher> {
  const teacher = await loadTeacher({ model: await modelFile(model), embeddingSize: model.embedding_size });
  note(`Teacher  ${teacher.name}, ${teacher.path}`);
  return teacher;
}

async function modelFile({ use_insightface: wish, insightface_model: named }: Config['model']): Promise<string> {
  if (wish === true || (wish === 'auto' && named !== BUFFALO_L)) return /[/\\]|\.onnx$/.test(named) ? userPath(named) : named;
  const installed = wish === 'auto' ? await findInsightFace() : undefined;
  return installed ?? sampleTeacher();
}
