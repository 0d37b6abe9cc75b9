// lin-data verify <records>
import { numbersOf, Progress, type Command } from '@lin/command-line';
import { verifyRecords, type DamagedRecord } from '../making/verify-records.js';
import { contradictionsOf, roundedLabelsOf } from './contradictions.js';

export const verifyCommand: Command = {
  name: 'verify',
  operands: ['<records>'],
  summary: 'reads and decodes everything, reports what is damaged',
  help: `Reads and decodes every image of a .rec, or of the one in a folder. Writes nothing.
Exit code 0 if all are sound, 1 if any is damaged.`,
  options: {
    json: { type: 'boolean', description: 'one JSON object a line: each damaged record, then the totals' },
    workers: { type: 'string', value: '<n>', description: 'threads that decode (default: one a core, at most 16)' },
  },
  async run([source], values, { signal }) {
    const asJson = values['json'] === true;
    const progress = new Progress({ unit: 'images' });
    try {
      const report = await verifyRecords({
        source: source!,
        signal,
        ...numbersOf(values, { workers: 'workers' }),
        onDamaged: (damaged) => console.log(asJson ? JSON.stringify(damaged) : textOf(damaged)),
        onProgress: progress.update,
      });
      const { images, identities, contradicting, roundedLabels, damaged } = report;
      if (contradicting > 0 && !asJson) console.log(contradictionsOf(contradicting));
      if (roundedLabels > 0 && !asJson) console.log(roundedLabelsOf(roundedLabels));
      console.log(
        asJson
          ? JSON.stringify(report)
          : `${images} images of ${identities} identities: ${damaged === 0 ? 'all sound' : `${damaged} damaged`}`,
      );
      return damaged === 0 ? 0 : 1;
    } finally {
      progress.close();
    }
  },
};

const textOf = ({ key, reason }: DamagedRecord) => `${key === undefined ? 'structure' : `key ${key}`}: ${reason}`;
