// An aligner as a module of its own, for `lin-data import --align @lin/teacher/align`: the face of a photograph, found by a pack's
// detector.
import { TeacherError } from './errors.js';
import { openFaceAnalyzer, type FaceAnalyzer, type OpenFaceAnalyzerOptions } from './face-analyzer.js';
import type { RgbImage } from './photo/rgb-image.js';

let analyzer: Promise<FaceAnalyzer> | undefined;

/**
 * The most prominent face of the picture, aligned, RGB [112, 112, 3]; null where none is found. A picture of exactly 112×112 is given back
 * as it is. Opened at the first call, and kept. These environment variables decide how:
 *
 * - LIN_TEACHER_PACK: a pack, a folder of models or a detector's file; default buffalo_l
 * - LIN_TEACHER_DETECTION_SIZES: such as 128,640
 * - LIN_TEACHER_MIN_SCORE: from 0 to 1
 *
 * @throws TeacherError where the pack is not there or has no detector, or a variable is wrong.
 */
export default async function align(image: RgbImage): Promise<Uint8Array | null> {
  analyzer ??= openFaceAnalyzer({ tasks: ['detection'], ...optionsFrom(process.env) });
  const { faces } = await (await analyzer).analyze(image, { maxFaces: 1 });
  return faces[0]?.crop ?? null;
}

function optionsFrom(environment: NodeJS.ProcessEnv): OpenFaceAnalyzerOptions {
  const { LIN_TEACHER_PACK: pack, LIN_TEACHER_DETECTION_SIZES: sizes, LIN_TEACHER_MIN_SCORE: score } = environment;
  return {
    ...(pack && { pack }),
    ...(sizes && { detectionSizes: sizes.split(',').map((size) => numberIn('LIN_TEACHER_DETECTION_SIZES', size)) }),
    ...(score && { minScore: numberIn('LIN_TEACHER_MIN_SCORE', score) }),
  };
}

function numberIn(variable: string, text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new TeacherError(`${variable} has "${text}"; expected a number.`);
}
