// A pack of models on disk, where InsightFace's Python package keeps it: ~/.insightface/models/<pack>/*.onnx; some zips unpack one folder
// deeper.
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { TeacherError } from '../errors.js';
import { readModel } from '../onnx/read-model.js';
import { PUBLISHED_MODELS, PUBLISHED_PACKS, type ModelTask } from './published.js';
import { isScrfd, taskOf } from './task-of.js';

export interface FindPackOptions {
  /** InsightFace's root folder. */
  root?: string;
}

export interface PackModel {
  task: ModelTask;
  path: string;
  bytes: number;
}

export interface Pack {
  name: string;
  folder: string;
  /** The first model of each task, in the order of file names, as InsightFace takes them; of detectors the first SCRFD. */
  models: Readonly<Partial<Record<ModelTask, PackModel>>>;
  /** Files that are not models, with the sentence that says what they are. `task` where their name tells what they should be. */
  refused: readonly { path: string; reason: string; task: ModelTask | undefined }[];
}

/**
 * The models of a pack, by what they do.
 * @param nameOrPath An installed pack's name such as buffalo_l, a folder, or one .onnx file.
 * @throws TeacherError where there is no such thing.
 */
export async function findPack(
  nameOrPath = 'buffalo_l',
  { root = insightFaceRoot() }: FindPackOptions = {},
): Promise<Pack> {
  const entry = await stat(nameOrPath).catch(() => undefined);
  if (entry?.isFile()) return packOf(basename(nameOrPath), nameOrPath, [nameOrPath]);
  const name = basename(nameOrPath);
  const folders = entry?.isDirectory()
    ? [nameOrPath]
    : [join(root, 'models', nameOrPath), join(root, 'models', nameOrPath, name)];
  for (const folder of folders) {
    const paths = await modelFilesIn(folder);
    if (paths.length > 0) return packOf(name, folder, paths);
  }
  if (entry)
    throw new TeacherError(
      `${nameOrPath} holds no .onnx file; name the folder of the models, or an .onnx file itself.`,
    );
  const fetch = Object.hasOwn(PUBLISHED_PACKS, nameOrPath) ? `fetch it with "lin-teacher fetch ${nameOrPath}", ` : '';
  throw new TeacherError(
    `There is no file, and no installed InsightFace pack, named ${nameOrPath}; ` +
      `${fetch}put its models into ${folders[0]}, or name an .onnx file.`,
  );
}

/** A pack's model for a task. @throws TeacherError where it has none, or the file of that name is damaged. */
export function modelFor(task: ModelTask, { folder, models, refused }: Pack): PackModel {
  const model = models[task];
  if (model) return model;
  const damaged = refused.find((file) => file.task === task) ?? (refused.length === 1 ? refused[0] : undefined);
  throw new TeacherError(damaged?.reason ?? `${folder} holds no model for ${WORDS[task]}; name the .onnx file itself.`);
}

/**
 * The file that a user named, whatever it is, or the model for a task of the pack that was named. @throws TeacherError where there is none.
 */
export async function resolveModel(
  task: ModelTask,
  nameOrPath: string,
  options: FindPackOptions = {},
): Promise<string> {
  if (nameOrPath === 'sample' && task !== 'recognition')
    throw new TeacherError(
      `The sample teacher has no model for ${WORDS[task]}: it takes aligned crops of 112×112 alone; name a pack, such as buffalo_l.`,
    );
  const isFile = await stat(nameOrPath).then(
    (entry) => entry.isFile(),
    () => false,
  );
  return isFile ? nameOrPath : modelFor(task, await findPack(nameOrPath, options)).path;
}

/** The recognition model of an installed pack, or undefined where the pack is not installed or has none. */
export async function findInsightFace(pack = 'buffalo_l', options: FindPackOptions = {}): Promise<string | undefined> {
  const found = await findPack(pack, options).catch(() => undefined);
  const damaged = found?.refused.find(({ task }) => task === 'recognition'); // damaged or not, it is the one that is meant
  return found?.models.recognition?.path ?? damaged?.path;
}

export const insightFaceRoot = () => join(homedir(), '.insightface');

const WORDS: Record<ModelTask, string> = {
  recognition: 'face recognition',
  detection: 'face detection',
  landmarks106: '106 landmarks',
  landmarks68: '68 landmarks in space',
  genderAge: 'age and sex',
};

async function modelFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => join(folder, name));
}

async function packOf(name: string, folder: string, paths: readonly string[]): Promise<Pack> {
  const models: Partial<Record<ModelTask, PackModel>> = {};
  const refused: Pack['refused'][number][] = [];
  const unusable = new Set<PackModel>(); // a detector of another kind stands only where there is no SCRFD
  for (const path of paths) {
    try {
      const found = await identify(path);
      if (!found) continue;
      const { model, isUsable } = found;
      const before = models[model.task];
      if (!before || (isUsable && unusable.has(before))) models[model.task] = model;
      if (!isUsable) unusable.add(model);
    } catch (error) {
      if (!(error instanceof TeacherError)) throw error;
      refused.push({ path, reason: error.message, task: PUBLISHED_MODELS[basename(path)]?.task });
    }
  }
  return { name, folder, models, refused };
}

/** A published name of the published size needs no reading: it is read, and its hash checked, when it is loaded. */
async function identify(path: string): Promise<{ model: PackModel; isUsable: boolean } | undefined> {
  const { size } = await stat(path);
  const published = PUBLISHED_MODELS[basename(path)];
  if (published?.bytes === size) return { model: { task: published.task, path, bytes: size }, isUsable: true };
  const { model } = await readModel(path);
  const task = taskOf(model);
  return task && { model: { task, path, bytes: size }, isUsable: task !== 'detection' || isScrfd(model) };
}
