// IJB-B and IJB-C, 1:1 verification of templates, as InsightFace's onnx_ijbc.py has it: N1 (lengths kept), D1 (times the detector's score),
// F1 (plus the mirror image).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  areaUnderCurve,
  equalErrorRate,
  tarAtNearestFar,
  type EqualErrorRate,
  type TarAtNearestFar,
  type UnresolvedTarAtFar,
} from '@lin/verification';
import { DataOptionError, RecordError } from '../../errors.js';
import { IMAGE_BYTES } from '../../images/image-size.js';
import { orderedMap } from '../../order/ordered-map.js';
import { decodeUpright, type RgbImage } from '../../images/decode-upright.js';
import { requireInteger } from '../../require-integer.js';
import { embedWithFlip, type EmbedFunction } from '../embed-with-flip.js';
import { lineFault } from './line-blocks.js';
import { metaFile, readFaces, readTemplates, type IjbFace, type IjbRelease } from './meta-files.js';
import { scorePairs } from './pair-scores.js';
import { TemplateEmbeddings } from './template-embeddings.js';

/** The 112×112 crop of a face by its five landmarks (x, y of eyes, nose and mouth corners, in pixels): RGB [112, 112, 3]. */
export type LandmarkAlignFunction = (image: RgbImage, landmarks: Float32Array) => Uint8Array | Promise<Uint8Array>;

export interface EvaluateIjbOptions {
  /** With meta/ and loose_crop/. */
  folder: string;
  release: IjbRelease;
  embed: EmbedFunction;
  align: LandmarkAlignFunction;
  /** Images that `embed` is given at once. */
  batchSize?: number;
  /** Of `total` images. */
  onProgress?: (progress: { images: number; total: number }) => void;
}

export interface IjbReport {
  release: IjbRelease;
  images: number;
  templates: number;
  genuine: number;
  impostor: number;
  /** At FAR 10⁻⁶ … 10⁻¹, at the nearest point of the curve. */
  tarAtFar: (TarAtNearestFar | UnresolvedTarAtFar)[];
  areaUnderCurve: number;
  /** Its threshold is a cosine. */
  equalError: EqualErrorRate;
}

const FARS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1] as const;
/** Images read and aligned before they are wanted. */
const AHEAD = 32;

/**
 * Memory: the templates' embeddings and one score for each pair, in float64 (IJB-C at d = 512: 95 MB and 125 MB).
 * @throws RecordError with file and line for a list that is damaged, names a template without images, or does not fit the others, and for
 * an image that is missing or cannot be decoded; DataOptionError for invalid options.
 */
export async function evaluateIjb({
  folder,
  release,
  embed,
  align,
  batchSize = 64,
  onProgress,
}: EvaluateIjbOptions): Promise<IjbReport> {
  requireInteger('evaluateIjb', 'batchSize', batchSize, 1);
  const ids = await readTemplates(metaFile(folder, release, 'face_tid_mid'));
  const total = ids.templateIds.length;
  const templates = new TemplateEmbeddings(ids);
  const facesFile = metaFile(folder, release, 'name_5pts_score');
  let done = 0;
  let size: number | undefined;
  for await (const { images, scores } of alignedBatches(facesFile, join(folder, 'loose_crop'), align, batchSize)) {
    if (done + scores.length > total)
      throw lineFault(facesFile, total + 1, `it has more faces than ${metaFile(folder, release, 'face_tid_mid')} has`);
    const { embeddings } = await embedWithFlip(images, embed, size);
    size = embeddings.length / scores.length;
    for (const [row, score] of scores.entries())
      templates.add(done + row, embeddings.subarray(row * size, (row + 1) * size), score);
    done += scores.length;
    onProgress?.({ images: done, total });
  }
  if (done < total)
    throw lineFault(
      facesFile,
      done,
      `it is the last of ${done} faces, but ${metaFile(folder, release, 'face_tid_mid')} has ${total}`,
    );
  const sorted = await scorePairs(metaFile(folder, release, 'template_pair_label'), templates.finish());
  return {
    release,
    images: total,
    templates: templates.rows.size,
    genuine: sorted.genuine.length,
    impostor: sorted.impostor.length,
    tarAtFar: tarAtNearestFar(sorted, FARS),
    areaUnderCurve: areaUnderCurve(sorted),
    equalError: equalErrorRate(sorted),
  };
}

interface AlignedBatch {
  /** [B, 112, 112, 3]. */
  images: Uint8Array;
  /** The detector's, [B]. */
  scores: number[];
}

async function* alignedBatches(
  facesFile: string,
  crops: string,
  align: LandmarkAlignFunction,
  batchSize: number,
): AsyncGenerator<AlignedBatch, void, void> {
  let waiting: { pixels: Uint8Array; score: number }[] = [];
  const take = (): AlignedBatch => {
    const batch = {
      images: Buffer.concat(waiting.map(({ pixels }) => pixels)),
      scores: waiting.map(({ score }) => score),
    };
    waiting = [];
    return batch;
  };
  const aligned = async (face: IjbFace) => ({
    pixels: await alignedFace(join(crops, face.name), face, align),
    score: face.score,
  });
  for await (const face of orderedMap(facesOf(facesFile), AHEAD, aligned)) {
    waiting.push(face);
    if (waiting.length === batchSize) yield take();
  }
  if (waiting.length > 0) yield take();
}

async function* facesOf(path: string): AsyncGenerator<IjbFace, void, void> {
  for await (const faces of readFaces(path)) yield* faces;
}

async function alignedFace(path: string, { landmarks }: IjbFace, align: LandmarkAlignFunction): Promise<Uint8Array> {
  const pixels = await align(await decodeUpright(await readCrop(path), path), landmarks);
  if (!(pixels instanceof Uint8Array && pixels.length === IMAGE_BYTES)) {
    throw new DataOptionError(
      `align gave ${(pixels as Uint8Array | undefined)?.length} bytes for ${path}; expected ${IMAGE_BYTES} (112×112 RGB).`,
    );
  }
  return pixels;
}

function readCrop(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(`${path} cannot be read (${error.code}); the meta files name it.`, { file: path });
  });
}
