// What embed and compare have in common: the options of an analyzer, and photographs read before any model is opened.
import { CROP_SIZE } from '../alignment/align-face.js';
import { openFaceAnalyzer, type FaceAnalyzer, type OpenFaceAnalyzerOptions } from '../face-analyzer.js';
import type { ModelTask } from '../packs/published.js';
import { readPhoto } from '../photo/read-photo.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { countsOf, UsageError, type Command, type OptionValues } from './command.js';
import { PROVIDERS_HELP, providersOf, sayWhatIsOdd } from './providers.js';

export const ANALYZER_OPTIONS: Command['options'] = {
  pack: { type: 'string' },
  root: { type: 'string' },
  'detection-size': { type: 'string' },
  'min-score': { type: 'string' },
  threads: { type: 'string' },
  providers: { type: 'string' },
};

export const ANALYZER_HELP = `  --pack <pack>            an installed pack, a folder with its models, or "sample" for aligned crops alone (default: buffalo_l)
  --root <folder>          InsightFace's folder (default: ~/.insightface)
  --detection-size <list>  squares that a photograph is shown in, multiples of 32, such as 640 or 128,640 (default: 640)
  --min-score <score>      of a face, 0 to 1 (default: 0.5)
  --threads <n>            of each model (default: the machine's cores)
  --providers <list>       ${PROVIDERS_HELP}
`;

export const readPhotos = (paths: readonly string[]): Promise<RgbImage[]> => Promise.all(paths.map(readPhoto));

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
  const { pack, root, 'detection-size': sizes, 'min-score': minScore } = values as Record<string, string | undefined>;
  return {
    ...(pack !== undefined && { pack }),
    ...(root !== undefined && { root }),
    ...(sizes !== undefined && { detectionSizes: sizes.split(',').map((size) => numberOf('detection-size', size)) }),
    ...(minScore !== undefined && { minScore: numberOf('min-score', minScore) }),
    ...providersOf(values),
    ...countsOf(values, { threads: 'threads' }),
  };
}

/** @throws UsageError where the text is no number. */
export function numberOf(option: string, text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(number)) throw new UsageError(`--${option} is "${text}"; expected a number.`);
  return number;
}
