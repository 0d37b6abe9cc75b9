// An aligner as a module of its own, for `lin-data import --align @lin/teacher/align`: the face of a photograph, found by a pack's
// detector.
import { openFaceAnalyzer, type FaceAnalyzer } from './face-analyzer.js';
import type { RgbImage } from './photo/rgb-image.js';

let analyzer: Promise<FaceAnalyzer> | undefined;

/**
 * The most prominent face of the picture, aligned, RGB [112, 112, 3]; null where none is found. A picture of exactly 112×112 is given back
 * as it is.
 * The pack is buffalo_l, or what the environment variable LIN_TEACHER_PACK names. Opened at the first call, and kept.
 * @throws TeacherError where the pack is not there or has no detector.
 */
export default async function align(image: RgbImage): Promise<Uint8Array | null> {
  const pack = process.env['LIN_TEACHER_PACK'];
  analyzer ??= openFaceAnalyzer({ tasks: ['detection'], ...(pack ? { pack } : {}) });
  const { faces } = await (await analyzer).analyze(image, { maxFaces: 1 });
  return faces[0]?.crop ?? null;
}
