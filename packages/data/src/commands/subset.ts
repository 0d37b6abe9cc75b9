// lin-data subset <records> <output>
import { numbersOf, parseNumber, Progress, UsageError, type Command, type Option } from '@lin/command-line';
import { subsetRecords } from '../making/subset-records.js';
import { ON_CORRUPT, Skipping } from './skipping.js';

const OPTIONS: Readonly<Record<string, Option>> = {
  identities: { type: 'string', value: '<list>', description: 'labels, such as 0-99,205,310-312' },
  keys: { type: 'string', value: '<from>-<to>', description: 'keys, both ends included' },
  'min-images': {
    type: 'string',
    value: '<n>',
    description: 'identities that have at least this number of these images',
  },
  random: { type: 'string', value: '<n>', description: 'this number of identities, drawn by the seed' },
  'max-images': {
    type: 'string',
    value: '<n>',
    description: 'at most this number of images of each, drawn by the seed',
  },
  seed: { type: 'string', value: '<n>', description: 'default: 0' },
  ...ON_CORRUPT,
};

export const subsetCommand: Command = {
  name: 'subset',
  operands: ['<records>', '<output>'],
  summary: 'a part of a set as a set of its own',
  help: `Copies chosen images into a new folder: train.rec, train.idx, property, identities.tsv.
Identities are renumbered from 0; identities.tsv says which was which. Choices apply in the order of the options below.`,
  options: OPTIONS,
  async run([source, output], values, { signal }) {
    const progress = new Progress({ unit: 'images' });
    const skipping = new Skipping(values);
    try {
      const { images, identities } = await subsetRecords({
        source: source!,
        output: output!,
        ...(values['identities'] !== undefined && { identities: parseList(String(values['identities'])) }),
        ...(values['keys'] !== undefined && { keyRange: parseRange('keys', String(values['keys'])) }),
        ...numbersOf(values, {
          'min-images': 'minImages',
          random: 'randomIdentities',
          'max-images': 'maxImages',
          seed: 'seed',
        }),
        ...skipping.options,
        onProgress: progress.update,
        signal,
      });
      progress.close();
      console.log(`${output}: ${images} images of ${identities} identities${skipping}`);
    } finally {
      progress.close();
    }
  },
};

/** A million identities are more than any set has. */
const MAX_LIST = 1_000_000;

function parseList(text: string): number[] {
  const list: number[] = [];
  for (const part of text.split(',')) {
    const [from, to] = part.includes('-')
      ? parseRange('identities', part)
      : [parseNumber('identities', part), parseNumber('identities', part)];
    if (to - from >= MAX_LIST) throw new UsageError(`--identities has ${part}; a range holds at most ${MAX_LIST}.`);
    for (let label = from; label <= to; label++) list.push(label);
  }
  return list;
}

function parseRange(option: string, text: string): [number, number] {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (!range) throw new UsageError(`--${option} is "${text}"; expected a range such as 0-99.`);
  return [Number(range[1]), Number(range[2])];
}
