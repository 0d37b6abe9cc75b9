// What embed and compare have in common: the options of an analyzer, and photographs read before any model is opened.
import { numberOf, numbersOf, parseNumber, type Option, type OptionValues } from '@lin/command-line';
import { CROP_SIZE } from '../face-crop.js';
import { openFaceAnalyzer, type FaceAnalyzer, type OpenFaceAnalyzerOptions } from '../face-analyzer.js';
import type { ModelTask } from '../packs/published.js';
import { readPhoto } from '../photo/read-photo.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { COUNT, PROVIDERS, providersOf, sayWhatIsOdd } from './providers.js';

export const ANALYZER_OPTIONS: Readonly<Record<string, Option>> = {
  pack: {
    type: 'string',
    value: '<pack>',
    description:
      'an installed pack, a folder with its models, or "sample" for aligned crops alone (default: buffalo_l)',
  },
  root: { type: 'string', value: '<folder>', description: "InsightFace's folder (default: ~/.insightface)" },
  'detection-size': {
    type: 'string',
    value: '<list>',
    description: 'squares that a photograph is shown in, multiples of 32, such as 640 or 128,640 (default: 640)',
  },
  'min-score': { type: 'string', value: '<score>', description: 'of a face, 0 to 1 (default: 0.5)' },
  threads: { type: 'string', value: '<n>', description: "of each model (default: the machine's cores)" },
  providers: PROVIDERS,
};

export const readPhotos = (paths: readonly string[]): Promise<RgbImage[]> =>
  Promise.all(paths.map((path) => readPhoto(path)));

/** With a recogniser and whatever else is asked for; with a detector only where a photograph is no aligned crop. */
export async function openAnalyzerFor(
  photos: readonly RgbImage[],
  values: OptionValues,
  others: readonly ModelTask[] = [],
): Promise<FaceAnalyzer> {
  const areCrops = photos.every(({ width, height }) => width === CROP_SIZE && height === CROP_SIZE);
  const analyzer = await openFaceAnalyzer({
    ...analyzerOptions(values),
    tasks: [...(areCrops ? [] : (['detection'] as const)), 'recognition', ...others],
  });
  sayWhatIsOdd(analyzer.teacher!);
  return analyzer;
}

function analyzerOptions(values: OptionValues): OpenFaceAnalyzerOptions {
  const { pack, root, 'detection-size': sizes } = values as Record<string, string | undefined>;
  const minScore = numberOf(values, 'min-score');
  return {
    ...(pack !== undefined && { pack }),
    ...(root !== undefined && { root }),
    ...(sizes !== undefined && { detectionSizes: sizes.split(',').map((size) => parseNumber('detection-size', size)) }),
    ...(minScore !== undefined && { minScore }),
    ...providersOf(values),
    ...numbersOf(values, { threads: 'threads' }, COUNT),
  };
}
