import { TeacherError } from '../errors.js';

/** @throws TeacherError for an option that is not a whole number of at least 1. */
export function requireCounts(counts: Record<string, number>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1)
      throw new TeacherError(`${name} is ${value}; expected a whole number of at least 1.`);
  }
}
