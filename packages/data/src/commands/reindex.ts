// lin-data reindex <file.rec>
import { Progress, type Command } from '@lin/command-line';
import { reindex } from '../recordio/reindex.js';

export const reindexCommand: Command = {
  name: 'reindex',
  operands: ['<file.rec>'],
  summary: 'writes the .idx of a .rec from the records alone',
  help: `Writes the .idx that a .rec lacks, past damage, and says which bytes are damaged.
Exit code 0 if there was none, 1 if the index could be written for a part of the file only.`,
  options: {
    output: {
      type: 'string',
      value: '<file.idx>',
      description: 'default: beside the .rec, with its name; it is not overwritten',
    },
    json: { type: 'boolean', description: 'the report as JSON' },
  },
  async run([rec], values) {
    const progress = new Progress({ unit: 'MB', scale: 1e6 });
    try {
      const report = await reindex(rec!, {
        ...(values['output'] !== undefined && { output: String(values['output']) }),
        onProgress: ({ bytes, total }) => progress.update({ done: bytes, total }),
      });
      progress.close();
      const { output, records, images, damaged } = report;
      if (values['json'] === true) console.log(JSON.stringify(report));
      else {
        for (const { start, end, reason, recordsBefore, recordsAfter } of damaged) {
          console.log(
            `bytes ${start} to ${end} are damaged, ${recordsBefore} records before and ${recordsAfter} after: ${reason}`,
          );
        }
        console.log(`${output}: ${records} records, ${images} with an image, keyed by their ${report.keysAre}`);
      }
      return damaged.length === 0 ? 0 : 1;
    } finally {
      progress.close();
    }
  },
};
