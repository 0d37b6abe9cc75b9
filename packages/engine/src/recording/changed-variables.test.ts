// Variables that a step changes more than once: the graph's order of reads and writes is the program's.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../engine.js';
import { adamUpdate } from '../fused/adam-update.js';
import { record } from './record.js';
import type { NamedTensors } from './trace.js';

const missing = await tensorFlowMissing();
const RUNS = 4;

interface Variables {
  x: tf.Variable;
  m: tf.Variable;
  v: tf.Variable;
  other: tf.Variable;
}

function adam({ x, m, v }: Variables, gradient: tf.Tensor): void {
  const [stepSize, epsilon] = [tf.scalar(0.1), tf.scalar(1e-3)];
  adamUpdate({ variable: x, m, v, gradient, stepSize, epsilon, beta1: 0.9, beta2: 0.99 });
}

const STEPS: Record<string, (variables: Variables, g: tf.Tensor) => tf.Tensor> = {
  'assigned, then updated in place': (variables, g) => {
    variables.x.assign(tf.mul(variables.x, 0.5));
    adam(variables, g);
    return tf.mul(variables.x, 1);
  },
  'updated in place twice': (variables, g) => {
    adam(variables, g);
    const between = tf.mul(variables.x, 2);
    adam(variables, tf.add(g, between));
    return tf.add(between, variables.x);
  },
  'updated in place, then assigned, and read after each': (variables, g) => {
    adam(variables, g);
    const read = tf.mul(variables.x, 3);
    variables.x.assign(tf.add(variables.x, 1));
    return tf.add(read, variables.x);
  },
  'updated in place, then assigned without a read between': (variables, g) => {
    adam(variables, g);
    variables.x.assign(tf.mul(g, 2));
    return variables.m;
  },
  'given the value of another, then updated in place': (variables, g) => {
    variables.x.assign(variables.other);
    adam(variables, g);
    return tf.add(variables.x, variables.other);
  },
  'a moment assigned, then updated in place': (variables, g) => {
    variables.m.assign(tf.neg(variables.m));
    adam(variables, g);
    return tf.mul(variables.x, variables.m);
  },
};

/** The outputs of each run, and what it leaves in each variable. */
type History = number[][];

function make(): Variables {
  const value = (...numbers: number[]) => tf.variable(tf.tensor1d(numbers));
  return { x: value(1, -2, 3), m: value(0.1, 0.2, -0.1), v: value(0.5, 0.25, 1), other: value(7, 8, 9) };
}

const gradients = Array.from({ length: RUNS }, (_, i) => Float32Array.of(1 + i, -0.5 * i, 2 - i));
const valuesOf = (variables: Variables) => Object.values(variables).flatMap((v: tf.Variable) => [...v.dataSync()]);

function eager(step: (variables: Variables, g: tf.Tensor) => tf.Tensor): History {
  const variables = make();
  return gradients.map((g) => {
    const output = tf.tidy(() => [...step(variables, tf.tensor1d(g)).dataSync()]);
    return [...output, ...valuesOf(variables)];
  });
}

async function replayed(step: (variables: Variables, g: tf.Tensor) => tf.Tensor): Promise<History> {
  const variables = make();
  const run = ({ g }: NamedTensors) => ({ output: tf.clone(step(variables, g!)) });
  const recorded = await record(run, { inputs: { g: tf.zeros([3]) }, variables: new Map(Object.entries(variables)) });
  const history: History = [];
  for (const g of gradients) {
    const { output } = await recorded.run({ g });
    await recorded.read();
    history.push([...output!, ...valuesOf(variables)]);
  }
  await recorded.dispose();
  return history;
}

describe.skipIf(missing)(
  `a recorded step leaves what the eager one does${missing ? ` (SKIPPED: ${missing})` : ''}`,
  () => {
    beforeAll(async () => {
      await initEngine({ backend: 'tensorflow' });
    });

    test.each(Object.keys(STEPS))('a variable %s', async (name) => {
      const [expected, actual] = [eager(STEPS[name]!), await replayed(STEPS[name]!)];
      actual.forEach((run, i) => run.forEach((value, k) => expect(value).toBeCloseTo(expected[i]![k]!, 5)));
      tf.disposeVariables();
    });
  },
);
