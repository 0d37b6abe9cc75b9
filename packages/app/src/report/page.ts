// The report as one HTML page that needs no network: figures are inlined.
import type { Figure } from '@lin/figures';
import type { VerificationFigures } from '@lin/train';
import type { RunSummary } from '../run/summary.js';

export interface ReportPageOptions {
  name: string;
  /** The model's own description, as text. */
  modelSummary: string;
  figures: Readonly<Record<string, Figure>>;
  summary: RunSummary | undefined;
}

const CAPTIONS: Record<string, string> = {
  difference:
    'What separates the Linearizer from its teacher: test images over the first 20 coordinates of f(x) − teacher(x).',
  flow: 'One test image through the sandwich. Bars are the first 64 coordinates.',
  'learning-curve': 'Training: cosine to the teacher, and the mean squared error of unit embeddings.',
};

export function reportPage({ name, modelSummary, figures, summary }: ReportPageOptions): string {
  const sections = Object.entries(figures).map(
    ([figure, { svg }]) => `<figure>${svg}<figcaption>${escape(CAPTIONS[figure] ?? figure)}</figcaption></figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lin: run ${escape(name)}</title>
<style>
  body { font: 15px/1.5 "DejaVu Sans", system-ui, sans-serif; color: #1f2937; max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }
  figure { margin: 2rem 0; } figure svg { max-width: 100%; height: auto; } figcaption { color: #6b7280; }
  table { border-collapse: collapse; }
  th, td { text-align: left; padding: .25rem 1.5rem .25rem 0; font-weight: normal; } th { color: #6b7280; }
  pre { background: #f3f4f6; padding: 1rem; overflow-x: auto; } .notice { background: #fef3c7; padding: .75rem 1rem; }
</style>
</head>
<body>
<h1>Run ${escape(name)}</h1>
${summary ? resultsOf(summary) : '<p>This run has not ended yet: its results are written when it does.</p>'}
<pre>${escape(modelSummary)}</pre>
${sections.join('\n')}
</body>
</html>
`;
}

function resultsOf({
  engine,
  teacher,
  data,
  test,
  inverse,
  verification,
  epochs,
  steps,
  imagesPerSecond,
  seconds,
}: RunSummary): string {
  const rows: [string, string][] = [
    ['Teacher', teacher.name],
    [
      'Data',
      `${count(data.images)} images of ${count(data.identities)} identities; ${count(data.trainImages)} train` +
        `${data.drawnImages ? `, ${count(data.drawnImages)} drawn faces beside them` : ''}, ` +
        `${count(data.testImages)} test`,
    ],
    ['Test cosine', `${test.cosine.toFixed(4)} (the mean embedding scores ${test.cosineOfMeanEmbedding.toFixed(4)})`],
    ['Test MSE', `${test.mse.toExponential(3)} (predicting zero scores ${test.mseOfZero.toExponential(3)})`],
    [
      'g_x⁻¹(g_x(x))',
      inverse
        ? `${(100 * inverse.exactBytes).toFixed(4)} % of the test images' bytes exact, ` +
          `largest error ${inverse.maxError.toExponential(2)}, gain (p99) ${inverse.gainP99.toFixed(2)}`
        : 'no inverse to the image',
    ],
    [
      'Training',
      `${epochs} epochs, ${count(steps)} steps, ${imagesPerSecond.toFixed(1)} images/s; ${seconds.toFixed(0)} s in all`,
    ],
    ['Engine', engine],
  ];
  const notice = teacher.standIn
    ? '<p class="notice">The teacher is a stand-in: an untrained network that recognises nobody. ' +
      'The figures show that the Linearizer learns it, and nothing about faces.</p>'
    : '';
  const table = rows.map(([head, cell]) => `<tr><th>${escape(head)}</th><td>${escape(cell)}</td></tr>`).join('');
  return `${notice}<table>${table}</table>${verificationTable(verification)}`;
}

function verificationTable(tests: RunSummary['verification']): string {
  const cells = tests.flatMap(({ name, pairs, student, teacher, baselines = {}, reason }) =>
    student && teacher
      ? Object.entries({ student, teacher, ...baselines }).map(([who, figures]) => [
          name,
          count(pairs),
          who,
          `${(100 * figures.accuracy).toFixed(2)} ± ${(100 * figures.accuracyStd).toFixed(2)} %`,
          figures.areaUnderCurve.toFixed(4),
          `${(100 * figures.equalErrorRate).toFixed(2)} %`,
          tarAt(figures, 1e-3),
        ])
      : [[name, count(pairs), `not tested: ${reason}`, '', '', '', '']],
  );
  const head = ['Same person or not', 'Pairs', '', 'Accuracy, ten folds', 'AUC', 'EER', 'TAR at FAR 0.001'];
  const row = (texts: readonly string[], tag: 'th' | 'td') =>
    `<tr>${texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(head, 'th')}${cells.map((texts) => row(texts, 'td')).join('')}</table>`;
}

function tarAt({ tarAtFar }: VerificationFigures, far: number): string {
  const tar = tarAtFar.find((rate) => rate.far === far)?.tar;
  return tar === null || tar === undefined ? 'too few pairs' : `${(100 * tar).toFixed(2)} %`;
}

const count = (value: number) => value.toLocaleString('en-US');
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
