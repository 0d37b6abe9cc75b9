// lin-teacher embed <photo>…
import { choiceOf, type Command } from '@lin/command-line';
import type { Face } from '../face-analyzer.js';
import { analyzeAll, type Analysed } from './analyze-all.js';
import { ANALYZER_OPTIONS, maxFacesOf, openAnalyzerFor } from './analyzer-options.js';
import { csvHeader, csvRows } from './csv.js';
import { photographsOf } from './photographs.js';
import { TO, withResults } from './results.js';

export const embedCommand: Command = {
  name: 'embed',
  operands: ['<photo>…'],
  summary: 'the faces of photographs and their embeddings, as JSON lines or CSV',
  help: `Finds and aligns the faces of any pictures: files, folders, patterns, "-" for a picture or a list of paths on
standard input. Each photograph is a line of JSON: its size, the recogniser, and of each face box, score,
landmarks, embedding (of length 1) and the embedding's norm before. As CSV each face is a row. A picture of
exactly 112×112 pixels is taken as an aligned crop. One of several photographs that cannot be read has a line
with its error. Exit code 1 where no face is found at all, or a photograph failed.`,
  options: {
    ...ANALYZER_OPTIONS,
    attributes: { type: 'boolean', description: "106 and 68 landmarks, age and sex too, by the pack's other models" },
    format: { type: 'string', value: '<format>', description: 'jsonl or csv (default: jsonl)' },
    to: TO,
  },
  async run(operands, values, session) {
    const format = choiceOf(values, 'format', ['jsonl', 'csv'], 'jsonl');
    const limit = maxFacesOf(values);
    const photos = await photographsOf(operands);
    const others = values['attributes'] === true ? (['landmarks106', 'landmarks68', 'genderAge'] as const) : [];
    const analyzer = await openAnalyzerFor(photos, values, ['recognition', ...others]);
    const teacher = analyzer.teacher!;
    try {
      return await withResults(values['to'] as string | undefined, async ({ write }) => {
        let [faces, failed] = [0, 0];
        if (format === 'csv') await write(csvHeader(teacher.embeddingSize));
        for await (const each of analyzeAll(analyzer, photos, session, limit)) {
          faces += each.analysis?.faces.length ?? 0;
          if (each.error) failed++;
          if (format === 'csv') for (const row of csvRows(each)) await write(row);
          else await write(JSON.stringify(lineOf(each, teacher)));
        }
        return faces > 0 && failed === 0 ? 0 : 1;
      });
    } finally {
      await analyzer.close();
    }
  },
};

function lineOf(
  { name, analysis, error }: Analysed,
  { name: teacher, sha256 }: { name: string; sha256: string },
): object {
  if (!analysis) return { photo: name, error: error!.message };
  const { width, height, isAlignedCrop, faces } = analysis;
  return { photo: name, width, height, isAlignedCrop, teacher: { name: teacher, sha256 }, faces: faces.map(printable) };
}

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
