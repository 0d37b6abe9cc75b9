// A whole pack of untrained networks under buffalo_l's file names: for tests, and for trying photographs where no weights are installed. It
// finds no faces and recognises nobody.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeModel } from '../onnx/schema.js';
import { buildStandInGenderAge, buildStandInLandmarks106, buildStandInLandmarks68 } from './crop-networks.js';
import { buildStandInDetector, type StandInOptions } from './scrfd.js';
import { writeStandInRecogniser, type StandInNetwork } from './stand-in-recogniser.js';

export interface StandInPackOptions extends StandInOptions {
  /** Of the recogniser. */
  network?: StandInNetwork;
}

/**
 * Writes det_10g.onnx, w600k_r50.onnx, 2d106det.onnx, 1k3d68.onnx and genderage.onnx, each of the published file's inputs and outputs, into
 * `folder`:
 * the `pack` of `openFaceAnalyzer`. What it "finds" stands out from its surroundings; the same picture gives the same answers.
 */
export async function writeStandInPack(
  folder: string,
  { seed = 0, network = 'iresnet-narrow' }: StandInPackOptions = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const models = {
    'det_10g.onnx': buildStandInDetector({ seed }),
    '2d106det.onnx': buildStandInLandmarks106({ seed }),
    '1k3d68.onnx': buildStandInLandmarks68({ seed }),
    'genderage.onnx': buildStandInGenderAge({ seed }),
  };
  for (const [name, model] of Object.entries(models)) await writeFile(join(folder, name), encodeModel(model));
  await writeStandInRecogniser(join(folder, 'w600k_r50.onnx'), { network, seed });
}
