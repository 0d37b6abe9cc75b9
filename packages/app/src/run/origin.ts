// What a run's checkpoint says it was trained with: other records, another teacher or another split are noticed when the run goes on or is
// tested.
import { createHash } from 'node:crypto';
import type { Teacher } from '@lin/teacher';
import type { CheckpointState } from '@lin/train';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../prepare/dataset.js';
import { RunFolderError } from './run-folder.js';

interface Parts {
  config: Config;
  dataset: Pick<Dataset, 'fingerprint' | 'drawn'>;
  teacher: Pick<Teacher, 'sha256'>;
}

type Origin = Record<'records' | 'teacher' | 'split' | 'batchSize' | 'config', string>;

export function originOf({ config, dataset, teacher }: Parts): Origin {
  return {
    records: dataset.fingerprint,
    teacher: teacher.sha256,
    split: splitOf(config, dataset),
    batchSize: String(config.linearizer.batch_size),
    config: createHash('sha256').update(JSON.stringify(config)).digest('hex'),
  };
}

/** What is not set is not said, as before it could be set. */
function splitOf({ data, validation: { identities } }: Config, { drawn }: Parts['dataset']): string {
  return [
    `data.test_fraction ${data.test_fraction}, data.seed ${data.seed}`,
    ...(identities > 0 ? [`validation.identities ${identities}`] : []),
    ...(data.limit_train_images === null ? [] : [`data.limit_train_images ${data.limit_train_images}`]),
    ...(drawn ? [`drawn faces ${drawn.fingerprint.slice(0, 12)} beside them`] : []),
  ].join(', ');
}

/** What may not be another one, and what it is called; the rest may change between two sessions of a run. */
const FIXED = {
  records: 'other records than these: their fingerprint was',
  teacher: 'another teacher than this: its SHA-256 was',
  split: 'another split of the identities:',
} as const;

/**
 * `checkpoint` is its path. Checkpoints of earlier versions, which do not say what they were trained with, pass.
 * @throws RunFolderError for a checkpoint that was trained with other records, another teacher or another split.
 */
export function refuseOther(checkpoint: string, { origin = {} }: CheckpointState, present: Origin): void {
  for (const key of ['records', 'teacher', 'split'] as const) {
    const then = origin[key];
    if (then === undefined || then === present[key]) continue;
    throw new RunFolderError(
      `${checkpoint} was trained with ${FIXED[key]} ${shown(then)}, and is ${shown(present[key])} now. ` +
        'Put back what it was trained with, or start a new run.',
    );
  }
}

const shown = (text: string) => (/^[0-9a-f]{32,}$/.test(text) ? `${text.slice(0, 12)}…` : text);
