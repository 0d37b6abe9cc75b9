// The detectors whose faces can be aligned, told apart by their outputs.
import { TeacherError } from '../errors.js';
import type { DetectorKind } from './detector-kind.js';
import { SCRFD } from './scrfd.js';
import { YUNET } from './yunet.js';

/** @throws TeacherError for a network that is not one of them. */
export function detectorKind(path: string, outputs: readonly string[]): DetectorKind {
  const kind = [SCRFD, YUNET].find((each) => each.isOf(outputs));
  if (kind) return kind;
  throw new TeacherError(
    outputs.length === 6
      ? `${path} finds faces without landmarks (6 outputs), and without them no face can be aligned; use det_10g, ` +
          `det_2.5g or det_500m of InsightFace's packs.`
      : `${path} is not an SCRFD detector: it has ${outputs.length} outputs, expected 9 (scores, ` +
          'boxes and landmarks at strides 8, 16 and 32), nor a YuNet with its 12; use det_10g, det_2.5g or det_500m.',
  );
}
