// What all commands that look at photographs have in common: options, and the models that they open.
import {
  choiceOf,
  numberOf,
  numbersOf,
  parseNumber,
  UsageError,
  type Option,
  type OptionValues,
} from '@lin/command-line';
import sharp from 'sharp';
import { openFaceAnalyzer, type FaceAnalyzer, type OpenFaceAnalyzerOptions } from '../face-analyzer.js';
import { CROP_SIZE } from '../face-crop.js';
import type { ModelTask } from '../packs/published.js';
import type { Photograph } from './photographs.js';
import { readPhoto } from '../photo/read-photo.js';
import { COUNT, PROVIDERS, providersOf, sayWhatIsOdd } from './providers.js';
import { RECOGNISER_OPTIONS, recogniserOptionsOf } from './recogniser-options.js';

export const ANALYZER_OPTIONS: Readonly<Record<string, Option>> = {
  pack: {
    type: 'string',
    value: '<pack>',
    description:
      'an installed pack, a folder with its models, or "sample" for aligned crops alone (default: buffalo_l)',
  },
  root: { type: 'string', value: '<folder>', description: "InsightFace's folder (default: ~/.insightface)" },
  detector: { type: 'string', value: '<file>', description: "a detector in place of the pack's" },
  'detection-size': {
    type: 'string',
    value: '<list>',
    description: 'squares that a photograph is shown in, multiples of 32 (default: 128,640)',
  },
  'min-score': { type: 'string', value: '<score>', description: 'of a face, 0 to 1 (default: 0.5)' },
  'max-overlap': { type: 'string', value: '<share>', description: 'of two faces, 0 to 1 (default: 0.4)' },
  'max-faces': {
    type: 'string',
    value: '<n>',
    description: 'of more faces in a photograph, the large ones near the middle (default: all)',
  },
  'colour-profiles': {
    type: 'string',
    value: '<how>',
    description: 'apply, or ignore as OpenCV does, for galleries that InsightFace enrolled (default: apply)',
  },
  ...RECOGNISER_OPTIONS,
  'batch-size': { type: 'string', value: '<n>', description: 'faces in one run of the recogniser (default: 1)' },
  threads: { type: 'string', value: '<n>', description: "of each model (default: the machine's cores)" },
  providers: PROVIDERS,
};

export const maxFacesOf = (values: OptionValues) => numbersOf(values, { 'max-faces': 'maxFaces' }, COUNT);

/** With a recogniser and whatever else is asked for; with a detector only where a photograph is not an aligned crop. */
export async function openAnalyzerFor(
  photos: readonly Photograph[],
  values: OptionValues,
  tasks: readonly ModelTask[] = ['recognition'],
): Promise<FaceAnalyzer> {
  const options = analyzerOptions(values);
  const isNeeded = tasks.length === 0 || !(await areCrops(photos));
  const analyzer = await openFaceAnalyzer({
    ...options,
    tasks: [...(isNeeded ? (['detection'] as const) : []), ...tasks],
  });
  if (analyzer.teacher) sayWhatIsOdd(analyzer.teacher);
  return analyzer;
}

/**
 * By their headers; one of several that cannot be read counts as a crop, and is refused when it is its turn.
 * @throws PhotoError for a single one: before models are opened for it.
 */
async function areCrops(photos: readonly Photograph[]): Promise<boolean> {
  if (photos.length === 1) await readPhoto(photos[0]!.photo);
  for (const { photo } of photos) {
    const found = await sharp(photo)
      .metadata()
      .catch(() => undefined);
    if (found && !(found.width === CROP_SIZE && found.height === CROP_SIZE)) return false;
  }
  return true;
}

function analyzerOptions(values: OptionValues): OpenFaceAnalyzerOptions {
  const { pack, root, detector, 'detection-size': sizes } = values as Record<string, string | undefined>;
  if (pack === '') throw new UsageError('--pack is empty; name a pack, a folder or a file.');
  return {
    ...(pack !== undefined && { pack }),
    ...(root !== undefined && { root }),
    ...(detector !== undefined && { models: { detection: detector } }),
    ...(sizes !== undefined && { detectionSizes: sizes.split(',').map((size) => parseNumber('detection-size', size)) }),
    ...numbersOf(values, { 'min-score': 'minScore', 'max-overlap': 'maxOverlap' }, { min: 0, max: 1 }),
    colourProfiles: choiceOf<'apply' | 'ignore'>(values, 'colour-profiles', ['apply', 'ignore'], 'apply'),
    ...recogniserOptionsOf(values),
    ...providersOf(values),
    ...numbersOf(values, { threads: 'threads', 'batch-size': 'batchSize' }, COUNT),
  };
}

export const thresholdOf = (values: OptionValues) => numberOf(values, 'threshold', { min: -1, max: 1 });
