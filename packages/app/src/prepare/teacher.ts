// The teacher of a run: an installed recogniser, or else the sample teacher.
import { findInsightFace, loadTeacher, sampleTeacher, type Teacher } from '@lin/teacher';
import type { Config } from '../config/schema.js';
import { note, warn } from '../terminal/console.js';
import { userPath } from '../config/workspace.js';

const BUFFALO_L = 'buffalo_l';

/** @throws TeacherError where the model that is asked for is not there, damaged, no recogniser, or of another embedding size. */
export async function openTeacher({ model, device }: Pick<Config, 'model' | 'device'>): Promise<Teacher> {
  const teacher = await loadTeacher({
    kind: model.teacher,
    model: await modelFile(model),
    providers: model.providers,
    ...given({
      embeddingSize: model.embedding_size,
      mean: model.mean,
      std: model.std,
      channels: model.channels,
      input: model.input,
      output: model.output,
      batchSize: model.batch_size,
      threads: device.threads,
    }),
  });
  note(`Teacher  ${teacher.name}, ${teacher.path}`);
  for (const { provider, reason } of teacher.skipped) note(`Teacher  not on ${provider}: ${reason}`);
  if (teacher.notice) warn(teacher.notice);
  return teacher;
}

async function modelFile({ use_insightface: wish, insightface_model: named }: Config['model']): Promise<string> {
  if (wish === true || (wish === 'auto' && named !== BUFFALO_L))
    return /[/\\]|\.onnx$/.test(named) ? userPath(named) : named;
  const installed = wish === 'auto' ? await findInsightFace() : undefined;
  return installed ?? sampleTeacher();
}

/** What is null has the teacher's own default. */
function given<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
