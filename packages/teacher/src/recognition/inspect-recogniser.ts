// Whether an ONNX model is a face recogniser, how its pixels are to be scaled, whether Lin made it as a stand-in: told from its graph.
import { TeacherError } from '../errors.js';
import { describeValue, inputsOf, outputsOf, type GraphValue, type ModelFile } from '../onnx/read-model.js';
import { CROP_SIZE, isEmbedding, takesCrops } from '../face-crop.js';
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
  /** What was configured otherwise than the file says: embeddings depend on it. */
  changed: Readonly<Record<string, unknown>>;
}

/** @throws TeacherError where the model does not turn faces into embeddings, or the configuration does not fit it. */
export function inspectRecogniser(
  { path, model }: Pick<ModelFile, 'path' | 'model'>,
  config: RecogniserConfig = {},
): Recogniser {
  const input = inputOf(model, path, config.input);
  const own = scalesItself(model) ? { mean: 0, std: 1 } : { mean: 127.5, std: 127.5 };
  const output = outputOf(model, path, config.output);
  const scaling: PixelScaling = {
    mean: checked('mean', config.mean ?? own.mean, Number.isFinite, 'a finite number'),
    std: checked(
      'std',
      config.std ?? own.std,
      (value) => Number.isFinite(value) && value !== 0,
      'a number that is not 0',
    ),
    channels: checkedChannels(config.channels ?? 'rgb'),
  };
  return {
    input: input.name,
    output: output.name,
    layout: takesCrops(input, 'nchw') ? 'nchw' : 'nhwc',
    fixedBatch: input.sizes[0],
    scaling,
    changed: {
      ...differences(scaling, { ...own, channels: 'rgb' }),
      ...(inputsOf(model).length > 1 && { input: input.name }),
      ...(outputsOf(model).length > 1 && { output: output.name }),
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
      `${path} takes pixels of ONNX type ${input!.elementType} as ${describeValue(input!)}; ` +
        'expected float32 or float16, convert the model.',
    );
  }
  throw new TeacherError(
    `${path} is not a face recogniser: expected one input [N, 3, ${CROP_SIZE}, ${CROP_SIZE}], ` +
      `found ${listOf(inputs)}; name the pack's recognition model.`,
  );
}

function outputOf(model: OnnxModel, path: string, wanted: string | undefined): GraphValue {
  const all = outputsOf(model);
  const outputs = wanted === undefined ? all : [named(all, wanted, 'output', path)];
  const [output] = outputs;
  if (outputs.length === 1 && isEmbedding(output!)) return output!;
  throw new TeacherError(
    `${path} is not a face recogniser: expected one output [N, embedding], found ${listOf(outputs)}; ` +
      `name the pack's recognition model, or the output.`,
  );
}

function named(values: GraphValue[], name: string, kind: string, path: string): GraphValue {
  const found = values.find((value) => value.name === name);
  if (found) return found;
  throw new TeacherError(`${path} has no ${kind} "${name}"; it has ${listOf(values)}.`);
}

const listOf = (values: GraphValue[]) => values.map(describeValue).join(' and ') || 'nothing';

type PerChannel = number | readonly [number, number, number];

function checked(name: string, value: PerChannel, isRight: (value: number) => boolean, expected: string): PerChannel {
  const values: readonly number[] = typeof value === 'number' ? [value] : value;
  if (values.every(isRight) && (typeof value === 'number' || values.length === 3)) return value;
  throw new TeacherError(`${name} is ${String(value)}; expected ${expected}, or three of them.`);
}

function checkedChannels(channels: 'rgb' | 'bgr'): 'rgb' | 'bgr' {
  if (['rgb', 'bgr'].includes(channels)) return channels;
  throw new TeacherError(`channels is ${String(channels)}; expected rgb or bgr.`);
}

/** Three equal numbers are that number. */
function differences(scaling: PixelScaling, own: PixelScaling): Record<string, unknown> {
  const one = (value: unknown) => (Array.isArray(value) && new Set(value).size === 1 ? (value[0] as unknown) : value);
  return Object.fromEntries(
    (['mean', 'std', 'channels'] as const).flatMap((key) => {
      const value = one(scaling[key]);
      return value === own[key] ? [] : [[key, value]];
    }),
  );
}

/**
 * InsightFace's rule (python-package model_zoo/arcface_onnx.py): a model exported from MXNet subtracts and multiplies in its first nodes.
 */
function scalesItself({ graph }: OnnxModel): boolean {
  const first = graph.node.slice(0, 8).map(({ name }) => name);
  const some = (...prefixes: string[]) => first.some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return some('Sub', '_minus') && some('Mul', '_mul');
}
