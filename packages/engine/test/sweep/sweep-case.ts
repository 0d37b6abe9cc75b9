// One case of the sweep, and what makes a backend's answer to it wrong: the values by definition or by cpu, gradients by differences.
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '../../src/engine.js';
import { on, type BackendName } from '../backends.js';
import { answer, differences, numbers, type Answer, type OpCase } from '../op-case.js';

export interface SweepCase extends OpCase {
  /** The first result by its definition. */
  truth?: () => number[];
  /** Backends beyond whose limits, which the documentation states, the case is. */
  skippedOn?: BackendName[];
}

/** Half the distance between the two points of a difference: the sweep's inputs are much further apart. */
const EPSILON = 1e-3;
/** Of a difference in float32, and of what lies between a function and its tangent. */
const GRADIENT_TOLERANCE = 1e-2;
const VALUE_TOLERANCE = 1e-3;
const MOST_DIFFERENCES = 10;

/** What tfjs says where there is no gradient or no kernel: an answer in words, and no wrong one. */
const REFUSALS = new RegExp(
  [
    'gradient function not found',
    'not registered for backend',
    'supports only',
    'not yet supported',
    'is not supported yet',
    'in the list of allowed values',
    'does not match the shape of the input', // gradients of what an empty tensor was broadcast to
    'the same number of elements',
    'but the requested shape',
  ].join('|'),
);

type Outcome = { answer: Answer } | { refusal: string };

const ofCpu = new Map<SweepCase, Promise<Outcome>>();

/** The case's answer on cpu, held against the definition and against differences; computed once. */
export function referenceOf(sweepCase: SweepCase): Promise<Outcome> {
  const found = ofCpu.get(sweepCase) ?? outcomeOn('cpu', sweepCase);
  ofCpu.set(sweepCase, found);
  return found;
}

/** undefined, or what is wrong with a backend's answer. */
export async function faultOf(name: BackendName, sweepCase: SweepCase): Promise<string | undefined> {
  const tolerance = name === 'webgpu' ? (sweepCase.webgpuTolerance ?? VALUE_TOLERANCE) : VALUE_TOLERANCE;
  if (sweepCase.skippedOn?.includes(name)) return undefined;
  const mine = await outcomeOn(name, sweepCase);
  if ('refusal' in mine) return REFUSALS.test(mine.refusal) ? undefined : `refused: ${mine.refusal}`;
  const again = await outcomeOn(name, sweepCase);
  if (JSON.stringify(again) !== JSON.stringify(mine)) return 'not the same twice';
  const reference = await referenceOf(sweepCase);
  if ('refusal' in reference) return name === 'cpu' ? reference.refusal : undefined;
  const { outputs, gradients } = reference.answer;
  for (const [i, output] of outputs.entries()) {
    const [actual, expected] = [mine.answer.outputs[i]!, output];
    if (actual.shape.join() !== expected.shape.join() || actual.dtype !== expected.dtype)
      return `result ${i} is ${actual.dtype} of [${actual.shape}], not ${expected.dtype} of [${expected.shape}]`;
    const wrong = differences(actual.values, expected.values, expected.dtype === 'float32' ? tolerance : 0);
    if (wrong.length) return `result ${i}: ${wrong.length} wrong, ${wrong[0]}`;
  }
  const truth = name === 'cpu' ? sweepCase.truth?.() : undefined;
  const { values, dtype } = mine.answer.outputs[0]!;
  const wrong = truth ? differences(values, truth, dtype === 'float32' ? VALUE_TOLERANCE : 0) : [];
  if (wrong.length) return `by definition ${wrong.length} wrong, ${wrong[0]}`;
  for (const [i, gradient] of gradients.entries()) {
    const wrong = differences(mine.answer.gradients[i]!.values, gradient.values, 2 * tolerance);
    if (wrong.length) return `gradient ${i}: ${wrong.length} wrong, ${wrong[0]}`;
  }
  return name === 'cpu' ? faultOfGradients(sweepCase, mine.answer) : undefined;
}

/** Without the gradient where tfjs does not have it. */
async function outcomeOn(name: BackendName, sweepCase: SweepCase): Promise<Outcome> {
  try {
    return { answer: await answer(sweepCase, name) };
  } catch (error) {
    const refusal = (error as Error).message.split('\n')[0]!;
    if (refusal.includes('starts anew')) {
      await initEngine({ backend: 'webgpu' });
      await initEngine({ backend: 'cpu' });
    }
    if (!sweepCase.differentiable || !REFUSALS.test(refusal)) return { refusal };
    return outcomeOn(name, { ...sweepCase, differentiable: false });
  }
}

/** cpu's gradients against differences of cpu's values, at up to MOST_DIFFERENCES places of each input. */
function faultOfGradients({ inputs, run }: SweepCase, { gradients, outputs }: Answer): string | undefined {
  const weights = outputs.map(({ values }, i) => numbers(values.length, 100 + i));
  const f = (index: number, values: number[]): number =>
    on('cpu', () =>
      tf.tidy(() => {
        const tensors = inputs.map((input, i) =>
          tf.tensor(i === index ? values : input.values, input.shape, input.dtype),
        );
        const results = [run(...(tensors as never[]))].flat() as tf.Tensor[];
        return results.reduce((total, y, i) => {
          const numbersOfY = y.dataSync();
          return total + weights[i]!.reduce((sum, w, j) => sum + w * numbersOfY[j]!, 0);
        }, 0);
      }),
    );
  const floats = inputs.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
  for (const [i, gradient] of gradients.entries()) {
    const index = floats[i]!;
    const { values } = inputs[index]!;
    const stride = Math.max(1, Math.ceil(values.length / MOST_DIFFERENCES));
    for (let at = 0; at < values.length; at += stride) {
      const [high, low] = [EPSILON, -EPSILON].map((step) => Math.fround(values[at]! + step)) as [number, number];
      const moved = (value: number) => f(index, values.with(at, value));
      const numeric = (moved(high) - moved(low)) / (high - low);
      const analytic = gradient.values[at]!;
      if (!(Math.abs(analytic - numeric) <= GRADIENT_TOLERANCE * Math.max(1, Math.abs(numeric))))
        return `gradient ${i} at ${at} is ${analytic}, by differences ${numeric}`;
    }
  }
  return undefined;
}
