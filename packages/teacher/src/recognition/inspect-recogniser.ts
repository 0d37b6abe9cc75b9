// Whether an ONNX model is a face recogniser, how its pixels are to be scaled, whether Lin made it as a stand-in: told from its graph.
import { TeacherError } from '../errors.js';
import { describeValue, inputsOf, outputsOf, type GraphValue, type ModelFile } from '../onnx/read-model.js';
import { CROP_SIZE, takesCrops } from '../face-crop.js';
import { FLOAT, FLOAT16, type OnnxModel } from '../onnx/schema.js';
import type { PixelScaling } from '../session/planes.js';

/** Key of `metadata_props` that marks Lin's own stand-in teacher. */
export const STAND_IN_KEY = 'lin.standIn';

/** What a graph does not say of itself, or says wrongly. */
export interface RecogniserConfig {
  /** Of R, G and B: pixels enter as (x − mean) / std. Default: InsightFace's rule, 127.5, or 0 and 1 for a model that scales by itself. */
  mean?: number | readonly [number, number, number];
  std?: number | readonly [number, number, number];
  channels?: 'rgb' | 'bgr';
  /** The input's name, where there are several. */
  input?: string;
  /** The output's name, where there are several. */
  output?: string;
}

export interface Recogniser {
  input: string;
  output: string;
  layout: 'nchw' | 'nhwc';
  /** Images of one run; undefined where any number is taken. */
  fixedBatch: number | undefined;
  scaling: PixelScaling;
  standIn: boolean;
}

/** @throws TeacherError where the model does not turn faces into embeddings, or the configuration does not fit it. */
export function inspectRecogniser(
  { path, model }: Pick<ModelFile, 'path' | 'model'>,
  config: RecogniserConfig = {},
): Recogniser {
  const input = inputOf(model, path, config.input);
  const own = scalesItself(model) ? { mean: 0, std: 1 } : { mean: 127.5, std: 127.5 };
  return {
    input: input.name,
    output: outputOf(model, path, config.output).name,
    layout: takesCrops(input, 'nchw') ? 'nchw' : 'nhwc',
    fixedBatch: input.sizes[0],
    scaling: {
      mean: config.mean ?? own.mean,
      std: checkedStd(config.std ?? own.std),
      channels: config.channels ?? 'rgb',
    },
    standIn: model.metadata_props.some(({ key, value }) => key === STAND_IN_KEY && value === 'true'),
  };
}

function inputOf(model: OnnxModel, path: string, wanted: string | undefined): GraphValue {
  const all = inputsOf(model);
  const inputs = wanted === undefined ? all : [named(all, wanted, 'input', path)];
  const [input] = inputs;
  if (inputs.length === 1 && (takesCrops(input!, 'nchw') || takesCrops(input!, 'nhwc'))) {
    if (input!.elementType === FLOAT || input!.elementType === FLOAT16) return input!;
    throw new TeacherError(
      `${path} takes pixels of ONNX type ${input!.elementType} as ${describeValue(input!)}; expected float32 or float16, convert the model.`,
    );
  }
  throw new TeacherError(
    `${path} is not a face recogniser: expected one input [N, 3, ${CROP_SIZE}, ${CROP_SIZE}], found ${listOf(inputs)}; name the pack's recognition model.`,
  );
}

function outputOf(model: OnnxModel, path: string, wanted: string | undefined): GraphValue {
  const all = outputsOf(model);
  const outputs = wanted === undefined ? all : [named(all, wanted, 'output', path)];
  const [output] = outputs;
  if (outputs.length === 1 && (output!.sizes.length === 2 || output!.sizes.length === 0)) return output!;
  throw new TeacherError(
    `${path} is not a face recogniser: expected one output [N, embedding], found ${listOf(outputs)}; name the pack's recognition model, or the output.`,
  );
}

function named(values: GraphValue[], name: string, kind: string, path: string): GraphValue {
  const found = values.find((value) => value.name === name);
  if (found) return found;
  throw new TeacherError(`${path} has no ${kind} "${name}"; it has ${listOf(values)}.`);
}

const listOf = (values: GraphValue[]) => values.map(describeValue).join(' and ') || 'none';

function checkedStd(std: number | readonly [number, number, number]): number | readonly [number, number, number] {
  if ((typeof std === 'number' ? [std] : std).every((value) => Number.isFinite(value) && value !== 0)) return std;
  throw new TeacherError(`std is ${String(std)}; expected a number that is not 0, or three of them.`);
}

/**
 * InsightFace's rule (python-package model_zoo/arcface_onnx.py): a model exported from MXNet subtracts and multiplies in its first nodes.
 */
function scalesItself({ graph }: OnnxModel): boolean {
  const first = graph.node.slice(0, 8).map(({ name }) => name);
  const some = (...prefixes: string[]) => first.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return some('Sub', '_minus') && some('Mul', '_mul');
}
