// lin-data pairs <records or image folder> <out.bin>
import { writeListedPairs, writePairs } from '../making/write-pairs.js';
import { numbersOf, UsageError, type Command } from './command.js';
import { PREPARING, prepareOptions } from './preparing.js';

const DRAWING = { folds: 'folds', pairs: 'pairsPerFold', seed: 'seed' } as const;

export const pairsCommand: Command = {
  synopsis: 'pairs <source> <out.bin>',
  summary: 'a verification pack of pairs of images',
  help: `Writes a pack that InsightFace's verification reads. Without --list the source is records, and
pairs are drawn: in each fold so many of one identity, then as many of two; nobody is in two folds.

  --folds <n>             default 10, which the protocol expects
  --pairs <n>             pairs of either kind in a fold (default 300)
  --seed <n>              default 0

With --list the source is a folder with one sub-folder for each name, and the pairs are listed:

  --list <pairs.txt>      LFW's format: image 7 of a name is name/name_0007.jpg, or of any format
${PREPARING.help}`,
  options: {
    folds: { type: 'string' },
    pairs: { type: 'string' },
    seed: { type: 'string' },
    list: { type: 'string' },
    ...PREPARING.options,
  },
  operands: 2,
  async run([source, output], values) {
    const isListed = values['list'] !== undefined;
    const stray = Object.keys(isListed ? DRAWING : PREPARING.options).find((option) => values[option] !== undefined);
    if (stray) throw new UsageError(`--${stray} is of no use ${isListed ? 'with' : 'without'} --list.`);
    const { pairs } = isListed
      ? await writeListedPairs({
          folder: source!,
          list: String(values['list']),
          output: output!,
          ...(await prepareOptions(values)),
        })
      : await writePairs({ source: source!, output: output!, ...numbersOf(values, DRAWING) });
    console.log(`${output}: ${pairs} pairs`);
    return 0;
  },
};
