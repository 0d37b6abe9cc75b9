// SCRFD as published in InsightFace's packs (det_10g, det_2.5g, det_500m).
import { TeacherError } from '../errors.js';
import { BOX_NUMBERS, CANDIDATES_PER_CELL, decodeScrfd, LANDMARK_NUMBERS, type ScrfdLevel } from './decode-scrfd.js';
import { STRIDES, type DetectorKind } from './detector-kind.js';

export const SCRFD: DetectorKind = {
  /** scrfd.py: blobFromImage(1/128, mean 127.5, swapRB). */
  scaling: { mean: 127.5, std: 128, channels: 'rgb' },
  isOf: (outputs) => outputs.length === 3 * STRIDES.length,
  decode({ values }, { path, ...options }) {
    const levels = STRIDES.map((stride, i): ScrfdLevel => ({
      stride,
      scores: values[i]!,
      boxes: values[i + 3]!,
      landmarks: values[i + 6]!,
    }));
    for (const level of levels) checkLevel(level, options.size, path);
    return decodeScrfd(levels, options);
  },
};

function checkLevel({ stride, scores, boxes, landmarks }: ScrfdLevel, size: number, path: string): void {
  const count = CANDIDATES_PER_CELL * (size / stride) ** 2;
  const expected = [count, count * BOX_NUMBERS, count * LANDMARK_NUMBERS].join(', ');
  const found = [scores, boxes, landmarks].map(({ length }) => length).join(', ');
  if (found !== expected)
    throw new TeacherError(
      `${path} gives ${found} numbers at stride ${stride} of ${size}×${size}; expected ${expected}. It is not an SCRFD detector.`,
    );
  if (!scores.every(Number.isFinite))
    throw new TeacherError(
      `${path} gives a score that is not a finite number; the model is damaged, download it again.`,
    );
}
