// Untrained recognisers of the true architectures and signatures: for benchmarks, tests, and trying a pipeline where no weights are. They
// recognise nobody.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '@lin/files';
import { TeacherError } from '../errors.js';
import { encodeModel, type OnnxModel } from '../onnx/schema.js';
import { CROP_SIZE } from '../face-crop.js';
import type { EmbeddingStatistics } from './backbone.js';
import { addIResNet, IRESNETS } from './iresnet.js';
import { LayerGraph } from './layer-graph.js';
import { addMobileFaceNet } from './mobile-facenet.js';

/** The networks, each with its output's name in InsightFace's packs. */
const OUTPUTS = {
  iresnet18: '267',
  iresnet50: '683',
  iresnet100: '1333',
  mobilefacenet: '516',
  'iresnet-narrow': 'embedding',
} as const;
export type StandInNetwork = keyof typeof OUTPUTS;
export const STAND_IN_NETWORKS = Object.keys(OUTPUTS) as StandInNetwork[];

export interface StandInRecogniserOptions {
  /** `iresnet50` is that of w600k_r50.onnx, `iresnet100` of glintr100.onnx, `mobilefacenet` of w600k_mbf.onnx. */
  network?: StandInNetwork;
  /** Length of an embedding, 1 to 4096. */
  embeddingSize?: number;
  /** Any integer: another one gives another network, the same one the same bytes. */
  seed?: number;
}

/** input.1 [None, 3, 112, 112] → [1, embeddingSize], as InsightFace's files state it: any batch is taken. Opset 11. */
export function buildStandInRecogniser({
  network = 'iresnet50',
  embeddingSize = 512,
  seed = 0,
  statistics,
}: StandInRecogniserOptions & { statistics?: EmbeddingStatistics } = {}): OnnxModel {
  if (!Object.hasOwn(OUTPUTS, network))
    throw new TeacherError(`network is "${network}"; expected ${STAND_IN_NETWORKS.join(', ')}.`);
  if (!(Number.isInteger(embeddingSize) && embeddingSize >= 1 && embeddingSize <= 4096))
    throw new TeacherError(`embeddingSize is ${embeddingSize}; expected a whole number from 1 to 4096.`);
  const graph = new LayerGraph(seed);
  const [input, output] = ['input.1', OUTPUTS[network]];
  const options = { input, output, side: CROP_SIZE, embeddingSize, ...(statistics && { statistics }) };
  if (network === 'mobilefacenet') addMobileFaceNet(graph, options);
  else addIResNet(graph, IRESNETS[network], options);
  return graph.finish([[input, 'None', 3, CROP_SIZE, CROP_SIZE]], [[output, 1, embeddingSize]]);
}

/**
 * Writes such a network's ONNX file, whole or not at all. 4 to 260 MB, in a few seconds at most. @throws TeacherError for options out of
 * range.
 */
export async function writeStandInRecogniser(path: string, options: StandInRecogniserOptions = {}): Promise<void> {
  const bytes = encodeModel(buildStandInRecogniser(options));
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, bytes);
}
