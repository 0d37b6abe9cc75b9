// Where InsightFace's Python package keeps a pack: ~/.insightface/models/<pack>/*.onnx; some zips unpack one folder deeper.
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { TeacherError } from '../errors.js';
import { inspectRecogniser } from '../onnx/inspect.js';

/** Recognisers' file names across packs, e.g. w600k_r50 (buffalo_l), w600k_mbf (buffalo_s), glintr100 (antelopev2): tried first. */
const RECOGNISER_NAME = /^(w600k|glint|webface|ms1m|arcface)/i;

export interface FindInsightFaceOptions {
  /** InsightFace's root folder. */
  root?: string;
}

/** The recognition model of an installed pack such as `buffalo_l`, or undefined where the pack is not installed. */
export async function findInsightFace(pack = 'buffalo_l', { root = join(homedir(), '.insightface') }: FindInsightFaceOptions = {}): Promise<string | undefined> {
  const folder = join(root, 'models', pack);
  return (await recogniserIn(folder)) ?? (await recogniserIn(join(folder, pack)));
}

/** The model that a user named: an ONNX file, a folder with one, or an installed pack. @throws TeacherError when there is none. */
export async function resolveModel(nameOrPath: string, options: FindInsightFaceOptions = {}): Promise<string> {
  const entry = await stat(nameOrPath).catch(() => undefined);
  if (entry?.isFile()) return nameOrPath;
  const found = entry?.isDirectory() ? await recogniserIn(nameOrPath) : await findInsightFace(nameOrPath, options);
  if (found) return found;
  throw new TeacherError(
    entry
      ? `${nameOrPath} holds no face recogniser; name the .onnx file itself.`
      : `There is no file, and no installed InsightFace pack, named ${nameOrPath}; put its models into ~/.insightface/models/${basename(nameOrPath)}, or name an .onnx file.`,
  );
}

async function recogniserIn(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.onnx')).sort();
  const named = names.filter((name) => RECOGNISER_NAME.test(name));
  if (named.length > 0) return join(folder, named[0]!); // damaged or not, it is the one that is meant
  for (const name of names) {
    const path = join(folder, name);
    if (await inspectRecogniser(path).then(() => true, () => false)) return path;
  }
  return undefined;
}
