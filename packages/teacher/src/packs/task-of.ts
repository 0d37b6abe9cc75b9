// What a model does, by its graph's input and outputs: the rules of InsightFace's model_zoo/model_zoo.py and landmark.py.
import { inputsOf, outputsOf } from '../onnx/read-model.js';
import type { OnnxModel } from '../onnx/schema.js';
import { isEmbedding, takesCrops } from '../face-crop.js';
import type { ModelTask } from './published.js';

/** Scores, boxes and landmarks of two or more strides. */
const MIN_DETECTOR_OUTPUTS = 5;
const SCRFD_OUTPUTS = 9;
const LANDMARK_SIDE = 192;
const ATTRIBUTE_SIDE = 96;
/** Values of 1k3d68's output: 1,103 points in space, of which 68 are used. */
const VALUES_IN_SPACE = 3309;

/** Undefined for a model of another kind. */
export function taskOf(model: OnnxModel): ModelTask | undefined {
  const inputs = inputsOf(model);
  const outputs = outputsOf(model);
  const [input] = inputs;
  if (inputs.length !== 1 || input!.sizes.length !== 4 || outputs.length === 0) return undefined;
  if (outputs.length >= MIN_DETECTOR_OUTPUTS) return 'detection';
  const [, , height, width] = input!.sizes;
  if (height === LANDMARK_SIDE && width === LANDMARK_SIDE)
    return outputs[0]!.sizes.at(-1) === VALUES_IN_SPACE ? 'landmarks68' : 'landmarks106';
  if (height === ATTRIBUTE_SIDE && width === ATTRIBUTE_SIDE) return 'genderAge';
  return outputs.length === 1 && isEmbedding(outputs[0]!) && (takesCrops(input!, 'nchw') || takesCrops(input!, 'nhwc'))
    ? 'recognition'
    : undefined;
}

/** Of a detector: whether it is one whose faces can be aligned, with scores, boxes and landmarks of three strides (SCRFD). */
export const isScrfd = (model: OnnxModel): boolean => outputsOf(model).length === SCRFD_OUTPUTS;
