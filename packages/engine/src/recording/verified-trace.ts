// A trace whose graph gives what the eager step gives. Computing the whole batch eagerly keeps every intermediate result, which takes twice
// the memory of the recorded step: where a few examples tell, they are computed alone, and of the whole batch the shapes.
import * as tf from '@tensorflow/tfjs-core';
import type { ActiveTensorFlow } from '../tensorflow/active.js';
import { collectGarbage } from './collect-garbage.js';
import { fewExamples } from './few-examples.js';
import { buildGraph } from './graph-builder.js';
import { RecordedStep, type SharedSession } from './recorded-step.js';
import { isSameProgram } from './same-program.js';
import { trace, type NamedTensors, type Trace, type TraceOptions } from './trace.js';
import { verifyReplay } from './verify.js';

export interface VerifiedTrace {
  /** Of the whole batch. */
  traced: Trace;
  /** What was verified, in a session of its own: the step itself, or the same with few examples. */
  verified: RecordedStep;
  isWhole: boolean;
}

interface VerifiedTraceOptions extends Pick<TraceOptions, 'inputs' | 'names'> {
  /** The whole batch is computed: all workers of a cluster must call the step equally often, since that numbers their collective ops. */
  isWhole: boolean;
}

type Step = (inputs: NamedTensors) => NamedTensors;

/** @throws RecordingError where the step cannot be a graph, or its graph gives something else. */
export async function verifiedTrace(
  step: Step,
  { isWhole, ...options }: VerifiedTraceOptions,
  openSession: () => SharedSession,
  active: ActiveTensorFlow,
): Promise<VerifiedTrace> {
  const byFew = isWhole ? undefined : await verifiedByFew(step, options, openSession, active);
  if (byFew) return byFew;
  const traced = trace(step, options, active);
  return { traced, verified: await verify(traced, options.inputs, openSession, active), isWhole: true };
}

/** undefined where few examples cannot tell: the whole batch does then, whatever the reason is. */
async function verifiedByFew(
  step: Step,
  { inputs, names }: Pick<TraceOptions, 'inputs' | 'names'>,
  openSession: () => SharedSession,
  active: ActiveTensorFlow,
): Promise<VerifiedTrace | undefined> {
  const few = fewExamples(inputs);
  if (!few) return undefined;
  try {
    const computed = trace(step, { inputs: few, names }, active);
    const traced = trace(step, { inputs, names, shapesOnly: true }, active);
    if (!isSameProgram(computed, traced)) return undefined;
    return { traced, verified: await verify(computed, few, openSession, active), isWhole: false };
  } catch {
    return undefined;
  } finally {
    tf.dispose(few);
  }
}

/** The step after one run from the variables' present values; disposed of where it is wrong. */
async function verify(
  traced: Trace,
  inputs: NamedTensors,
  openSession: () => SharedSession,
  active: ActiveTensorFlow,
): Promise<RecordedStep> {
  const graph = buildGraph(traced);
  collectGarbage(); // the step's tape, before the graph takes memory
  const step = new RecordedStep(traced, graph, openSession(), active);
  try {
    await step.write();
    await verifyReplay(step, inputs, traced);
    return step;
  } catch (error) {
    await step.dispose();
    throw error;
  }
}
