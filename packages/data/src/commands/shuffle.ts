// lin-data shuffle <records> <output>
import { shuffleRecords } from '../making/shuffle-records.js';
import { numbersOf, parseNumber, type Command } from './command.js';
import { Progress } from './progress.js';
import { ON_CORRUPT, Skipping } from './skipping.js';

export const shuffleCommand: Command = {
  synopsis: 'shuffle <records> <output>',
  summary: 'a set rewritten in a random order',
  help: `Writes the images in a seeded random order into a new folder, in im2rec's layout, for reading
from end to end where random access is slow. Needs free disk for the set once more.

  --seed <n>              default 0
  --memory <MB>           images that are in memory at once, about (default 512)
${ON_CORRUPT.help}`,
  options: { seed: { type: 'string' }, memory: { type: 'string' }, ...ON_CORRUPT.option },
  operands: 2,
  async run([source, output], values, { signal }) {
    const progress = new Progress('reads and writes');
    const skipping = new Skipping(values);
    try {
      const { images } = await shuffleRecords({
        source: source!,
        output: output!,
        ...numbersOf(values, { seed: 'seed' }),
        ...(values['memory'] !== undefined && {
          memory: Math.round(parseNumber('memory', String(values['memory'])) * 1e6),
        }),
        ...skipping.options,
        onProgress: progress.update,
        signal,
      });
      progress.end();
      console.log(`${output}: ${images} images${skipping}`);
      return 0;
    } finally {
      progress.end();
    }
  },
};
