// From which cosine on two faces are one person's: known for one recogniser, to be given for others.
import { UsageError } from '@lin/command-line';
import { PUBLISHED_MODELS } from '../packs/published.js';
import type { Teacher } from '../recognition/teacher.js';
import { SAMPLE_TEACHER_SHA256 } from '../sample-teacher.js';

/**
 * Of buffalo_l's recogniser, from InsightFace's own demonstration (web-demos/src_recognition/main.py): the same person from 0.28 on, not
 * below 0.2.
 */
export const SAME = 0.28;
export const DIFFERENT = 0.2;

type Judge = Pick<Teacher, 'name' | 'sha256' | 'standIn'>;

const isKnown = ({ sha256 }: Judge) => sha256 === PUBLISHED_MODELS['w600k_r50.onnx']!.sha256;

/** @throws UsageError where no threshold is given, and none is known. */
export function thresholdFor(teacher: Judge, given: number | undefined): number {
  if (given !== undefined) return given;
  if (isKnown(teacher)) return SAME;
  throw new UsageError(`No threshold is known for ${teacher.name}; give one with --threshold.`);
}

/** A sentence. */
export function meaningOf(cosine: number, threshold: number | undefined, teacher: Judge): string {
  const { name, sha256, standIn } = teacher;
  if (standIn) return `This says nothing about people: the ${name}.`;
  if (threshold !== undefined)
    return cosine >= threshold
      ? `Probably the same person: at least your threshold of ${threshold}.`
      : `Probably different people: below your threshold of ${threshold}.`;
  if (sha256 === SAMPLE_TEACHER_SHA256) return `This says nothing about real people: the ${name}.`;
  if (!isKnown(teacher)) return `No threshold is known for ${name}; give one with --threshold.`;
  const source = `InsightFace's own demonstration of buffalo_l`;
  if (cosine >= SAME) return `Probably the same person: ${source} says so from ${SAME} on.`;
  if (cosine < DIFFERENT) return `Probably different people: ${source} says so below ${DIFFERENT}.`;
  return `Perhaps the same person: ${source} is sure from ${SAME} on, and of different people below ${DIFFERENT}.`;
}
