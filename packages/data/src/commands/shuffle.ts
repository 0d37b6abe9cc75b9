// lin-data shuffle <records> <output>
import { numberOf, numbersOf, Progress, type Command } from '@lin/command-line';
import { shuffleRecords } from '../making/shuffle-records.js';
import { ON_CORRUPT, Skipping } from './skipping.js';

export const shuffleCommand: Command = {
  name: 'shuffle',
  operands: ['<records>', '<output>'],
  summary: 'a set rewritten in a random order',
  help: `Writes the images in a seeded random order into a new folder, in im2rec's layout, for reading
from end to end where random access is slow. Needs free disk for the set once more.`,
  options: {
    seed: { type: 'string', value: '<n>', description: 'default: 0' },
    memory: { type: 'string', value: '<MB>', description: 'images that are in memory at once, about (default: 512)' },
    ...ON_CORRUPT,
  },
  async run([source, output], values, { signal }) {
    const progress = new Progress({ unit: 'reads and writes' });
    const megabytes = numberOf(values, 'memory');
    const skipping = new Skipping(values);
    try {
      const { images } = await shuffleRecords({
        source: source!,
        output: output!,
        ...numbersOf(values, { seed: 'seed' }),
        ...(megabytes !== undefined && { memory: Math.round(megabytes * 1e6) }),
        ...skipping.options,
        onProgress: progress.update,
        signal,
      });
      progress.close();
      console.log(`${output}: ${images} images${skipping}`);
    } finally {
      progress.close();
    }
  },
};
