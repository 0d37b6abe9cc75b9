// lin-teacher draw <photo> <picture>
import { extname } from 'node:path';
import { UsageError, type Command } from '@lin/command-line';
import { replaceFile } from '@lin/files';
import { drawFaces } from './draw-faces.js';
import { readPhoto } from '../photo/read-photo.js';
import { ANALYZER_OPTIONS, maxFacesOf, openAnalyzerFor, thresholdOf } from './analyzer-options.js';
import { Gallery, galleryPictures } from './gallery.js';
import { SAME, thresholdFor } from './judgement.js';

const FORMATS = ['.png', '.jpg', '.jpeg', '.webp'];

export const drawCommand: Command = {
  name: 'draw',
  operands: ['<photo>', '<picture>'],
  summary: 'the photograph with boxes, points and names on its faces',
  help: `Writes a picture (${FORMATS.join(', ')}) with the box, the five points and the score of each
face; with a gallery also the name of the person. Exit code 1 where no face is found: the picture is written
all the same.`,
  options: {
    ...ANALYZER_OPTIONS,
    gallery: {
      type: 'string',
      value: '<folder>',
      description: 'a folder with a folder of pictures for each person: faces get their names',
    },
    threshold: {
      type: 'string',
      value: '<cosine>',
      description: `the same person from here on (default: ${SAME} for buffalo_l's recogniser; others have none)`,
    },
  },
  async run([path, to], values, session) {
    const given = thresholdOf(values);
    if (!FORMATS.includes(extname(to!).toLowerCase()))
      throw new UsageError(`${to} has no ending of a picture; write one of ${FORMATS.join(', ')}.`);
    const folder = values['gallery'] as string | undefined;
    const pictures = folder === undefined ? [] : await galleryPictures(folder);
    const photos = [...pictures, { name: path!, photo: path! }];
    const analyzer = await openAnalyzerFor(photos, values, folder === undefined ? [] : ['recognition']);
    try {
      const named =
        folder === undefined
          ? undefined
          : {
              threshold: thresholdFor(analyzer.teacher!, given),
              gallery: await Gallery.of(pictures, analyzer, session),
            };
      const image = await readPhoto(path!);
      const { faces } = await analyzer.analyze(path!, maxFacesOf(values));
      const labelled = faces.map((face) => {
        const [best] = named ? named.gallery.matches(face.embedding!) : [];
        const score = face.score === null ? '' : face.score.toFixed(2);
        return {
          ...face,
          label: best && best.cosine >= named!.threshold ? `${best.person} ${best.cosine.toFixed(2)}` : score,
        };
      });
      await replaceFile(to!, await drawFaces(image, labelled, extname(to!).slice(1).toLowerCase()));
      if (faces.length === 0) process.stderr.write(`No face was found in ${path}.\n`);
      return faces.length > 0 ? 0 : 1;
    } finally {
      await analyzer.close();
    }
  },
};
