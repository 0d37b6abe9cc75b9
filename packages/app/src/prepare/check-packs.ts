// Verification packs looked at before training: a wrong path is found now, not hours later.
import { openVerificationPack } from '@lin/data';
import type { Config } from '../config/schema.js';
import { UsageError } from '@lin/command-line';

const FEWEST_PAIRS = 10; // one for each fold

/** Whether these pairs can be measured: one for each fold, of one person and of two. */
export const canBeMeasured = (same: readonly boolean[]) => same.length >= FEWEST_PAIRS && new Set(same).size === 2;

/** @throws RecordError where one is missing, damaged or no pack; UsageError where it has too few pairs. */
export async function checkPacks({ evaluation }: Pick<Config, 'evaluation'>): Promise<void> {
  for (const path of evaluation.packs) {
    const { same } = await openVerificationPack(path);
    if (same.length < FEWEST_PAIRS) {
      throw new UsageError(
        `evaluation.packs names ${path}, whose ${same.length} pairs are fewer than ${FEWEST_PAIRS}; leave it out.`,
      );
    }
  }
}
