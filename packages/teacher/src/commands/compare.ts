// lin-teacher compare <photo> <photo>
import { numberOf, type Command } from '@lin/command-line';
import { chooseFaces } from '../detection/choose-faces.js';
import type { Face } from '../face-analyzer.js';
import { PUBLISHED_MODELS } from '../packs/published.js';
import type { Teacher } from '../recognition/teacher.js';
import { SAMPLE_TEACHER_SHA256 } from '../sample-teacher.js';
import { ANALYZER_OPTIONS, openAnalyzerFor, readPhotos } from './photographs.js';

/**
 * Of buffalo_l's recogniser, from InsightFace's own demonstration (web-demos/src_recognition/main.py): the same person from 0.28 on, not
 * below 0.2.
 */
const SAME = 0.28;
const DIFFERENT = 0.2;

export const compareCommand: Command = {
  name: 'compare',
  operands: ['<photo>', '<photo>'],
  summary: 'whether two photographs show the same person',
  help: `Prints the cosine of the two faces' embeddings, and what it means in a sentence. A picture of exactly 112×112 pixels is taken as an aligned crop. Of
several faces the largest near the middle is compared, and that is said. Exit code 1 where a photograph has no face.`,
  options: {
    ...ANALYZER_OPTIONS,
    threshold: {
      type: 'string',
      value: '<cosine>',
      description:
        `the same person from here on (default: for buffalo_l's recogniser, ${SAME} and above is the same person, below ${DIFFERENT} ` +
        `is not, as InsightFace's own demonstration has it; other recognisers have no default)`,
    },
  },
  async run(paths, values) {
    const threshold = numberOf(values, 'threshold');
    const photos = await readPhotos(paths);
    const analyzer = await openAnalyzerFor(photos, values);
    try {
      const found = await Promise.all(photos.map((photo) => analyzer.analyze(photo)));
      const faces = found.map((analysis) => chooseFaces(analysis.faces, 1, analysis)[0]);
      for (const [i, path] of paths.entries()) {
        const count = found[i]!.faces.length;
        if (count === 0) process.stderr.write(`No face was found in ${path}.\n`);
        if (count > 1)
          process.stderr.write(
            `${path} has ${count} faces; the most prominent one is compared, at ${placeOf(faces[i]!)}.\n`,
          );
      }
      const [first, second] = faces;
      if (!first || !second) return 1;
      const cosine = first.embedding!.reduce((sum, value, i) => sum + value * second.embedding![i]!, 0);
      console.log(`cosine ${cosine.toFixed(4)}\n${meaningOf(cosine, threshold, analyzer.teacher!)}`);
      return 0;
    } finally {
      await analyzer.close();
    }
  },
};

const placeOf = ({ box }: Face) =>
  `left ${box[0]!.toFixed(0)}, top ${box[1]!.toFixed(0)}, right ${box[2]!.toFixed(0)}, bottom ${box[3]!.toFixed(0)}`;

function meaningOf(cosine: number, threshold: number | undefined, { name, sha256, standIn }: Teacher): string {
  if (standIn) return `This says nothing about people: the ${name}.`;
  if (threshold !== undefined)
    return cosine >= threshold
      ? `Probably the same person: at least your threshold of ${threshold}.`
      : `Probably different people: below your threshold of ${threshold}.`;
  if (sha256 === SAMPLE_TEACHER_SHA256) return `This says nothing about real people: the ${name}.`;
  if (sha256 !== PUBLISHED_MODELS['w600k_r50.onnx']!.sha256)
    return `No threshold is known for ${name}; give one with --threshold.`;
  const source = `InsightFace's own demonstration of buffalo_l`;
  if (cosine >= SAME) return `Probably the same person: ${source} says so from ${SAME} on.`;
  if (cosine < DIFFERENT) return `Probably different people: ${source} says so below ${DIFFERENT}.`;
  return `Perhaps the same person: ${source} is sure from ${SAME} on, and of different people below ${DIFFERENT}.`;
}
