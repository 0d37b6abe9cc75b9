import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readMetrics } from '@lin/train';
import { configSchema } from '../config/schema.js';
import { lastSolution } from '../run/operator-solution.js';
import type { Run } from '../run/run.js';
import { coreOf, product, toyRun, type ToyImage } from '../../test/toy-run.js';
import { fitted, toyTraining, VALIDATING, weightsOf } from '../../test/toy-training.js';
import { solveOperator } from './operator-solve.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Slow enough that gradient descent leaves something to do; seven steps an epoch. */
const configOf = (linearizer: object) => ({
  linearizer: { learning_rate: 0.005, num_epochs: 3, ...linearizer },
  validation: { identities: VALIDATING.length },
});

const stepsOf = (rows: Awaited<ReturnType<typeof readMetrics>>) =>
  rows.filter((row) => 'operator.trained' in row).map(({ step }) => step);

async function trained(linearizer: object) {
  const run = await toyTraining({ config: configOf(linearizer) });
  const { stdout } = await fitted(run);
  return { run, stdout, rows: await readMetrics(run.folder.metrics), weights: weightsOf(run) };
}

describe('linearizer.operator', () => {
  test('closed-form solves A once, after the last step, for the model that gradient descent left', async () => {
    const [plain, solved] = [await trained({}), await trained({ operator: 'closed-form' })];
    expect(stepsOf(plain.rows)).toEqual([]);
    expect(stepsOf(solved.rows)).toEqual([21]);
    const before = tf.memory().numTensors;
    const figures = await solveOperator(plain.run);
    expect(tf.memory().numTensors).toBe(before);
    expect(weightsOf(plain.run)).toEqual(solved.weights);
    expect(solved.weights).not.toEqual(plain.weights);
    expect(figures.closedForm).toBeGreaterThan(figures.trained + 0.05);
    expect(lastSolution(solved.rows)).toEqual({ ...figures, kept: 'closed-form' });
    expect(solved.stdout).toMatch(
      // eslint-disable-next-line max-len -- the whole line
      /step 21\/21 {2}operator {2}cosine on validation identities 0\.\d+ with A as trained, 0\.\d+ in closed form \(ridge \S+\): the closed form is kept/,
    );
    for (const { run } of [plain, solved]) run.model.dispose();
  });

  test('alternating solves A every so many epochs and at the end, and training goes on from there', async () => {
    const { run, rows, weights } = await trained({ operator: 'alternating', operator_interval: 2 });
    expect(stepsOf(rows)).toEqual([14, 21]);
    const [closed, plain] = [await trained({ operator: 'closed-form' }), await trained({})];
    const cosineAt = ({ rows }: { rows: typeof closed.rows }, step: number) =>
      rows.find((row) => row.step === step)!['cosine'];
    expect(cosineAt({ rows }, 21)).toBeGreaterThan(cosineAt(plain, 21)!); // of the last steps, before the last solution
    expect(weights).not.toEqual(closed.weights);
    for (const { model } of [run, closed.run, plain.run]) model.dispose();
  });

  test.each([null, 0.9])('the model that is tested has the solution, with a moving average of %s, too', async (ema) => {
    const { run, rows } = await trained({ operator: 'closed-form', ema_decay: ema });
    const last = rows.at(-1)!;
    expect(last['operator.closedForm']).toBeGreaterThan(last['operator.trained']! + 0.05);
    expect(last['validation.cosine']).toBeCloseTo(last['operator.closedForm']!, 5);
    run.model.dispose();
  });

  test.each([null, 0.9])('stopped and resumed it comes to the same bits, with a moving average of %s', async (ema) => {
    const config = configOf({ operator: 'alternating', ema_decay: ema });
    const whole = await toyTraining({ config });
    await fitted(whole);
    const first = await toyTraining({ config });
    await fitted(first, { signal: abortedAt(first, { epoch: 1, batch: 3 }) });
    const second = await toyTraining({ config, folder: first.folder });
    await fitted(second, { resume: true });
    expect(weightsOf(second)).toEqual(weightsOf(whole));
    expect(stepsOf(await readMetrics(second.folder.metrics))).toEqual([7, 14, 21]);
    const third = await toyTraining({ config, folder: first.folder });
    await fitted(third, { resume: true }); // after the end there is nothing to do
    expect(weightsOf(third)).toEqual(weightsOf(whole));
    for (const { model } of [whole, first, second, third]) model.dispose();
  });

  test('other than gradient needs validation identities, who choose', () => {
    const parse = (operator: string, identities: number) =>
      configSchema.safeParse({ linearizer: { operator }, validation: { identities } });
    expect(parse('closed-form', 0).error!.issues).toMatchObject([
      { path: ['linearizer', 'operator'], message: /expected gradient where validation\.identities is 0/ },
    ]);
    expect(
      [parse('closed-form', 1), parse('alternating', 2), parse('gradient', 0)].every(({ success }) => success),
    ).toBe(true);
  });
});

/** A signal that is aborted when the training takes that batch: it stops after it. */
function abortedAt(run: Run, at: { epoch: number; batch: number }): AbortSignal {
  const controller = new AbortController();
  const { trainingData } = run;
  run.trainingData = () => {
    const data = trainingData.call(run);
    return {
      ...data,
      async *batches(position) {
        let { batch } = position;
        for await (const made of data.batches(position)) {
          if (position.epoch === at.epoch && batch++ === at.batch) controller.abort();
          yield made;
        }
      },
    };
  };
  return controller.signal;
}

describe('a solution', () => {
  const A = [
    [2, 0.5, 0],
    [0, 1, -1],
  ];
  const images = (isMisled: (label: number) => boolean): ToyImage[] =>
    Array.from({ length: 60 }, (_, i) => {
      const bytes = [37 * i, 91 * i + 13, 53 * i + 5].map((value) => value % 256);
      const label = Math.floor(i / 3);
      const noise = isMisled(label) ? [3 * Math.sin(97 * i * i), 3 * Math.sin(97 * i * i + 31)] : [0, 0];
      return { bytes, label, target: product(A, coreOf({ bytes })).map((value, k) => value + noise[k]!) };
    });

  test('that is worse on the validation identities leaves A as it was trained, to the last bit', async () => {
    const validation = [1, 4, 9];
    const made = images((label) => !validation.includes(label));
    const run = Object.assign(toyRun({ images: made, heldOut: [0], validation, A }), {
      config: configSchema.parse({}),
    });
    const before = weightsOf(run);
    const { trained, closedForm, ridge } = await solveOperator(run);
    expect(trained).toBeCloseTo(1, 6);
    expect(closedForm).toBeLessThan(trained);
    expect(ridge).toBe(100);
    expect(weightsOf(run)).toEqual(before);
    run.model.dispose();
  });

  test('is the last one of a run, and none where gradient descent alone found A', () => {
    const row = (step: number, trained: number) =>
      ({ step, loss: 1, 'operator.trained': trained, 'operator.closedForm': 0.5, 'operator.ridge': 0.1 }) as const;
    expect(lastSolution([{ step: 1, loss: 1 }])).toBeNull();
    expect(lastSolution([row(1, 0.4), row(2, 0.6), { step: 3, loss: 1 }])).toEqual({
      trained: 0.6,
      closedForm: 0.5,
      ridge: 0.1,
      kept: 'trained',
    });
  });
});
