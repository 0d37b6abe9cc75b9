// lin-teacher compare <photo> <photo>
import type { Command } from '@lin/command-line';
import { chooseFaces } from '../detection/choose-faces.js';
import type { Face } from '../face-analyzer.js';
import { cosineOf } from '../grouping/cosine.js';
import { readPhoto } from '../photo/read-photo.js';
import { ANALYZER_OPTIONS, openAnalyzerFor, thresholdOf } from './analyzer-options.js';
import { DIFFERENT, meaningOf, SAME } from './judgement.js';

export const compareCommand: Command = {
  name: 'compare',
  operands: ['<photo>', '<photo>'],
  summary: 'whether two photographs show the same person',
  help: `Prints the cosine of the two faces' embeddings, and what it means in a sentence. A picture of exactly 112×112
pixels is taken as an aligned crop. Of several faces the largest near the middle is compared, and that is
said. Exit code 1 where a photograph has no face.`,
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
    const threshold = thresholdOf(values);
    await Promise.all(paths.map((path) => readPhoto(path))); // what cannot be read is refused before models are opened
    const analyzer = await openAnalyzerFor(
      paths.map((path) => ({ name: path, photo: path })),
      values,
    );
    try {
      const found = await Promise.all(paths.map((path) => analyzer.analyze(path)));
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
      const cosine = cosineOf(first.embedding!, second.embedding!);
      console.log(`cosine ${cosine.toFixed(4)}\n${meaningOf(cosine, threshold, analyzer.teacher!)}`);
      return 0;
    } finally {
      await analyzer.close();
    }
  },
};

const placeOf = ({ box }: Face) =>
  `left ${box[0]!.toFixed(0)}, top ${box[1]!.toFixed(0)}, right ${box[2]!.toFixed(0)}, bottom ${box[3]!.toFixed(0)}`;
