// One run of a step with the tape on: eagerly, or for shapes alone. What it changes is put back: tracing observes, it does not train.
import * as tf from '@tensorflow/tfjs-core';
import { op, runOp, tensorIds, type ActiveTensorFlow } from '../tensorflow/active.js';
import { dtypeNumbers } from '../tensorflow/dtypes.js';
import { RecordingError } from './errors.js';
import type { GraphInput, GraphVariable, TensorSpec } from './graph-builder.js';
import { collectGarbage } from './collect-garbage.js';
import { sampleOf, tensorSampler } from './sample.js';
import { ShapeGraph } from './shape-graph.js';
import { Tape } from './tape.js';

export type NamedTensors = Record<string, tf.Tensor>;

export interface TracedVariable extends GraphVariable {
  variable: tf.Variable;
  /** What the eager step made of it: a sample of its values; absent where only shapes were computed. */
  result?: Float32Array;
}

export interface Trace {
  tape: Tape;
  inputs: GraphInput[];
  /** With samples of the eager step's values; absent where only shapes were computed. */
  outputs: (TensorSpec & { name: string; id: number; result?: Float32Array })[];
  /** Those that the step reads or assigns. */
  variables: TracedVariable[];
}

export interface TraceOptions {
  inputs: NamedTensors;
  /** Names for variables; others keep tfjs's own. */
  names: ReadonlyMap<string, tf.Variable>;
  /** No op is run: TensorFlow infers shapes, and nothing has values. */
  shapesOnly?: boolean;
}

const NAME = /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/; // what TensorFlow lets a node be called

/**
 * @throws RecordingError for what a graph cannot do, TensorFlowError for shapes that cannot be told without running an op; the variables
 * are as before then, too.
 */
export function trace(
  step: (inputs: NamedTensors) => NamedTensors,
  { inputs, names, shapesOnly = false }: TraceOptions,
  { binding, library }: ActiveTensorFlow,
): Trace {
  const graphInputs = Object.entries(inputs).map(([name, tensor]) => ({
    name: checkedName(name),
    id: tensorIds([tensor])[0]!,
    ...specOf(tensor),
  }));
  const variables = namedVariables(names).map(([name, variable]) => isolate(checkedName(name), variable));
  if (!shapesOnly) collectGarbage(); // what was uploaded just now
  const shapes = shapesOnly ? new ShapeGraph(library) : undefined;
  for (const { id, ...spec } of graphInputs) shapes?.placeholder(id, spec);
  for (const { before, ...spec } of variables) shapes?.placeholder(before, spec);
  const tape = new Tape(
    graphInputs.map(({ id }) => id),
    new Map(variables.map(({ variable, before }) => [variable, before])),
    (id) => binding.capture(id),
    shapes,
  );
  try {
    const { outputs, after } = binding.withListener(tape, () => {
      const results = Object.entries(withoutRandom(() => tf.tidy(() => checkedOutputs(step(inputs)))));
      return {
        outputs: results.map(([name, value]) => ({
          name: checkedName(name),
          id: tensorIds([value])[0]!,
          value,
          ...specOf(value),
        })),
        after: tensorIds(variables.map(({ variable }) => variable)),
      };
    });
    const sampleAndDispose = ({ value, ...output }: (typeof outputs)[number]) => {
      const result = shapesOnly ? {} : { result: sampleOf(value.dataSync()) };
      value.dispose();
      return { ...output, ...result };
    };
    const updated = new Set(tape.ops.flatMap(({ updates = [] }) => updates));
    const read = new Set([
      ...tape.ops.flatMap(({ inputs: ids }) => ids),
      ...outputs.map(({ id }) => id),
      ...after.filter((id, i) => id !== variables[i]!.before),
    ]);

    const sample = tensorSampler(library);
    const touched = variables.flatMap(({ initial: _, ...variable }, i) => {
      const { before } = variable;
      const isRead = read.has(before);
      if (!isRead && !updated.has(before) && after[i] === before) return [];
      const result = shapesOnly ? {} : { result: binding.withValue(after[i]!, sample) };
      return [{ ...variable, after: after[i]!, isRead, ...result }];
    });
    return { tape, inputs: graphInputs, outputs: outputs.map(sampleAndDispose), variables: touched };
  } finally {
    for (const { variable, initial } of variables) {
      variable.assign(initial);
      initial.dispose();
    }
    shapes?.dispose();
  }
}

/** All of tfjs's variables that a graph can hold, the given ones first and by the given names. */
function namedVariables(names: ReadonlyMap<string, tf.Variable>): [string, tf.Variable][] {
  const given = new Set(names.values());
  const others = Object.values(tf.engine().registeredVariables).filter(
    (variable) => !given.has(variable) && variable.dtype in dtypeNumbers,
  );
  return [...names, ...others.map((variable) => [variable.name, variable] as [string, tf.Variable])];
}

/** Gives the variable a tensor of its own, so that its id means this variable and nothing else; keeps it to be put back. */
function isolate(name: string, variable: tf.Variable) {
  const { shape, dtype } = specOf(variable);
  const initial = tf.keep(runOp('Identity', [op.type('T', dtype)], [variable])[0]!);
  variable.assign(initial);
  return { name, variable, initial, shape, dtype, before: tensorIds([variable])[0]! };
}

function specOf({ shape, dtype }: tf.Tensor): TensorSpec {
  const number = dtypeNumbers[dtype];
  if (number === undefined) throw new RecordingError(`record: tensors of ${dtype} have no place in a recorded step.`);
  return { shape: [...shape], dtype: number };
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new RecordingError(
    `record: "${name}" cannot be the name of an input, output or variable; use letters, digits, dots, dashes and underscores.`,
  );
}

function checkedOutputs(outputs: unknown): NamedTensors {
  const isMap = typeof outputs === 'object' && outputs !== null && !('then' in outputs);
  if (isMap && Object.values(outputs).every((value) => value instanceof tf.Tensor)) return outputs as NamedTensors;
  throw new RecordingError(
    'record: the step must return its outputs as an object of tensors, and not a promise of it.',
  );
}

/** Numbers that JavaScript draws would be constants of the graph; those of a given seed are the same at every run, and may be. */
function withoutRandom<T>(work: () => T): T {
  const { random } = Math;
  Math.random = () => {
    throw new RecordingError(
      'record: the step draws random numbers (Math.random, or a random op without a seed), ' +
        'which would be the same at every run; use statelessNormal or statelessUniform with a seed as input, ' +
        'or draw them outside.',
    );
  };
  try {
    return work();
  } finally {
    Math.random = random;
  }
}
