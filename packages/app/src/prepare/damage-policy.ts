// What is done about damaged records, wherever a run reads images.
import type { BatchesOptions } from '@lin/data';

/** As `batches` of @lin/data has it. */
export type DamagePolicy = Pick<BatchesOptions, 'onCorrupt' | 'maxCorrupt' | 'onSkip'>;
