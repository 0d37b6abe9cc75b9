// lin-teacher match <gallery> <photo>…
import { numberOf, type Command } from '@lin/command-line';
import { analyzeAll } from './analyze-all.js';
import { ANALYZER_OPTIONS, maxFacesOf, openAnalyzerFor, thresholdOf } from './analyzer-options.js';
import { Gallery, galleryPictures } from './gallery.js';
import { SAME, thresholdFor } from './judgement.js';
import { photographsOf } from './photographs.js';
import { COUNT } from './providers.js';
import { TO, withResults } from './results.js';

export const matchCommand: Command = {
  name: 'match',
  operands: ['<gallery>', '<photo>…'],
  summary: 'who of a gallery the faces of photographs are',
  help: `A gallery is a folder with a folder of pictures for each person, or with a picture of each, named after them;
of each picture the most prominent face counts. Each face of the photographs is a line of JSON: the
photograph, the face's box, and the people nearest to it with their cosines; "person" is the nearest where
that reaches the threshold, else null. Exit code 1 where a photograph fails, or none has a face.`,
  options: {
    ...ANALYZER_OPTIONS,
    threshold: {
      type: 'string',
      value: '<cosine>',
      description: `the same person from here on (default: ${SAME} for buffalo_l's recogniser; others have none)`,
    },
    top: { type: 'string', value: '<n>', description: 'how many people are listed for each face (default: 5)' },
    to: TO,
  },
  async run([folder, ...operands], values, session) {
    const given = thresholdOf(values);
    const top = numberOf(values, 'top', COUNT) ?? 5;
    const limit = maxFacesOf(values);
    const pictures = await galleryPictures(folder!);
    const photos = await photographsOf(operands);
    const analyzer = await openAnalyzerFor([...pictures, ...photos], values);
    try {
      const threshold = thresholdFor(analyzer.teacher!, given);
      const gallery = await Gallery.of(pictures, analyzer, session);
      return await withResults(values['to'] as string | undefined, async ({ write }) => {
        let [faces, failed] = [0, 0];
        for await (const { name, analysis, error } of analyzeAll(analyzer, photos, session, limit)) {
          if (error) failed++;
          for (const [face, { box, embedding }] of (analysis?.faces ?? []).entries()) {
            faces++;
            const matches = gallery.matches(embedding!).slice(0, top);
            const [first] = matches;
            const person = first!.cosine >= threshold ? first!.person : null;
            const short = matches.map(({ cosine, ...match }) => ({ ...match, cosine: Number(cosine.toFixed(6)) }));
            await write(JSON.stringify({ photo: name, face, box: [...box], person, matches: short }));
          }
        }
        return faces > 0 && failed === 0 ? 0 : 1;
      });
    } finally {
      await analyzer.close();
    }
  },
};
