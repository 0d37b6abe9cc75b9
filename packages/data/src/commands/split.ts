// lin-data split <records> <output>
import { join } from 'node:path';
import { numbersOf, Progress, type Command } from '@lin/command-line';
import { splitRecords } from '../making/split-records.js';
import { ON_CORRUPT, Skipping } from './skipping.js';

export const splitCommand: Command = {
  name: 'split',
  operands: ['<records>', '<output>'],
  summary: 'a training and a test set that share no identity',
  help: 'Writes two sets, <output>/train and <output>/test, the same split as splitByIdentity makes in memory.',
  options: {
    'test-fraction': {
      type: 'string',
      value: '<f>',
      description: 'share of the identities in the test set (default: 0.1)',
    },
    seed: { type: 'string', value: '<n>', description: 'default: 0' },
    ...ON_CORRUPT,
  },
  async run([source, output], values, { signal }) {
    const progress = new Progress({ unit: 'images' });
    const skipping = new Skipping(values);
    try {
      const { train, test } = await splitRecords({
        source: source!,
        output: output!,
        ...numbersOf(values, { 'test-fraction': 'testFraction', seed: 'seed' }),
        ...skipping.options,
        onProgress: progress.update,
        signal,
      });
      progress.close();
      console.log(`${join(output!, 'train')}: ${train.images} images of ${train.identities} identities`);
      console.log(`${join(output!, 'test')}: ${test.images} images of ${test.identities} identities${skipping}`);
    } finally {
      progress.close();
    }
  },
};
