// lin-data import <folder> <output>
import { choiceOf, numbersOf, Progress, type Command } from '@lin/command-line';
import { describeIgnored } from '../making/image-folder.js';
import { importFolder } from '../making/import-folder.js';
import type { ImportReport } from '../making/import-report.js';
import { PREPARING, prepareOptions } from './preparing.js';
import { ON_CORRUPT } from './skipping.js';

export const importCommand: Command = {
  name: 'import',
  operands: ['<folder>', '<output>'],
  summary: 'image folders, one for each identity, into records',
  help: `Makes train.rec, train.idx and property in InsightFace's layout out of a folder with one
sub-folder for each identity, and beside them identities.tsv (which label is which folder) and
import.jsonl (what became of each image). When it is stopped, the same command goes on with it.

A 112×112 JPEG is stored byte for byte. Other images are turned as EXIF says, scaled to cover
112×112, cut to their centre and encoded. Within an identity the same file is stored once.`,
  options: {
    ...PREPARING,
    ...ON_CORRUPT,
    workers: { type: 'string', value: '<n>', description: 'images made ready at once (default: two a core)' },
  },
  async run([folder, output], values, { signal }) {
    const onCorrupt = choiceOf(values, 'on-corrupt', ['error', 'skip'], 'error');
    const options = { ...(await prepareOptions(values)), ...numbersOf(values, { workers: 'workers' }) };
    const progress = new Progress({ unit: 'images' });
    let settled = 0;
    try {
      const report = await importFolder({
        folder: folder!,
        output: output!,
        ...options,
        onCorrupt,
        signal,
        onProgress: ({ done, total }) => {
          settled = done;
          progress.update({ done, total });
        },
        onLeftOut: ({ reason }) => process.stderr.write(`left out: ${reason}\n`),
      });
      progress.close();
      console.log(`${output}: ${summaryOf(report)}`);
    } catch (error) {
      progress.close();
      if (settled > 0)
        process.stderr.write(
          `${settled} images are done; to go on: lin-data ${process.argv.slice(2).map(quoted).join(' ')}\n`,
        );
      throw error;
    }
  },
};

function summaryOf(report: ImportReport): string {
  const { images, identities, duplicates, sameContent, corrupt, withoutFace, ignored } = report;
  const notes = [
    duplicates > 0 && `${duplicates} duplicates left out`,
    corrupt > 0 && `${corrupt} corrupt left out`,
    withoutFace > 0 && `${withoutFace} without a face left out`,
    sameContent > 0 && `${sameContent} images are there under several identities (see the end of import.jsonl)`,
  ];
  return (
    [`${images} images of ${identities} identities`, ...notes.filter(Boolean)].join(', ') + describeIgnored(ignored)
  );
}

/** As a POSIX shell reads it back. */
const quoted = (argument: string) =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
