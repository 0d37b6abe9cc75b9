// lin-data pairs <records or image folder> <out.bin>
import { numbersOf, UsageError, type Command, type Option } from '@lin/command-line';
import { writeListedPairs, writePairs } from '../making/write-pairs.js';
import { PREPARING, prepareOptions } from './preparing.js';

const OPTIONS: Readonly<Record<string, Option>> = {
  folds: { type: 'string', value: '<n>', description: 'default: 10, which the protocol expects' },
  pairs: { type: 'string', value: '<n>', description: 'pairs of either kind in a fold (default: 300)' },
  seed: { type: 'string', value: '<n>', description: 'default: 0' },
  list: {
    type: 'string',
    value: '<pairs.txt>',
    description: "LFW's format: image 7 of a name is name/name_0007.jpg, or of any format",
  },
  ...PREPARING,
};
const DRAWING = { folds: 'folds', pairs: 'pairsPerFold', seed: 'seed' } as const;

export const pairsCommand: Command = {
  name: 'pairs',
  operands: ['<source>', '<out.bin>'],
  summary: 'a verification pack of pairs of images',
  help: `Writes a pack that InsightFace's verification reads. Without --list the source is records, and
pairs are drawn: in each fold the same number of one identity, then of two; nobody is in two folds.
With --list the source is a folder with one sub-folder for each name, and the pairs are listed.
--folds, --pairs and --seed draw; the options after --list are for images of a folder.`,
  options: OPTIONS,
  async run([source, output], values) {
    const isListed = values['list'] !== undefined;
    const stray = Object.keys(isListed ? DRAWING : PREPARING).find((option) => values[option] !== undefined);
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
  },
};
