// The model card of an export (Mitchell et al. 2019, arXiv 1810.03993; huggingface.co/docs/hub/model-cards): what the model is, what it was
// made from, what it reaches, what it is for and what not, how it is loaded.
import { basename, dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import type { Run } from '../run/run.js';
import type { RunSummary } from '../run/summary.js';
import type { WrittenOnnx } from './write-onnx.js';
import type { WrittenWeights } from './write-weights.js';

export interface ModelCardOptions {
  run: Pick<Run, 'folder' | 'config' | 'teacher' | 'dataset' | 'model'>;
  checkpoint: RunSummary['checkpoint'];
  /** undefined where the run has not ended. */
  summary: RunSummary | undefined;
  /** Identities that stored edits, which are in the model, forget. */
  forgotten: readonly number[];
  onnx: readonly WrittenOnnx[];
  weights: WrittenWeights | undefined;
}

/** How every card begins: what else is called README.md is not ours to replace. */
const BEGINNING = '---\nlibrary_name: lin\n';

export const isModelCard = (text: string): boolean => text.startsWith(BEGINNING);

export function modelCard(options: ModelCardOptions): string {
  const { run, weights, onnx } = options;
  const sections = [
    `---\n${dump(metadataOf(options))}---\n`,
    `# ${run.folder.name}: a Linearizer of ${run.teacher.name}\n`,
    whatItIs(options),
    filesOf(options),
    figuresOf(options),
    USE,
    limitsOf(options),
    ...(onnx.length > 0 ? [loadingOnnx(onnx)] : []),
    ...(weights ? [loadingWeights(options)] : []),
  ];
  return sections.join('\n');
}

/** Metadata as Hugging Face's hub reads them (github.com/huggingface/hub-docs, modelcard.md); figures only of this very model. */
function metadataOf({ run, summary, checkpoint, forgotten }: ModelCardOptions): object {
  const isMeasured = summary?.checkpoint.step === checkpoint.step && forgotten.length === 0;
  const pairs = summary?.verification[0]?.student;
  const results = isMeasured && {
    task: { type: 'image-feature-extraction', name: 'Face verification' },
    dataset: { type: dirname(nameOf(run)), name: `held-out people of ${dataOf(run)}` },
    metrics: [
      { type: 'cosine_similarity', value: summary.test.cosine, name: 'Mean cosine to the teacher' },
      ...(pairs ? [{ type: 'accuracy', value: pairs.accuracy, name: 'Pairs told apart' }] : []),
    ],
  };
  return {
    library_name: 'lin',
    pipeline_tag: 'image-feature-extraction',
    tags: ['face-recognition', 'linearizer', 'distillation'],
    ...(results && { 'model-index': [{ name: run.folder.name, results: [results] }] }),
  };
}

/** Without records of the user's own, the sample set. */
const isDrawn = ({ config }: ModelCardOptions['run']) => config.data.ms1mv2.path === null;

/** Such as sample-5032x5-seed0/train.rec. */
const nameOf = ({ dataset: { records } }: ModelCardOptions['run']) =>
  join(basename(dirname(records.path)), basename(records.path));

const dataOf = (run: ModelCardOptions['run']) => `${nameOf(run)}${isDrawn(run) ? ' (synthetic faces)' : ''}`;

function whatItIs({ run, checkpoint: { step, weights, best }, forgotten }: ModelCardOptions): string {
  const { config, teacher, dataset, model } = run;
  const { records, split, drawn } = dataset;
  const chosen = best ? `, the best on validation (${best.figure} ${best.value.toPrecision(4)})` : '';
  const gx =
    config.linearizer.gx === 'encoder'
      ? "the authors' notebook's convolutional encoder, invertible on its latent only"
      : 'an image flow, a bijection of images';
  return `A student that gives the embeddings of a face recogniser: f(x) = g_y⁻¹(A · g_x(x)), linear between the spaces that
g_x and g_y induce ([Berman, Hallak, Shocher 2025](https://arxiv.org/abs/2510.08570)).

${table([
  ['g_x', gx],
  ['A', `${model.A.outputDim} × ${model.A.inputDim}`],
  ['parameters', model.parameterCount().total.toLocaleString('en')],
  ['weights', `after step ${step}${weights === 'averaged' ? ', averaged' : ''}${chosen}`],
  ['teacher', `${teacher.name}, sha256 ${teacher.sha256}`],
  [
    'data',
    `\`${nameOf(run)}\`: ${records.imageCount} ` +
      (isDrawn(run)
        ? `synthetic faces of ${records.identityCount} invented people, drawn by a program: no photograph is among them`
        : `images of ${records.identityCount} people`),
  ],
  ['trained on', `${split.train.length} images${drawn ? ` and ${drawn.records.imageCount} drawn faces` : ''}`],
  ['of other people', `${split.validation.length} images for validation, ${split.test.length} for the test`],
  ...(forgotten.length > 0 ? [['unlearned', `the people labelled ${forgotten.join(', ')}, by edits of A`]] : []),
])}`;
}

function filesOf({ onnx, weights }: ModelCardOptions): string {
  const models = onnx.map(({ path, opset, input, output, samples, difference }) => [
    `\`${basename(path)}\``,
    `ONNX, opset ${opset}: ${input} → ${output}, float32. ` +
      `On ${samples} test images it differed from the model by ${difference.toExponential(1)}`,
  ]);
  const files = weights && [
    [`\`${basename(weights.path)}\``, 'the weights, safetensors'],
    [`\`${basename(weights.config)}\``, 'what the model is built from'],
  ];
  return `## Files\n\n${table([...models, ...(files ?? [])])}`;
}

function figuresOf({ summary, checkpoint, forgotten }: ModelCardOptions): string {
  if (!summary) return '## Figures\n\nThe run has not ended: nothing was measured yet.\n';
  const { test, inverse, verification } = summary;
  const pairs = verification.flatMap(({ name, pairs: count, student, teacher }) =>
    student && teacher
      ? [
          [`${name}, ${count} pairs: accuracy`, percent(student.accuracy), percent(teacher.accuracy)],
          [`${name}: area under the curve`, student.areaUnderCurve.toFixed(4), teacher.areaUnderCurve.toFixed(4)],
        ]
      : [],
  );
  const exact = inverse ? percent(inverse.exactBytes) : 'g_x has no inverse to the image';
  const of = [
    'On people who were not trained on.',
    ...(summary.checkpoint.step === checkpoint.step ? [] : [`Measured after step ${summary.checkpoint.step}.`]),
    ...(forgotten.length > 0 ? ['Measured before the edits.'] : []),
  ];
  return `## Figures

${of.join(' ')}

${table([
  ['', 'student', 'its teacher'],
  ['mean cosine to the teacher', test.cosine.toFixed(4), '–'],
  ['the same of the mean training embedding', test.cosineOfMeanEmbedding.toFixed(4), '–'],
  ...pairs,
  ['bytes that g_x⁻¹(g_x(x)) gives back', exact, '–'],
])}`;
}

const USE = `## What it is for

Research on networks that are linear between induced spaces: their inverses, their spectra, unlearning. Embeddings of face crops that are
aligned as ArcFace's are, 112 × 112 pixels.
`;

function limitsOf({ run, forgotten, onnx }: ModelCardOptions): string {
  const notes = [
    ...(run.teacher.standIn ? ['Its teacher is untrained: **it recognises nobody.**'] : []),
    'It is no better than its teacher, and has the teacher’s errors and biases; it was not examined for groups of people.',
    isDrawn(run)
      ? 'It was trained and measured on synthetic faces; what it does on photographs of people was not measured.'
      : 'It was measured on photographs of the kind it was trained on, of other people; on other kinds it does worse.',
    'Not for decisions about people, nor for watching them. The teacher’s licence may forbid other use than research.',
    ...(onnx.length > 1
      ? ['preimage.onnx gives the image of least induced norm, with the residual zero: no photograph of the person.']
      : []),
    ...(forgotten.length > 0 ? ['What an edit forgets is measured, not proven: see the edit’s report.json.'] : []),
  ];
  return `## Limits\n\n${notes.map((line) => `- ${line}`).join('\n')}\n`;
}

function loadingOnnx(onnx: readonly WrittenOnnx[]): string {
  const hasPreimage = onnx.length > 1;
  return `## Loading the ONNX files

\`\`\`python
import numpy as np, onnxruntime

crops = np.zeros((2, 112, 112, 3), np.uint8)  # yours: aligned faces, RGB
pixels = ((crops.astype(np.float32) - 127.5) / 127.5).transpose(0, 3, 1, 2)
embeddings = onnxruntime.InferenceSession("student.onnx").run(["embedding"], {"image": pixels})[0]
units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
${hasPreimage ? 'images = onnxruntime.InferenceSession("preimage.onnx").run(["image"], {"embedding": embeddings})[0]\n' : ''}\`\`\`

In Node the student is a teacher like another, which scales pixels and normalises embeddings by itself:

\`\`\`ts
import { loadTeacher } from '@lin/teacher';

const student = await loadTeacher({ model: 'student.onnx' });
const units = await student.embed(new Uint8Array(2 * 112 * 112 * 3)); // two crops
console.log(units.length / student.embeddingSize);
await student.close();
\`\`\`
`;
}

function loadingWeights({ run }: ModelCardOptions): string {
  const isEncoder = run.config.linearizer.gx === 'encoder';
  const [gx, imports] = isEncoder
    ? [
        'CnnEncoder',
        `import { VectorFlow } from '@lin/invertible';\nimport { CnnEncoder, Linearizer } from '@lin/linearizer';`,
      ]
    : [
        'ImageFlow',
        `import { ImageFlow, VectorFlow } from '@lin/invertible';\nimport { Linearizer } from '@lin/linearizer';`,
      ];
  return `## Loading the weights

\`\`\`ts
import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
${imports}
import { DenseOperator } from '@lin/operator';

const { gx, A, gy } = JSON.parse(await readFile('config.json', 'utf8'));
const model = new Linearizer({ gx: new ${gx}(gx), A: new DenseOperator(A), gy: new VectorFlow(gy) });
await model.load('model.safetensors');
console.log(model.parameterCount().total);
\`\`\`
`;
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** The first row is its head where it begins with nothing. */
function table(rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const columns = rows[0]!.length;
  const [head, ...body] = rows[0]![0] === '' ? rows : [Array<string>(columns).fill(''), ...rows];
  return [head!, Array<string>(columns).fill('---'), ...body].map(row).join('');
}
