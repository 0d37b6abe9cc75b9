// lin-data split <records> <output>
import { join } from 'node:path';
import { splitRecords } from '../making/split-records.js';
import { numbersOf, type Command } from './command.js';
import { Progress } from './progress.js';
import { ON_CORRUPT, Skipping } from './skipping.js';

export const splitCommand: Command = {
  synopsis: 'split <records> <output>',
  summary: 'a training and a test set that share no identity',
  help: `Writes two sets, <output>/train and <output>/test, the same split as splitByIdentity makes in memory.

  --test-fraction <f>     share of the identities in the test set (default 0.1)
  --seed <n>              default 0
${ON_CORRUPT.help}`,
  options: { 'test-fraction': { type: 'string' }, seed: { type: 'string' }, ...ON_CORRUPT.option },
  operands: 2,
  async run([source, output], values, { signal }) {
    const progress = new Progress('images');
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
      progress.end();
      console.log(`${join(output!, 'train')}: ${train.images} images of ${train.identities} identities`);
      console.log(`${join(output!, 'test')}: ${test.images} images of ${test.identities} identities${skipping}`);
      return 0;
    } finally {
      progress.end();
    }
  },
};
