// lin-teacher embed <photo>
import { numbersOf, type Command } from '@lin/command-line';
import type { Face } from '../face-analyzer.js';
import { ANALYZER_OPTIONS, openAnalyzerFor, readPhotos } from './photographs.js';
import { COUNT } from './providers.js';

export const embedCommand: Command = {
  name: 'embed',
  operands: ['<photo>'],
  summary: 'the faces of a photograph and their embeddings, as JSON',
  help: `Finds and aligns the faces of any picture, and prints one JSON object: the photograph's size, the recogniser, and of each face box, score, landmarks,
embedding (of length 1) and the embedding's norm before. A picture of exactly 112×112 pixels is taken as an aligned crop. Exit code 1 where no face is found.`,
  options: {
    ...ANALYZER_OPTIONS,
    'max-faces': {
      type: 'string',
      value: '<n>',
      description: 'of more faces, the large ones near the middle (default: all)',
    },
    attributes: { type: 'boolean', description: "106 and 68 landmarks, age and sex too, by the pack's other models" },
  },
  async run([path], values) {
    const limit = numbersOf(values, { 'max-faces': 'maxFaces' }, COUNT);
    const [photo] = await readPhotos([path!]);
    const analyzer = await openAnalyzerFor(
      [photo!],
      values,
      values['attributes'] === true ? ['landmarks106', 'landmarks68', 'genderAge'] : [],
    );
    try {
      const { faces, width, height, isAlignedCrop } = await analyzer.analyze(photo!, limit);
      const { name, sha256 } = analyzer.teacher!;
      console.log(
        JSON.stringify({
          photo: path,
          width,
          height,
          isAlignedCrop,
          teacher: { name, sha256 },
          faces: faces.map(printable),
        }),
      );
      if (faces.length === 0) process.stderr.write(`No face was found in ${path}.\n`);
      return faces.length > 0 ? 0 : 1;
    } finally {
      await analyzer.close();
    }
  },
};

/** Without the crop's pixels; float32 numbers at their nine digits. */
function printable({ crop: _, ...face }: Face): Record<string, unknown> {
  const short = (value: number) => Number(value.toPrecision(9));
  return Object.fromEntries(
    Object.entries(face).map(([name, value]) => [
      name,
      value instanceof Float32Array ? Array.from(value, short) : typeof value === 'number' ? short(value) : value,
    ]),
  );
}
