// The first replay beside the eager step that it was recorded from: what differs is an error, never a silently wrong graph.
import type * as tf from '@tensorflow/tfjs-core';
import { RecordingError } from './errors.js';
import type { RecordedStep } from './recorded-step.js';
import { sampleOf } from './sample.js';
import type { Trace } from './trace.js';

/** Rounding differs where TensorFlow fuses ops or sums in another order; a wrong graph differs by orders of magnitude more. */
const TOLERANCE = 1e-3;
/**
 * Of a variable of few values, whose largest difference counts: a bias's gradient is a sum over all positions that nearly cancels, and
 * Adam squares it. 1.1e-3 was seen.
 */
const TOLERANCE_OF_FEW = 1e-2;
const FEW = 1000;
/** Of outputs: a loss that is zero in exact numbers is rounding in either graph. */
const SMALLEST_OUTPUT = 1e-7;

/** Runs `step` once on the inputs of an eager trace. @throws RecordingError that names the first output or variable that differs. */
export async function verifyReplay(
  step: RecordedStep,
  inputs: Readonly<Record<string, tf.Tensor>>,
  { outputs, variables }: Trace,
): Promise<void> {
  const replayed = await step.run(inputs);
  for (const { name, result } of outputs)
    compare(`output ${name}`, sampleOf(replayed[name]!), result!, SMALLEST_OUTPUT);
  const samples = await step.samples();
  for (const { name, result } of variables) compare(`variable ${name}`, samples.get(name)!, result!);
}

/** @param floor Differences up to this are none, whatever they are relative to. */
function compare(what: string, replayed: Float32Array, expected: Float32Array, floor = 0): void {
  const difference = differenceOf(replayed, expected);
  const scale = expected.reduce((sum, value) => sum + value ** 2, 0);
  const tolerance = expected.length < FEW ? TOLERANCE_OF_FEW : TOLERANCE;
  if (Math.sqrt(difference) <= Math.max(tolerance * Math.sqrt(scale), floor)) return;
  if (expected.every((value, i) => Object.is(value, replayed[i]))) return; // the same NaN or infinity
  throw new RecordingError(
    `record: ${what} of the replayed graph differs from the eager step's by ` +
      `${(Math.sqrt(difference) / Math.sqrt(scale)).toExponential(1)} relative (at most ${tolerance} is rounding); ` +
      'the step may depend on something that is no input or variable.',
  );
}

/**
 * Σ of squared differences, without the largest one of every thousand: where a step divides by a gradient's own size, as Adam's first does,
 * a gradient that is all but zero turns a rounding into a whole step. A wrong graph is wrong in more places than that.
 */
function differenceOf(replayed: Float32Array, expected: Float32Array): number {
  const squares = Float64Array.from(expected, (value, i) => (replayed[i]! - value) ** 2).sort(); // NaN last
  const counted = Number.isFinite(squares.at(-1) ?? 0)
    ? squares.length - Math.floor(squares.length / 1000)
    : squares.length;
  return squares.subarray(0, counted).reduce((sum, square) => sum + square, 0);
}
