// LFW's pairs.txt (vis-www.cs.umass.edu/lfw/README.txt): "folds<tab>pairs", then for each fold so many lines "name<tab>n1<tab>n2" of the
// same person and so many "name1<tab>n1<tab>name2<tab>n2" of two. Image n of a person is name/name_000n.jpg.
import { RecordError } from '../errors.js';

export interface ListedImage {
  name: string;
  /** From 1. */
  number: number;
}

export interface ListedPair {
  first: ListedImage;
  second: ListedImage;
  same: boolean;
}

/** @throws RecordError with the line that is neither of these, or where there are more or fewer than the first line says. */
export function parseLfwPairs(text: string, path: string): ListedPair[] {
  const lines = text.split(/\r?\n/);
  const [folds, perFold] = header(lines[0]!, path);
  const pairs = lines.flatMap((line, i) =>
    i === 0 || line.trim() === '' ? [] : [parsePair(line, `${path} line ${i + 1}`)],
  );
  if (pairs.length !== 2 * folds * perFold) {
    throw new RecordError(
      `${path}: ${pairs.length} pairs, but its first line promises ${folds} folds of ${perFold} + ${perFold}; ` +
        'the file is incomplete or altered.',
    );
  }
  pairs.forEach(({ same }, i) => {
    if (same !== i % (2 * perFold) < perFold) {
      throw new RecordError(
        `${path}: pair ${i + 1} is of ${same ? 'one person' : 'two people'}; ` +
          `each fold has ${perFold} of one person, then ${perFold} of two.`,
      );
    }
  });
  return pairs;
}

/** LFW itself has "10\t300"; its view 1 files have the pairs alone, for one fold. */
function header(line: string, path: string): [folds: number, perFold: number] {
  const numbers = /^(\d+)(?:\s+(\d+))?\s*$/.exec(line);
  if (!numbers) throw new RecordError(`${path} line 1: expected "folds<tab>pairs", such as "10<tab>300".`);
  return numbers[2] === undefined ? [1, Number(numbers[1])] : [Number(numbers[1]), Number(numbers[2])];
}

function parsePair(line: string, where: string): ListedPair {
  const fields = line.trim().split(line.includes('\t') ? '\t' : /\s+/);
  const image = (name: string, number: string): ListedImage => {
    if (
      !/^[1-9]\d{0,8}$/.test(number) ||
      name === '' ||
      name.includes('/') ||
      name.includes('\\') ||
      name.startsWith('.')
    ) {
      throw new RecordError(
        `${where}: "${name}" and "${number}" are no name of a folder and number of an image from 1.`,
      );
    }
    return { name, number: Number(number) };
  };
  if (fields.length === 3)
    return { first: image(fields[0]!, fields[1]!), second: image(fields[0]!, fields[2]!), same: true };
  if (fields.length === 4)
    return { first: image(fields[0]!, fields[1]!), second: image(fields[2]!, fields[3]!), same: false };
  throw new RecordError(`${where}: expected "name<tab>n1<tab>n2" or "name1<tab>n1<tab>name2<tab>n2".`);
}
