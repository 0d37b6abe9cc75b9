// lin-data inspect <records or pack.bin>
import { numbersOf, type Command, type Option } from '@lin/command-line';
import { contactSheet } from '../making/contact-sheet.js';
import { inspectRecords, type RecordsReport } from '../making/inspect-records.js';
import { inspectPack, packSheet, type PackReport } from '../making/inspect-pack.js';
import { kindsText } from '../making/image-sample.js';
import { contradictionsOf, roundedLabelsOf } from './contradictions.js';

const OPTIONS: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', description: 'the report as JSON' },
  sheet: {
    type: 'string',
    value: '<file.png>',
    description: 'also a contact sheet: an identity in each row; of a pack, a pair',
  },
  rows: { type: 'string', value: '<n>', description: 'rows of the sheet (default: 10)' },
  columns: { type: 'string', value: '<n>', description: 'images in a row of identities (default: 10)' },
  seed: { type: 'string', value: '<n>', description: 'draws the rows (default: 0)' },
};

export const inspectCommand: Command = {
  name: 'inspect',
  operands: ['<records or pack.bin>'],
  summary: 'what is in a set or a verification pack',
  help: `Counts, layout, kinds of images, images per identity, and what does not fit together.`,
  options: OPTIONS,
  async run([source], values) {
    const isPack = source!.endsWith('.bin');
    const sheet = values['sheet'] === undefined ? undefined : String(values['sheet']);
    if (isPack) {
      const report = await inspectPack(source!);
      console.log(values['json'] === true ? JSON.stringify(report) : packText(report));
      if (sheet !== undefined)
        await packSheet({ source: source!, output: sheet, ...numbersOf(values, { rows: 'pairs', seed: 'seed' }) });
    } else {
      const report = await inspectRecords(source!);
      console.log(values['json'] === true ? JSON.stringify(report) : recordsText(report));
      const chosen = numbersOf(values, { rows: 'identities', columns: 'imagesPerIdentity', seed: 'seed' });
      if (sheet !== undefined) await contactSheet({ source: source!, output: sheet, ...chosen });
    }
  },
};

const BAR_WIDTH = 40;

function recordsText(report: RecordsReport): string {
  const { labels, imagesPerIdentity: per, sample } = report;
  const widest = Math.max(...per.histogram.map(({ identities }) => identities));
  const bars = per.histogram
    .filter(({ to }) => to >= per.min)
    .map(({ from, to, identities }) => {
      const range = from === to ? String(from) : `${from}–${to}`;
      return `  ${range.padStart(11)}  ${String(identities).padStart(8)}  ${'█'.repeat(Math.ceil((BAR_WIDTH * identities) / widest))}`;
    });
  return [
    report.path,
    `layout        ${report.layout}`,
    `size          ${report.bytes} bytes`,
    `images        ${report.images}`,
    `identities    ${report.identities}, labels ${labels.from} to ` +
      `${labels.to}${labels.missing > 0 ? `, ${labels.missing} of them without images` : ''}`,
    `per identity  ${per.min} to ${per.max}, median ${per.median}, mean ${per.mean.toFixed(1)}`,
    `kinds         ${kindsText(sample)}`,
    ...(report.indexRebuilt
      ? [
          'index         made from the records: there is no .idx, or one by ranks; `lin-data reindex` writes a right one',
        ]
      : []),
    ...(report.contradicting > 0 ? [contradictionsOf(report.contradicting)] : []),
    ...(report.roundedLabels > 0 ? [roundedLabelsOf(report.roundedLabels)] : []),
    ...(report.scattered > 0 ? [`scattered     ${report.scattered} identities whose images are not together`] : []),
    ...report.propertyMismatches.map((mismatch) => `mismatch      ${mismatch}`),
    ...report.damaged.map((reason) => `damaged       ${reason}`),
    '',
    '  images an identity, identities',
    ...bars,
  ].join('\n');
}

const packText = ({ path, bytes, pairs, same, sample }: PackReport) =>
  [
    path,
    `size    ${bytes} bytes`,
    `pairs   ${pairs}, ${same} of the same identity`,
    `kinds   ${kindsText(sample)}`,
  ].join('\n');
