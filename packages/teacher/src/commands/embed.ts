// lin-teacher embed <photo>
import type { Face } from '../face-analyzer.js';
import { countsOf, type Command } from './command.js';
import { ANALYZER_HELP, ANALYZER_OPTIONS, openAnalyzerFor, readPhotos } from './photographs.js';

export const embedCommand: Command = {
  synopsis: 'embed <photo>',
  summary: 'the faces of a photograph and their embeddings, as JSON',
  help: `Finds and aligns the faces of any picture, and prints one JSON object: the photograph's size, the recogniser, and of each face box, score, landmarks,
embedding (of length 1) and the embedding's norm before. A picture of exactly 112×112 pixels is taken as an aligned crop. Exit code 1 where no face is found.

${ANALYZER_HELP}  --max-faces <n>          of more faces, the large ones near the middle (default: all)
  --attributes             106 and 68 landmarks, age and sex too, by the pack's other models
`,
  options: { ...ANALYZER_OPTIONS, 'max-faces': { type: 'string' }, attributes: { type: 'boolean' } },
  operands: 1,
  async run([path], values) {
    const limit = countsOf(values, { 'max-faces': 'maxFaces' });
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
