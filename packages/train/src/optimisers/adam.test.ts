import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Adam } from './adam.js';

/** Algorithm 1 of the paper, literally, in float64. */
function referenceAdam(theta: number[], gradients: number[][], rate: number, clipNorm: number): number[] {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const m = theta.map(() => 0);
  const v = theta.map(() => 0);
  let result = [...theta];
  gradients.forEach((raw, i) => {
    const t = i + 1;
    const norm = Math.hypot(...raw);
    const g = norm > clipNorm ? raw.map((x) => (x * clipNorm) / norm) : raw;
    result = result.map((value, k) => {
      m[k] = beta1 * m[k]! + (1 - beta1) * g[k]!;
      v[k] = beta2 * v[k]! + (1 - beta2) * g[k]! ** 2;
      const mHat = m[k]! / (1 - beta1 ** t);
      const vHat = v[k]! / (1 - beta2 ** t);
      return value - (rate * mHat) / (Math.sqrt(vHat) + epsilon);
    });
  });
  return result;
}

/** One update; returns the norm. */
function update(adam: Adam, gradients: Record<string, number[]>, rate: number): number {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, tf.tensor1d(values)]));
    return adam.applyGradients(tensors, tf.scalar(rate)).dataSync()[0]!;
  });
}

const variableOf = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

describe('Adam', () => {
  let before: number;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  const gradients = [
    [3, -4, 12],
    [0.1, 0.2, -0.3],
    [0, 0, 1e-3],
    [-5, 5, 5],
  ];

  test.each([1, 2.5, Infinity])('follows the paper step by step, with clip norm %d', (clipNorm) => {
    const variable = variableOf([1, -2, 0.5]);
    const adam = new Adam(new Map([['x', variable]]), { clipNorm });
    for (const gradient of gradients)
      expect(update(adam, { [variable.name]: gradient }, 0.01)).toBeCloseTo(Math.hypot(...gradient), 4);
    expect(adam.step).toBe(gradients.length);
    const expected = referenceAdam([1, -2, 0.5], gradients, 0.01, clipNorm);
    const actual = variable.dataSync();
    expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5)); // float32 sums of magnitude 1: 1e-6 each
    adam.dispose();
    variable.dispose();
  });

  test('clips by the norm of all variables together, not of each', () => {
    const [a, b] = [variableOf([0, 0]), variableOf([0])];
    const adam = new Adam(
      new Map([
        ['a', a],
        ['b', b],
      ]),
      { clipNorm: 1 },
    );
    expect(update(adam, { [a.name]: [3, 0], [b.name]: [4] }, 1)).toBeCloseTo(5, 5);
    const state = adam.namedState();
    expect(state.get('m.a')!.dataSync()[0]).toBeCloseTo(0.1 * (3 / 5), 6);
    expect(state.get('m.b')!.dataSync()[0]).toBeCloseTo(0.1 * (4 / 5), 6);
    tf.dispose([a, b]);
    adam.dispose();
  });

  test.each([
    [NaN, 0],
    [NaN, 1],
    [Infinity, 1],
  ])('leaves the variables and its count as they were when a gradient is %d after %d updates', (bad, updates) => {
    const variable = variableOf([1, 2]);
    const adam = new Adam(new Map([['x', variable]]));
    for (let i = 0; i < updates; i++) update(adam, { [variable.name]: [1, -1] }, 0.1);
    const values = Array.from(variable.dataSync());
    expect(update(adam, { [variable.name]: [bad, 1] }, 0.1)).toBe(bad);
    expect(Array.from(variable.dataSync())).toEqual(values);
    expect(adam.step).toBe(updates);
    expect([...adam.namedState().values()].flatMap((slot) => Array.from(slot.dataSync())).every(Number.isFinite)).toBe(
      true,
    );
    variable.dispose();
    adam.dispose();
  });

  test('continues exactly from its saved state', () => {
    const run = (steps: number[][], state?: { from: Adam; x: tf.Variable }) => {
      const x = variableOf(state ? Array.from(state.x.dataSync()) : [1, -2, 0.5]);
      const adam = new Adam(new Map([['x', x]]));
      if (state) {
        const old = state.from.namedState();
        for (const [name, slot] of adam.namedState()) slot.assign(old.get(name)!);
        adam.step = state.from.step;
      }
      for (const step of steps) update(adam, { [x.name]: step }, 0.01);
      return { from: adam, x };
    };
    const whole = run(gradients);
    const half = run(gradients.slice(0, 2));
    const resumed = run(gradients.slice(2), half);
    expect(resumed.x.dataSync()).toEqual(whole.x.dataSync());
    for (const { from, x } of [whole, half, resumed]) {
      from.dispose();
      x.dispose();
    }
  });
});
