// The first replay beside the eager step that it was recorded from: what differs is an error, never a silently wrong graph.
import type * as tf from '@tensorflow/tfjs-core';
import { RecordingError } from './errors.js';
import type { RecordedStep } from './recorded-step.js';
import { sampleOf } from './sample.js';
import type { Trace } from './trace.js';

/** Rounding differs where TensorFlow fuses ops or sums in another order; a wrong graph differs by orders of magnitude more. */
const TOLERANCE = 1e-4;

/** Runs `step` once on the trace's inputs. @throws RecordingError that names the first output or variable that differs. */
export async function verifyReplay(step: RecordedStep, inputs: Readonly<Record<string, tf.Tensor>>, { outputs, variables }: Trace): Promise<void> {
  const replayed = await step.run(inputs);
  for (const { name, result } of outputs) compare(`output ${name}`, sampleOf(replayed[name]!), result);
  const samples = await step.samples();
  for (const { name, result } of variables) compare(`variable ${name}`, samples.get(name)!, result);
}

function compare(what: string, replayed: Float32Array, expected: Float32Array): void {
  let difference = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (replayed[i]! - expected[i]!) ** 2;
    scale += expected[i]! ** 2;
  }
  if (Math.sqrt(difference) <= TOLERANCE * Math.sqrt(scale)) return;
  if (expected.every((value, i) => Object.is(value, replayed[i]))) return; // the same NaN or infinity
  throw new RecordingError(
    `record: ${what} of the replayed graph differs from the eager step's by ${(Math.sqrt(difference) / Math.sqrt(scale)).toExponential(1)} relative (at most ${TOLERANCE} is rounding); the step may depend on something that is no input or variable.`,
  );
}
